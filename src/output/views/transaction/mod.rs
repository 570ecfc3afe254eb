//! What a vendor sees of a payment: whether it may be refunded and until when, in a listing and alone.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::money::Money;
use crate::domain::rules::period::Period;
use crate::domain::rules::plan::{Verdict, verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::{Flag, SaleRecord};
use crate::domain::sale::transaction::Kind;
use crate::domain::time::Now;
use crate::output::json::{self, Amount};
use crate::output::listing::{Column, Flat, Listed, Shown};
use crate::output::sentences;
use crate::output::table::{self, Cell, Tone};

mod show;

pub use show::show;

/// A payment as judged today. It owns its record, so that rows can be shown and forgotten one by one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransactionView {
    record: SaleRecord,
    verdict: Verdict,
    period: Period,
    left: Money,
    flags: Vec<Flag>,
    ordered_on: Option<NaiveDate>,
    paid_on: NaiveDate,
}

impl TransactionView {
    pub fn of(record: SaleRecord, policy: &Policy, now: &Now) -> Self {
        Self {
            verdict: verdict(&record, policy, now.today),
            period: policy.periods.of_sale(&record, policy.zone),
            left: record.left(),
            flags: record.flags(),
            ordered_on: record.payment.ordered_at.map(|at| policy.zone.day_of(at)),
            paid_on: record.paid_on(policy.zone),
            record,
        }
    }

    fn is_refused(&self) -> bool {
        matches!(self.verdict, Verdict::No(_))
    }

    pub(super) fn ordered_on(&self) -> Option<NaiveDate> {
        self.ordered_on
    }

    fn verdict_word(&self) -> &'static str {
        match self.verdict {
            Verdict::Yes => "yes",
            Verdict::Goodwill(_) => "goodwill",
            Verdict::No(_) => "no",
        }
    }

    fn verdict_code(&self) -> Option<&'static str> {
        match &self.verdict {
            Verdict::Yes => None,
            Verdict::Goodwill(refusal) | Verdict::No(refusal) => Some(refusal.code()),
        }
    }

    /// The last day of the return period; `None` where no period decides.
    fn until(&self) -> Option<NaiveDate> {
        match self.verdict {
            Verdict::Yes | Verdict::Goodwill(_) => self.period.last_day(),
            Verdict::No(_) => None,
        }
    }

    fn flag_words(&self) -> String {
        self.flags.iter().map(|flag| flag.word()).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn object(&self) -> impl Serialize + '_ {
        let payment = &self.record.payment;
        let first = payment.products.first();
        TransactionJson {
            transaction_id: payment.id.as_str(),
            order_id: payment.order.as_str(),
            products: payment.products.iter().map(json::Product::from).collect(),
            product_id: first.and_then(|product| product.id.as_ref()).map(|id| id.as_str()),
            product_name: first.map_or("", |product| &product.name),
            customer: json::Customer::from(&payment.customer),
            amount: payment.amount.into(),
            method: payment.method.word(),
            plan: payment.plan.word(),
            kind: payment.entry.kind().word(),
            status: payment.entry.shown(),
            ordered_at: payment.ordered_at.map(json::at),
            ordered_on: self.ordered_on.map(json::on),
            paid_at: json::at(payment.paid_at),
            paid_on: json::on(self.paid_on),
            rate_number: payment.rate_number,
            test: payment.is_test,
            refundable: RefundableJson {
                verdict: self.verdict_word(),
                code: self.verdict_code(),
                until: self.until().map(json::on),
                left: self.left.into(),
            },
            flags: self.flags.iter().map(|flag| flag.word()).collect(),
        }
    }
}

#[derive(Serialize)]
struct TransactionJson<'a> {
    transaction_id: &'a str,
    order_id: &'a str,
    products: Vec<json::Product<'a>>,
    product_id: Option<&'a str>,
    product_name: &'a str,
    customer: json::Customer<'a>,
    amount: Amount,
    method: &'static str,
    plan: &'static str,
    kind: &'static str,
    status: &'static str,
    ordered_at: Option<String>,
    ordered_on: Option<String>,
    paid_at: String,
    paid_on: String,
    rate_number: Option<u32>,
    test: bool,
    refundable: RefundableJson,
    flags: Vec<&'static str>,
}

