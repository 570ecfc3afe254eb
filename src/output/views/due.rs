//! What a vendor sees of whatever needs a person today: why, what to do, and the command for it.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::deadline;
use crate::domain::due::{Due, DueCode, Item, Subject};
use crate::domain::ids::TransactionId;
use crate::domain::moment::Moment;
use crate::domain::money::Money;
use crate::domain::paid_twice::{PaidTwice, Remedy};
use crate::domain::policy::Policy;
use crate::domain::refund::{Origin, Refund, RefundStatus};
use crate::domain::transaction::{Method, Transaction};
use crate::output::json::{self, Amount};
use crate::output::listing::{Column, Flat, Listed, Shown};
use crate::output::table::{self, Cell, Look, Tone, facts};
use crate::output::views::refund::RefundView;
use crate::output::words::{self, counted, weekday};

/// One thing that is due, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueView {
    item: Item,
    /// The refund that it is about, if it is about one.
    refund: Option<RefundView>,
    advice: String,
    next: String,
    paid_on: NaiveDate,
}

impl DueView {
    pub fn of(item: Item, policy: &Policy, moment: &Moment) -> Self {
        let refund = item.refund().map(|refund| RefundView::recorded(refund, item.dossier(), policy, moment));
        let paid_on = item.dossier().paid_on(policy.zone);
        let advice = advice(&item, policy, moment);
        Self { advice, next: next(&item), refund, paid_on, item }
    }

    /// It is told in a block of its own: money is going out twice.
    pub fn is_paid_twice(&self) -> bool {
        self.twice().is_some()
    }

    fn twice(&self) -> Option<&PaidTwice> {
        match &self.item.subject {
            Subject::Sale { twice, .. } => Some(twice),
            Subject::Refund { .. } | Subject::Row { .. } => None,
        }
    }

    fn payment(&self) -> &Transaction {
        &self.item.dossier().payment
    }

    /// The refund's sum; of a row its own, of a sale without a refund the whole.
    fn amount(&self) -> Money {
        self.refund.as_ref().map_or(self.payment().amount, RefundView::amount)
    }

    /// The refund's number, or the platform's ID of the row.
    fn id(&self) -> Option<String> {
        let row = match &self.item.subject {
            Subject::Row { row, .. } => Some(row.payment.id.to_string()),
            Subject::Refund { .. } | Subject::Sale { .. } => None,
        };
        self.refund.as_ref().and_then(RefundView::id).or(row)
    }

    /// The sale it is about; nobody knows that of a row which is matched to none.
    fn sale(&self) -> Option<&TransactionId> {
        match &self.item.subject {
            Subject::Row { .. } => None,
            Subject::Refund { .. } | Subject::Sale { .. } => Some(&self.payment().id),
        }
    }

    fn tone(&self) -> Tone {
        match self.item.first.code {
            DueCode::PaidTwice => Tone::Bad,
            DueCode::ToSubmit => Tone::Plain,
            _ => Tone::Warn,
        }
    }
}

/// The command to look closer with, or to say that it is done. It changes nothing that a person has not done.
fn next(item: &Item) -> String {
    let sale = &item.dossier().payment.id;
    match (&item.subject, item.first.code) {
        (Subject::Row { row, .. }, _) => format!("retour refunds match {}", row.payment.id),
        (Subject::Sale { twice, .. }, _) => match &twice.remedy {
            Remedy::Cancel(id) => format!("retour refunds cancel {id}"),
            Remedy::Stop(_) | Remedy::Contest | Remedy::AskBack => format!("retour transactions show {sale}"),
        },
        (Subject::Refund { refund, .. }, DueCode::Failed) => refund_anew(refund),
        (Subject::Refund { refund, .. }, DueCode::ToTell) => format!("retour notice {}", refund.id),
        (_, DueCode::ChargebackCloses) => format!("retour transactions show {sale}"),
        // What was never carried out cannot arrive: that comes first, however late it is.
        (Subject::Refund { refund, .. }, _) if refund.status() == RefundStatus::Marked => {
            format!("retour refunds submit {}", refund.id)
        }
        (Subject::Refund { refund, .. }, _) => format!("retour refunds show {}", refund.id),
    }
}

/// The same refund once more, as far as it is known how it was asked for.
fn refund_anew(refund: &Refund) -> String {
    let mut command = format!("retour refund {}", refund.sale);
    if let Some(mark) = refund.mark() {
        command.extend(mark.asked.map(|asked| format!(" --amount {}", asked.major())));
        command.extend(mark.asked_on.map(|day| format!(" --asked-on {day}")));
        command.push_str(&format!(" --reason {}", mark.reason));
    }
    command
}