#[derive(Serialize)]
struct RefundableJson {
    verdict: &'static str,
    code: Option<&'static str>,
    until: Option<String>,
    left: Amount,
}

impl Listed for TransactionView {
    const NAME: &'static str = "transactions";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::plain("paid_on", table::Column::whole("PAID"), Shown::Always, |row| Flat::own(row.paid_on)),
        Column::plain("transaction_id", table::Column::whole("TRANSACTION"), Shown::Always, |row| {
            Flat::outside(&row.record.payment.id)
        }),
        Column::plain("order_id", table::Column::whole("ORDER"), Shown::Wide(2), |row| {
            Flat::outside(&row.record.payment.order)
        }),
        Column::plain("product_id", table::Column::whole("PRODUCT ID"), Shown::Asked, |row| {
            let first = row.record.payment.products.first();
            Flat::maybe_outside(first.and_then(|product| product.id.as_ref()))
        }),
        Column::new(
            "product_name",
            table::Column::words("PRODUCT", 10),
            Shown::Wide(1),
            |row| Flat::maybe_outside(row.record.payment.products.first().map(|product| &product.name)),
            product_cell,
        ),
        Column::plain("customer_name", table::Column::words("CUSTOMER", 10), Shown::Always, |row| {
            Flat::outside(&row.record.payment.customer.name)
        }),
        Column::plain("customer_email", table::Column::words("E-MAIL", 12), Shown::Asked, |row| {
            Flat::outside(&row.record.payment.customer.email)
        }),
        Column::plain("country", table::Column::words("COUNTRY", 7), Shown::Asked, |row| {
            Flat::outside(&row.record.payment.customer.country)
        }),
        Column::new(
            "amount",
            table::Column::number("AMOUNT"),
            Shown::Always,
            |row| Flat::own(row.record.payment.amount.major()),
            |row| Cell::plain(row.record.payment.amount.to_string()),
        ),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::own(row.record.payment.amount.currency())
        }),
        Column::plain("method", table::Column::whole("METHOD"), Shown::Wide(3), |row| {
            Flat::own(row.record.payment.method)
        }),
        Column::plain("plan", table::Column::whole("PLAN"), Shown::Asked, |row| Flat::own(row.record.payment.plan)),
        Column::plain("kind", table::Column::whole("KIND"), Shown::Asked, |row| {
            Flat::own(row.record.payment.entry.kind())
        }),
        Column::new(
            "status",
            table::Column::whole("STATUS"),
            Shown::Wide(4),
            |row| Flat::own(row.record.payment.entry.shown()),
            |row| Cell::plain(status(row)),
        ),
        Column::plain("ordered_at", table::Column::whole("ORDERED AT"), Shown::Asked, |row| {
            Flat::maybe(row.record.payment.ordered_at.map(json::at))
        }),
        Column::plain("ordered_on", table::Column::whole("ORDERED"), Shown::Asked, |row| Flat::maybe(row.ordered_on)),
        Column::plain("paid_at", table::Column::whole("PAID AT"), Shown::Asked, |row| {
            Flat::own(json::at(row.record.payment.paid_at))
        }),
        Column::plain("rate_number", table::Column::number("RATE"), Shown::Asked, |row| {
            Flat::maybe(row.record.payment.rate_number)
        }),
        Column::plain("test", table::Column::whole("TEST"), Shown::Asked, |row| Flat::own(row.record.payment.is_test)),
        Column::new(
            "refundable",
            table::Column::whole("REFUNDABLE"),
            Shown::Always,
            |row| Flat::own(row.verdict_word()),
            refundable_cell,
        ),
        Column::plain("refundable_code", table::Column::whole("CODE"), Shown::Asked, |row| {
            Flat::maybe(row.verdict_code())
        }),
        Column::plain("refundable_until", table::Column::whole("UNTIL"), Shown::Asked, |row| Flat::maybe(row.until())),
        Column::new(
            "left",
            table::Column::number("LEFT"),
            Shown::Asked,
            |row| Flat::own(row.left.major()),
            |row| Cell::plain(row.left.to_string()),
        ),
        Column::new(
            "flags",
            table::Column::words("FLAGS", 14),
            Shown::Wide(5),
            |row| Flat::own(row.flag_words()),
            |row| Cell::new(row.flag_words(), flags_tone(&row.flags)),
        ),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

fn product_cell(row: &TransactionView) -> Cell {
    let products = &row.record.payment.products;
    let first = products.first().map(|product| match product.name.as_str() {
        "" => sentences::product(product),
        name => name.to_owned(),
    });
    let name = first.unwrap_or_default();
    match products.len() {
        0 | 1 => Cell::plain(name),
        several => Cell::plain(format!("{name} +{}", several - 1)),
    }
}

/// `paid` for a sale, `refund succeeded` for the rest.
fn status(row: &TransactionView) -> String {
    let entry = row.record.payment.entry;
    match entry.kind() {
        Kind::Sale => entry.shown().to_owned(),
        kind => format!("{kind} {}", entry.shown()),
    }
}

/// `yes, until 2026-04-08`, `goodwill (period_expired)`, `no (test_payment)`
fn refundable_cell(row: &TransactionView) -> Cell {
    match (&row.verdict, row.until()) {
        (Verdict::Yes, Some(until)) => Cell::new(format!("yes, until {until}"), Tone::Good),
        (Verdict::Yes, None) => Cell::new("yes", Tone::Good),
        (Verdict::Goodwill(refusal), _) => Cell::new(format!("goodwill ({})", refusal.code()), Tone::Warn),
        (Verdict::No(refusal), _) => Cell::new(format!("no ({})", refusal.code()), Tone::Dim),
    }
}