/// What a person has to do, before the command is right.
fn advice(item: &Item, policy: &Policy, moment: &Moment) -> String {
    let carry_out = "carry it out on the platform, then say so";
    let look = "look on the platform what became of it, then confirm or fail it";
    match &item.subject {
        Subject::Row { candidates, .. } => unmatched(candidates),
        Subject::Sale { dossier, twice } => remedy(twice, dossier.payment.method).to_owned(),
        Subject::Refund { refund, dossier } => {
            let is_marked = refund.status() == RefundStatus::Marked;
            match item.first.code {
                DueCode::Failed => "no money has moved: refund anew, or tell the customer why not".to_owned(),
                DueCode::ChargebackCloses => {
                    let until =
                        deadline::chargeback_until(dossier.payment.method, dossier.paid_on(policy.zone));
                    let day = weekday(until.unwrap_or(moment.today));
                    format!("import what the platform reports up to {day}: a chargeback would pay twice")
                }
                DueCode::ToTell if is_marked => {
                    "tell the customer, and carry it out on the platform after that".to_owned()
                }
                DueCode::ToTell => {
                    "tell the customer, who may else have the bank take the debit back".to_owned()
                }
                _ if is_marked => carry_out.to_owned(),
                _ => look.to_owned(),
            }
        }
    }
}

fn unmatched(candidates: &[TransactionId]) -> String {
    match candidates.len() as u64 {
        0 => "no sale here fits: import the one it belongs to, or decide --none".to_owned(),
        blocked => {
            format!("say what it belongs to: it blocks {} until then", counted(blocked, "sale", "sales"))
        }
    }
}

/// A bank gives a SEPA debit back without asking why: there is nothing to contest.
fn remedy(twice: &PaidTwice, method: Method) -> &'static str {
    let is_debit = method == Method::Sepa;
    match (&twice.remedy, twice.refunds.is_empty()) {
        (Remedy::Cancel(_), _) => "do not carry the refund out, cancel it: the money has gone back already",
        (Remedy::Stop(_), _) if is_debit => {
            "ask the platform to stop the refund, else the customer for the money"
        }
        (Remedy::Stop(_), _) => "ask the platform to stop the refund, else contest the chargeback with it",
        (Remedy::Contest, true) => "ask the platform what was paid back, and for what is too much",
        (Remedy::Contest, false) if is_debit => {
            "ask the customer for the money, with the refund as the proof"
        }
        (Remedy::Contest, false) => "contest the chargeback, the refund is the proof, or ask the customer",
        (Remedy::AskBack, _) => "ask the platform, or the customer, for what is beyond the sale",
    }
}

/// Both sides of what is paid twice, one block each, for people.
pub fn blocks(views: &[DueView], look: &Look) -> String {
    views.iter().map(|view| block(view, look)).collect::<Vec<_>>().join("\n")
}

fn block(view: &DueView, look: &Look) -> String {
    let Some(twice) = view.twice() else { return String::new() };
    let payment = view.payment();
    let headline = match twice.at_stake.is_zero() {
        true => "refunded and charged back, together not beyond the sale".to_owned(),
        false => format!("{} at stake", twice.at_stake),
    };
    let sale = format!("{}, {} paid on {}", payment.id, payment.amount, weekday(view.paid_on));
    let mut pairs = vec![
        ("paid twice", Cell::new(headline, Tone::Bad)),
        ("sale", Cell::plain(sale)),
        ("customer", Cell::plain(words::customer(&payment.customer))),
    ];
    pairs.extend(twice.refunds.iter().map(|refund| ("refund", Cell::plain(refund_side(refund)))));
    if twice.refunds.is_empty() && twice.chargebacks.len() < 2 {
        pairs.push(("refund", Cell::plain("the platform says of the sale itself that it is refunded")));
    }
    pairs.extend(twice.chargebacks.iter().map(|each| {
        (
            "chargeback",
            Cell::plain(format!("{}, {}, stands since {}", each.id, each.amount, weekday(each.on))),
        )
    }));
    if view.item.dossier().is_charged_back() && twice.chargebacks.is_empty() {
        pairs.push((
            "chargeback",
            Cell::plain("the platform says of the sale itself that it is charged back"),
        ));
    }
    let also: Vec<&str> = view.item.also.iter().map(|due| shown(due.code)).collect();
    pairs.extend((!also.is_empty()).then(|| ("also", Cell::plain(also.join(", ")))));
    pairs.push(("do", Cell::plain(view.advice.as_str())));
    pairs.push(("next", Cell::new(view.next.as_str(), Tone::Strong)));
    facts(&pairs, look)
}