fn flags_tone(flags: &[Flag]) -> Tone {
    match flags.first() {
        Some(Flag::PaidTwice) => Tone::Bad,
        Some(Flag::ChargedBack | Flag::UnmatchedRefund | Flag::DisputeOpen) => Tone::Warn,
        _ => Tone::Dim,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TransactionId;
    use crate::domain::refund::RefundState;
    use crate::domain::sale::record::Unmatched;
    use crate::domain::sale::transaction::{KindAndStatus, Method, PlatformStatus};
    use crate::output::ui::Format;
    use crate::output::views::fixtures::{customer, day, euros, instant, listed, policy, product, refund, sale, today};

    fn view(record: SaleRecord) -> TransactionView {
        TransactionView::of(record, &policy(), &today())
    }

    fn id(text: &str) -> TransactionId {
        TransactionId::new(text).unwrap()
    }

    /// A plain sale, one past its period with two products and a name that is a formula, a test payment with
    /// a name that steers, and a refund row.
    fn views() -> Vec<TransactionView> {
        let (mut late, mut test, mut back) = (sale(), sale(), sale());
        late.payment.id = id("77b1e0a9c3d2f410");
        late.payment.products = vec![product("aaaa0000", "Chess"), product("e232d769", "Yoga for Beginners")];
        late.payment.customer = customer("=HYPERLINK(\"http://example.org\")");
        late.payment.amount = euros(129_000);
        late.payment.paid_at = instant("2026-02-01T10:00:00Z");
        late.payment.method = Method::Card;
        late.order.payments.clear();
        late.payment.ordered_at = None;
        late.plan_is_cancelled = true;
        test.payment.id = id("0000000000000003");
        test.payment.is_test = true;
        test.payment.customer = customer("Eve\x1b[2J\u{202e}");
        back.payment.id = id("dda4378643f3115d");
        back.payment.entry = KindAndStatus::Refund(PlatformStatus::Succeeded);
        [sale(), late, test, back].map(view).into()
    }

    #[test]
    fn a_wide_table_shows_every_usual_column() {
        insta::assert_snapshot!(listed(Format::Table, None, &views()), @r#"
        PAID        TRANSACTION       ORDER     PRODUCT             CUSTOMER                               AMOUNT  METHOD  STATUS            REFUNDABLE                 FLAGS
        ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
        2026-03-20  3f9a0c11d2e4b567  Zk3xY81a  Yoga for Beginners  Anna Beispiel                       49.00 EUR  sepa    paid              yes, until 2026-04-19
        2026-02-01  77b1e0a9c3d2f410  Zk3xY81a  Chess +1            =HYPERLINK("http://example.org")  1290.00 EUR  card    paid              goodwill (period_expired)  plan_cancelled
        2026-03-20  0000000000000003  Zk3xY81a  Yoga for Beginners  Eve\u{1b}[2J\u{202e}                49.00 EUR  sepa    paid              no (test_payment)
        2026-03-20  dda4378643f3115d  Zk3xY81a  Yoga for Beginners  Anna Beispiel                       49.00 EUR  sepa    refund succeeded  no (not_a_sale)
        "#);
    }

    #[test]
    fn a_narrower_table_keeps_what_decides_and_a_narrow_one_turns_to_cards() {
        insta::assert_snapshot!(listed(Format::Table, Some(80), &views()), @r"
        PAID        TRANSACTION       CUSTOMER         AMOUNT  REFUNDABLE
        ────────────────────────────────────────────────────────────────────────────────
        2026-03-20  3f9a0c11d2e4b567  Anna Beis…    49.00 EUR  yes, until 2026-04-19
        2026-02-01  77b1e0a9c3d2f410  =HYPERLIN…  1290.00 EUR  goodwill (period_expired)
        2026-03-20  0000000000000003  Eve\u{1b}…    49.00 EUR  no (test_payment)
        2026-03-20  dda4378643f3115d  Anna Beis…    49.00 EUR  no (not_a_sale)
        ");
        insta::assert_snapshot!(listed(Format::Table, Some(60), &views()[..2]), @r#"
        PAID         2026-03-20
        TRANSACTION  3f9a0c11d2e4b567
        ORDER        Zk3xY81a
        PRODUCT      Yoga for Beginners
        CUSTOMER     Anna Beispiel
        AMOUNT       49.00 EUR
        METHOD       sepa
        STATUS       paid
        REFUNDABLE   yes, until 2026-04-19

        PAID         2026-02-01
        TRANSACTION  77b1e0a9c3d2f410
        ORDER        Zk3xY81a
        PRODUCT      Chess +1
        CUSTOMER     =HYPERLINK("http://example.org")
        AMOUNT       1290.00 EUR
        METHOD       card
        STATUS       paid
        REFUNDABLE   goodwill (period_expired)
        FLAGS        plan_cancelled
        "#);
        insta::assert_snapshot!(listed(Format::Table, Some(40), &views()[1..2]), @r#"
        PAID         2026-02-01
        TRANSACTION  77b1e0a9c3d2f410
        ORDER        Zk3xY81a
        PRODUCT      Chess +1
        CUSTOMER     =HYPERLINK("http://example.org")
        AMOUNT       1290.00 EUR
        METHOD       card
        STATUS       paid
        REFUNDABLE   goodwill (period_expired)
        FLAGS        plan_cancelled
        "#);
    }

    #[test]
    fn json_is_the_contract_s() {
        insta::assert_snapshot!(listed(Format::Json, None, &views()), @r#"
        {"schema_version":1,"transactions":[
        {"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-19","left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]},
        {"transaction_id":"77b1e0a9c3d2f410","order_id":"Zk3xY81a","products":[{"product_id":"aaaa0000","name":"Chess"},{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"aaaa0000","product_name":"Chess","customer":{"name":"=HYPERLINK(\"http://example.org\")","email":"anna@example.org","country":"DE"},"amount":{"minor":129000,"currency":"EUR","text":"1290.00 EUR"},"method":"card","plan":"one_time","kind":"sale","status":"paid","ordered_at":null,"ordered_on":null,"paid_at":"2026-02-01T10:00:00Z","paid_on":"2026-02-01","rate_number":1,"test":false,"refundable":{"verdict":"goodwill","code":"period_expired","until":"2026-02-15","left":{"minor":129000,"currency":"EUR","text":"1290.00 EUR"}},"flags":["plan_cancelled"]},
        {"transaction_id":"0000000000000003","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Eve\u001b[2J\u202e","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":true,"refundable":{"verdict":"no","code":"test_payment","until":null,"left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]},
        {"transaction_id":"dda4378643f3115d","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"refund","status":"succeeded","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"no","code":"not_a_sale","until":null,"left":{"minor":0,"currency":"EUR","text":"0.00 EUR"}},"flags":[]}
        ]}
        "#);
        insta::assert_snapshot!(listed(Format::Jsonl, None, &views()[..1]), @r#"{"schema_version":1,"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"one_time","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-19","left":{"minor":4900,"currency":"EUR","text":"49.00 EUR"}},"flags":[]}"#);
    }

    #[test]
    fn csv_and_tsv_are_flat_and_harmless() {
        insta::assert_snapshot!(listed(Format::Csv, None, &views()), @r#"
        paid_on,transaction_id,order_id,product_id,product_name,customer_name,customer_email,country,amount,currency,method,plan,kind,status,ordered_at,ordered_on,paid_at,rate_number,test,refundable,refundable_code,refundable_until,left,flags
        2026-03-20,3f9a0c11d2e4b567,Zk3xY81a,e232d769,Yoga for Beginners,Anna Beispiel,anna@example.org,DE,49.00,EUR,sepa,one_time,sale,paid,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T10:00:05.500Z,1,false,yes,,2026-04-19,49.00,
        2026-02-01,77b1e0a9c3d2f410,Zk3xY81a,aaaa0000,Chess,"'=HYPERLINK(""http://example.org"")",anna@example.org,DE,1290.00,EUR,card,one_time,sale,paid,,,2026-02-01T10:00:00Z,1,false,goodwill,period_expired,2026-02-15,1290.00,plan_cancelled
        2026-03-20,0000000000000003,Zk3xY81a,e232d769,Yoga for Beginners,Eve\u{1b}[2J\u{202e},anna@example.org,DE,49.00,EUR,sepa,one_time,sale,paid,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T10:00:05.500Z,1,true,no,test_payment,,49.00,
        2026-03-20,dda4378643f3115d,Zk3xY81a,e232d769,Yoga for Beginners,Anna Beispiel,anna@example.org,DE,49.00,EUR,sepa,one_time,refund,succeeded,2026-03-20T10:00:00Z,2026-03-20,2026-03-20T10:00:05.500Z,1,false,no,not_a_sale,,0.00,
        "#);
        insta::assert_snapshot!(listed(Format::Tsv, None, &views()[1..3]), @r#"
        paid_on	transaction_id	order_id	product_id	product_name	customer_name	customer_email	country	amount	currency	method	plan	kind	status	ordered_at	ordered_on	paid_at	rate_number	test	refundable	refundable_code	refundable_until	left	flags
        2026-02-01	77b1e0a9c3d2f410	Zk3xY81a	aaaa0000	Chess	'=HYPERLINK("http://example.org")	anna@example.org	DE	1290.00	EUR	card	one_time	sale	paid			2026-02-01T10:00:00Z	1	false	goodwill	period_expired	2026-02-15	1290.00	plan_cancelled
        2026-03-20	0000000000000003	Zk3xY81a	e232d769	Yoga for Beginners	Eve\u{1b}[2J\u{202e}	anna@example.org	DE	49.00	EUR	sepa	one_time	sale	paid	2026-03-20T10:00:00Z	2026-03-20	2026-03-20T10:00:05.500Z	1	true	no	test_payment		49.00
        "#);
    }

    #[test]
    fn flags_come_the_most_urgent_first() {
        let mut record = sale();
        record.refunds = vec![refund(RefundState::Marked)];
        record.unmatched = vec![Unmatched { id: id("dda4378643f3115d"), amount: euros(4900), on: day("2026-03-24") }];
        let view = view(record);
        assert_eq!(view.flag_words(), "unmatched_refund refund_open");
        assert_eq!(refundable_cell(&view).text, "no (already_refunded)");
        assert_eq!(flags_tone(&view.flags), Tone::Warn);
    }
}