fn refund_side(refund: &Refund) -> String {
    let on = refund.state.on().unwrap_or_else(|| refund.on());
    format!("{}, {}, {} on {}", refund.id, refund.amount, refund.status(), weekday(on))
}

/// A reason as people read it.
fn shown(code: DueCode) -> &'static str {
    match code {
        DueCode::PaidTwice => "paid twice",
        DueCode::Unmatched => "unmatched",
        DueCode::Failed => "failed",
        DueCode::Overdue => "overdue",
        DueCode::LegalDeadline => "legal deadline",
        DueCode::ToTell => "to tell",
        DueCode::ToSubmit => "to carry out",
        DueCode::ChargebackCloses => "debit at risk",
    }
}

#[derive(Serialize)]
struct DueJson<R> {
    #[serde(flatten)]
    refund: R,
    due: ReasonJson,
}

#[derive(Serialize)]
struct ReasonJson {
    code: &'static str,
    on: String,
    /// A command, bare.
    next: String,
    /// The sentence to it.
    advice: String,
    also: Vec<AlsoJson>,
    paid_twice: Option<PaidTwiceJson>,
    /// The sales that an unmatched row blocks.
    candidates: Vec<String>,
}

#[derive(Serialize)]
struct AlsoJson {
    code: &'static str,
    on: String,
}

#[derive(Serialize)]
struct PaidTwiceJson {
    at_stake: Amount,
    refunds: Vec<SideJson>,
    chargebacks: Vec<SideJson>,
}

/// A refund or a chargeback of a sale that is paid twice.
#[derive(Serialize)]
struct SideJson {
    id: String,
    amount: Amount,
    status: &'static str,
    on: String,
}

/// The keys of a refund where there is none: a platform row, or a sale that only says that it is refunded. What only a
/// refund has is null.
#[derive(Serialize)]
struct NoRefundJson<'a> {
    refund_id: (),
    transaction_id: Option<&'a str>,
    order_id: &'a str,
    customer: json::Customer<'a>,
    amount: Amount,
    kind: &'static str,
    reason: (),
    note: (),
    goodwill: bool,
    status: &'static str,
    status_on: String,
    origin: &'static str,
    actor: (),
    marked_at: (),
    marked_on: (),
    asked_on: (),
    settlement: (),
    overdue: bool,
    cautions: [(); 0],
    key: (),
    reference: (),
    platform_transaction_id: Option<&'a str>,
    replayed: bool,
    dry_run: bool,
}

impl From<&PaidTwice> for PaidTwiceJson {
    fn from(twice: &PaidTwice) -> Self {
        let refund = |refund: &Refund| SideJson {
            id: refund.id.to_string(),
            amount: refund.amount.into(),
            status: refund.status().word(),
            on: json::on(refund.state.on().unwrap_or_else(|| refund.on())),
        };
        let chargeback = |each: &crate::domain::dispute::Chargeback| SideJson {
            id: each.id.to_string(),
            amount: each.amount.into(),
            status: each.status.word(),
            on: json::on(each.on),
        };
        Self {
            at_stake: twice.at_stake.into(),
            refunds: twice.refunds.iter().map(refund).collect(),
            chargebacks: twice.chargebacks.iter().map(chargeback).collect(),
        }
    }
}

impl DueView {
    fn reason(&self) -> ReasonJson {
        let also = |due: &Due| AlsoJson { code: due.code.word(), on: json::on(due.on) };
        let candidates = match &self.item.subject {
            Subject::Row { candidates, .. } => candidates.as_slice(),
            Subject::Refund { .. } | Subject::Sale { .. } => &[],
        };
        ReasonJson {
            code: self.item.first.code.word(),
            on: json::on(self.item.first.on),
            next: self.next.clone(),
            advice: self.advice.clone(),
            also: self.item.also.iter().map(also).collect(),
            paid_twice: self.twice().map(PaidTwiceJson::from),
            candidates: candidates.iter().map(ToString::to_string).collect(),
        }
    }

    fn no_refund(&self) -> NoRefundJson<'_> {
        let payment = self.payment();
        let row = Some(payment.id.as_str()).filter(|_| self.sale().is_none());
        NoRefundJson {
            refund_id: (),
            transaction_id: self.sale().map(TransactionId::as_str),
            order_id: payment.order.as_str(),
            customer: json::Customer::from(&payment.customer),
            amount: payment.amount.into(),
            kind: payment.entry.kind().word(),
            reason: (),
            note: (),
            goodwill: false,
            status: payment.entry.shown(),
            status_on: json::on(self.paid_on),
            origin: Origin::Platform.word(),
            actor: (),
            marked_at: (),
            marked_on: (),
            asked_on: (),
            settlement: (),
            overdue: false,
            cautions: [],
            key: (),
            reference: (),
            platform_transaction_id: row,
            replayed: false,
            dry_run: false,
        }
    }
}

impl Listed for DueView {
    const NAME: &'static str = "refunds";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "due",
            table::Column::whole("DUE"),
            Shown::Always,
            |row| Flat::own(row.item.first.code),
            |row| Cell::new(shown(row.item.first.code), row.tone()),
        ),
        Column::plain("due_on", table::Column::whole("SINCE OR BY"), Shown::Wide(4), |row| {
            Flat::own(json::on(row.item.first.on))
        }),
        Column::plain("refund_id", table::Column::whole("REFUND"), Shown::Wide(2), |row| {
            Flat::maybe_outside(row.id())
        }),
        Column::plain("customer_name", table::Column::words("CUSTOMER", 10), Shown::Always, |row| {
            Flat::outside(&row.payment().customer.name)
        }),
        Column::new(
            "amount",
            table::Column::number("AMOUNT"),
            Shown::Always,
            |row| Flat::own(row.amount().major()),
            |row| Cell::plain(row.amount().to_string()),
        ),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::own(row.amount().currency())
        }),
        Column::new(
            "next",
            table::Column::whole("NEXT"),
            Shown::Always,
            |row| Flat::outside(&row.next),
            // Who reads a table is asked for the reason anyway, and the line is long enough.
            |row| Cell::plain(row.next.split(" --reason ").next().unwrap_or_default()),
        ),
        Column::new(
            "also",
            table::Column::whole("ALSO"),
            Shown::Wide(3),
            |row| Flat::own(codes(&row.item.also, DueCode::word, " ")),
            |row| Cell::plain(codes(&row.item.also, shown, ", ")),
        ),
        Column::plain("advice", table::Column::words("WHAT TO DO", 76), Shown::Wide(1), |row| {
            Flat::own(&row.advice)
        }),
        Column::plain("transaction_id", table::Column::whole("SALE"), Shown::Asked, |row| {
            Flat::maybe_outside(row.sale())
        }),
        Column::plain("order_id", table::Column::whole("ORDER"), Shown::Asked, |row| {
            Flat::outside(&row.payment().order)
        }),
        Column::plain("at_stake", table::Column::number("AT STAKE"), Shown::Asked, |row| {
            Flat::maybe(row.twice().map(|twice| twice.at_stake.major()))
        }),
        Column::plain("refunds", table::Column::whole("REFUNDS"), Shown::Asked, |row| {
            let twice = row.twice().map(|twice| twice.refunds.iter());
            Flat::outside(
                twice.map(|all| joined(all.map(|refund| refund.id.to_string()))).unwrap_or_default(),
            )
        }),
        Column::plain("chargebacks", table::Column::whole("CHARGEBACKS"), Shown::Asked, |row| {
            let twice = row.twice().map(|twice| twice.chargebacks.iter());
            Flat::outside(twice.map(|all| joined(all.map(|each| each.id.to_string()))).unwrap_or_default())
        }),
    ];

    fn json(&self) -> impl Serialize + '_ {
        let refund = match &self.refund {
            Some(refund) => Subjected::Refund(refund.object()),
            None => Subjected::None(Box::new(self.no_refund())),
        };
        DueJson { refund, due: self.reason() }
    }
}

#[derive(Serialize)]
#[serde(untagged)]
enum Subjected<'a, R> {
    Refund(R),
    None(Box<NoRefundJson<'a>>),
}

fn codes(all: &[Due], word: fn(DueCode) -> &'static str, between: &str) -> String {
    all.iter().map(|due| word(due.code)).collect::<Vec<_>>().join(between)
}

fn joined(ids: impl Iterator<Item = String>) -> String {
    ids.collect::<Vec<_>>().join(" ")
}
