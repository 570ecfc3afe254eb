//! One payment alone, with its refunds, chargebacks, disputes and deadlines.

use chrono::NaiveDate;
use serde::Serialize;

use super::{TransactionView, flags_tone, status};
use crate::domain::money::Money;
use crate::domain::rules::plan::{CautionCode, Verdict};
use crate::domain::rules::policy::Policy;
use crate::domain::rules::window;
use crate::domain::sale::dispute::{Chargeback, Dispute};
use crate::domain::sale::record::SaleRecord;
use crate::domain::sale::transaction::{Method, SaleStatus};
use crate::domain::time::Now;
use crate::output::json::{self, Amount};
use crate::output::listing;
use crate::output::sentences;
use crate::output::table::{self, Cell, Style, Tone, facts, wrap};
use crate::output::ui::{Ui, Undelivered};
use crate::output::views::refund::{CautionView, RefundView, cautions_of_sale};

/// One payment with its refunds, disputes and deadlines, in the Ui's format.
pub fn show(ui: &mut Ui, record: SaleRecord, policy: &Policy, now: &Now) -> Result<(), Undelivered> {
    let refunds: Vec<RefundView> =
        record.refunds.iter().map(|refund| RefundView::recorded(refund, &record, policy, now)).collect();
    let cases: Vec<Case> = cases(&record, policy);
    let cautions = cautions_of_sale(&record, policy, now);
    let seen = TransactionView::of(record, policy, now);
    let document = Document {
        transaction: seen.object(),
        refunds: refunds.iter().map(RefundView::object).collect(),
        disputes: cases.iter().map(CaseJson::from).collect(),
    };
    let text = |style: &Style| text(&seen, &refunds, &cases, &cautions, now, style);
    listing::show(ui, text, document, std::slice::from_ref(&seen))
}

#[derive(Serialize)]
struct Document<T, R> {
    transaction: T,
    refunds: Vec<R>,
    disputes: Vec<CaseJson>,
}

/// What the bank did or is asked to do: a chargeback or a dispute.
struct Case {
    kind: &'static str,
    id: String,
    amount: Option<Money>,
    status: &'static str,
    on: NaiveDate,
}

#[derive(Serialize)]
struct CaseJson {
    kind: &'static str,
    id: String,
    amount: Option<Amount>,
    status: &'static str,
    on: String,
}

impl From<&Case> for CaseJson {
    fn from(case: &Case) -> Self {
        let Case { kind, id, amount, status, on } = case;
        Self { kind, id: id.clone(), amount: amount.map(Amount::from), status, on: json::on(*on) }
    }
}

fn cases(record: &SaleRecord, policy: &Policy) -> Vec<Case> {
    let chargeback = |each: &Chargeback| Case {
        kind: "chargeback",
        id: each.id.to_string(),
        amount: Some(each.amount),
        status: if each.stands() { "stands" } else { "lifted" },
        on: each.on,
    };
    let dispute = |each: &Dispute| Case {
        kind: "dispute",
        id: each.id.to_string(),
        amount: each.amount,
        status: each.state.word(),
        on: policy.zone.day_of(each.at),
    };
    let chargebacks = record.chargebacks.iter().map(chargeback);
    chargebacks.chain(record.disputes.iter().map(dispute)).collect()
}

fn text(
    seen: &TransactionView,
    refunds: &[RefundView],
    cases: &[Case],
    cautions: &[CautionView],
    now: &Now,
    style: &Style,
) -> String {
    let refund_columns = ["refund_id", "amount", "status", "marked_on", "settlement_by", "reason"];
    let mut parts = vec![
        facts(&facts_of(seen, now), style),
        verdict_text(seen, now, style) + &cautions_text(seen, cautions, style),
        listing::table_of(refunds, &refund_columns, style),
        cases_text(cases, style),
    ];
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn facts_of(seen: &TransactionView, now: &Now) -> Vec<(&'static str, Cell)> {
    let payment = &seen.record.payment;
    let plan = sentences::plan(payment.plan, seen.record.plan_is_cancelled);
    let rate = payment.rate_number.filter(|rate| payment.plan.recurs() || *rate > 1);
    let rate = rate.map(|rate| format!(", rate {rate}")).unwrap_or_default();
    let has_money = payment.sale_status().is_some_and(SaleStatus::has_money);
    let test = if payment.is_test { ", test" } else { "" };
    let mut pairs = vec![
        ("transaction", Cell::new(payment.id.as_str(), Tone::Strong)),
        ("order", Cell::plain(payment.order.as_str())),
        ("product", Cell::plain(sentences::products(&payment.products))),
        ("customer", Cell::plain(sentences::customer(&payment.customer))),
        ("country", Cell::plain(payment.customer.country.as_str())),
        ("amount", Cell::plain(payment.amount.to_string())),
        ("left", Cell::plain(seen.left.to_string())),
        ("method", Cell::plain(sentences::method(payment.method))),
        ("plan", Cell::plain(plan + &rate)),
        ("status", Cell::plain(status(seen) + test)),
        ("ordered", Cell::plain(seen.ordered_on.map(sentences::weekday).unwrap_or_default())),
        (if has_money { "paid" } else { "dated" }, Cell::plain(sentences::weekday(seen.paid_on))),
        ("flags", Cell::new(seen.flag_words(), flags_tone(&seen.flags))),
    ];
    pairs.retain(|(_, cell)| !cell.text.is_empty());
    pairs.extend(deadlines(seen, now));
    pairs
}

/// The days that banks and PayPal count from a sale's payment.
fn deadlines(seen: &TransactionView, now: &Now) -> Vec<(&'static str, Cell)> {
    let payment = &seen.record.payment;
    if payment.sale_status().is_none() || payment.is_test {
        return Vec::new();
    }
    let (method, paid_on) = (payment.method, seen.paid_on);
    let due = |day: NaiveDate| {
        let over = if day < now.today { ", over" } else { "" };
        Cell::plain(sentences::weekday(day) + over)
    };
    let chargeback = window::chargeback_until(method, paid_on);
    let paypal = window::paypal_refundable_until(method, paid_on);
    let lines = [
        chargeback.map(|day| ("chargeback until", due(day))),
        paypal.map(|day| ("PayPal refunds until", due(day))),
        (method == Method::Unknown).then(|| ("chargeback until", Cell::plain("unknown, as the method is"))),
    ];
    lines.into_iter().flatten().collect()
}

/// May it be refunded, by which rule and until which day; each product's period where there are several.
fn verdict_text(seen: &TransactionView, now: &Now, style: &Style) -> String {
    let period = sentences::period(&seen.period, now.today);
    let sentence = match &seen.verdict {
        Verdict::Yes => format!("Refundable: {} can go back; {period}.", seen.left),
        Verdict::Goodwill(refusal) => {
            format!("Refundable as goodwill only ({}): {period}.", refusal.code())
        }
        Verdict::No(refusal) => format!("Not refundable ({}): {refusal}.", refusal.code()),
    };
    let several = seen.period.products.len() > 1 && !seen.is_refused();
    let each = seen.period.products.iter().filter(|_| several);
    let lines = each.map(|product| wrap(&sentences::product_period(product), 2, style));
    wrap(&sentence, 0, style) + &lines.collect::<String>()
}

/// What to mind where a refund is possible; the days that stand among the facts are not said twice.
fn cautions_text(seen: &TransactionView, cautions: &[CautionView], style: &Style) -> String {
    use CautionCode::{ChargebackUntil, PaypalRefundableUntil};
    let is_news =
        |caution: &&CautionView| !seen.is_refused() && !matches!(caution.code, ChargebackUntil | PaypalRefundableUntil);
    let news: Vec<_> = cautions.iter().filter(is_news).map(CautionView::fact).collect();
    facts(&news, style)
}

fn cases_text(cases: &[Case], style: &Style) -> String {
    if cases.is_empty() {
        return String::new();
    }
    let columns = [
        table::Column::whole("CASE"),
        table::Column::whole("ID"),
        table::Column::number("AMOUNT"),
        table::Column::whole("STATUS"),
        table::Column::whole("ON"),
    ];
    let row = |case: &Case| {
        let amount = case.amount.map(|amount| amount.to_string()).unwrap_or_default();
        let day = case.on.to_string();
        let tone = if matches!(case.status, "stands" | "open") { Tone::Warn } else { Tone::Plain };
        let plain = [Cell::plain(case.kind), Cell::plain(&case.id), Cell::plain(amount)];
        plain.into_iter().chain([Cell::new(case.status, tone), Cell::plain(day)]).collect()
    };
    table::table(&columns, &cases.iter().map(row).collect::<Vec<_>>(), style)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TransactionId;
    use crate::domain::refund::RefundState;
    use crate::domain::sale::dispute::DisputeState;
    use crate::domain::sale::transaction::{PaymentPlan, PlatformStatus};
    use crate::output::ui::Format;
    use crate::output::ui::tests::ui;
    use crate::output::views::fixtures::{
        day, euros, instant, later, order_id, platform_refund, policy, product, refund, sale, today,
    };

    fn shown(format: Format, width: Option<usize>, record: SaleRecord, now: &Now) -> String {
        let (mut ui, out, err) = ui(format, width);
        show(&mut ui, record, &policy(), now).unwrap();
        assert_eq!(err.text(), "");
        out.text()
    }

    /// Partly refunded by support, charged back and given back, with an open dispute.
    fn eventful() -> SaleRecord {
        let mut record = sale();
        let id = |text| TransactionId::new(text).unwrap();
        record.payment.plan = PaymentPlan::Subscription;
        record.refunds = vec![platform_refund("2026-03-22")];
        record.chargebacks = vec![Chargeback {
            id: id("c000000000000001"),
            amount: euros(4900),
            status: PlatformStatus::Reversed,
            on: day("2026-03-23"),
        }];
        record.disputes = vec![Dispute {
            id: id("case-7"),
            order: order_id(),
            sale: None,
            amount: None,
            state: DisputeState::Open,
            at: instant("2026-03-24T23:30:00Z"),
        }];
        record
    }

    #[test]
    fn a_sale_shows_its_verdict_with_rule_and_day() {
        insta::assert_snapshot!(shown(Format::Table, Some(72), sale(), &today()), @r"
        transaction       3f9a0c11d2e4b567
        order             Zk3xY81a
        product           Yoga for Beginners (e232d769)
        customer          Anna Beispiel <anna@example.org>
        country           DE
        amount            49.00 EUR
        left              49.00 EUR
        method            SEPA direct debit
        plan              one payment
        status            paid
        ordered           Fri 2026-03-20
        paid              Fri 2026-03-20
        chargeback until  Fri 2026-05-15

        Refundable: 49.00 EUR can go back; the return period of 30 days started
        with the order's first payment on 2026-03-20 and ends on 2026-04-19.
        caution  notify_customer_first: tell the customer first: whoever does
                 not know of the refund may also have the bank take back the
                 debit
        CAUTION  debit_may_still_bounce: before Tue 2026-03-31 the debit can
                 still bounce; refunded and bounced, it is paid back twice
        ");
    }

    #[test]
    fn a_sale_past_its_period_names_the_period_of_each_product() {
        let mut record = sale();
        record.payment.products.push(product("", "Chess"));
        record.payment.method = Method::Paypal;
        insta::assert_snapshot!(shown(Format::Table, None, record, &later("2026-12-01")), @r"
        transaction           3f9a0c11d2e4b567
        order                 Zk3xY81a
        product               Yoga for Beginners (e232d769), Chess
        customer              Anna Beispiel <anna@example.org>
        country               DE
        amount                49.00 EUR
        left                  49.00 EUR
        method                PayPal
        plan                  one payment
        status                paid
        ordered               Fri 2026-03-20
        paid                  Fri 2026-03-20
        PayPal refunds until  Wed 2026-09-16, over

        Refundable as goodwill only (period_expired): the return period of 14 days started with the order's first payment on 2026-03-20 and ended on 2026-04-03.
          Yoga for Beginners (e232d769): 30 days
          Chess: 14 days, the default
        ");
    }

    #[test]
    fn refunds_and_cases_stand_below_the_facts() {
        insta::assert_snapshot!(shown(Format::Table, None, eventful(), &today()), @"
        transaction       3f9a0c11d2e4b567
        order             Zk3xY81a
        product           Yoga for Beginners (e232d769)
        customer          Anna Beispiel <anna@example.org>
        country           DE
        amount            49.00 EUR
        left              30.00 EUR
        method            SEPA direct debit
        plan              subscription, not known to be cancelled, rate 1
        status            paid
        ordered           Fri 2026-03-20
        paid              Fri 2026-03-20
        flags             dispute_open partly_refunded
        chargeback until  Fri 2026-05-15

        Refundable: 30.00 EUR can go back; the return period of 30 days started with the order's first payment on 2026-03-20 and ends on 2026-04-19.
        caution  notify_customer_first: tell the customer first: whoever does not know of the refund may also have the bank take back the debit
        CAUTION  debit_may_still_bounce: before Tue 2026-03-31 the debit can still bounce; refunded and bounced, it is paid back twice
        CAUTION  dispute_open: a dispute is open: where the bank decides for the customer, a refund pays twice
        caution  plan_continues: the subscription is not known to be cancelled, and a refund may not stop it: see to it on the platform

        REFUND               AMOUNT  STATUS     MARKED  ARRIVES BY  REASON
        ──────────────────────────────────────────────────────────────────
        dda4378643f3115d  19.00 EUR  succeeded          2026-03-27

        CASE        ID                   AMOUNT  STATUS  ON
        ───────────────────────────────────────────────────────────
        chargeback  c000000000000001  49.00 EUR  lifted  2026-03-23
        dispute     case-7                       open    2026-03-25
        ");
    }

    #[test]
    fn a_refunded_sale_says_why_not() {
        let mut record = sale();
        record.refunds = vec![refund(RefundState::Marked)];
        let text = shown(Format::Table, None, record, &today());
        let verdict = "Not refundable (already_refunded): nothing is left of 49.00 EUR: all of 3f9a0c11d2e4b567 is refunded, or marked to be.\n";
        assert!(text.contains(verdict), "{text}");
    }

    #[test]
    fn json_has_refunds_and_disputes_beside_the_transaction() {
        insta::assert_snapshot!(shown(Format::Json, None, eventful(), &today()), @r#"{"schema_version":1,"transaction":{"transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","products":[{"product_id":"e232d769","name":"Yoga for Beginners"}],"product_id":"e232d769","product_name":"Yoga for Beginners","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"method":"sepa","plan":"subscription","kind":"sale","status":"paid","ordered_at":"2026-03-20T10:00:00Z","ordered_on":"2026-03-20","paid_at":"2026-03-20T10:00:05.500Z","paid_on":"2026-03-20","rate_number":1,"test":false,"refundable":{"verdict":"yes","code":null,"until":"2026-04-19","left":{"minor":3000,"currency":"EUR","text":"30.00 EUR"}},"flags":["dispute_open","partly_refunded"]},"refunds":[{"refund_id":"dda4378643f3115d","transaction_id":"3f9a0c11d2e4b567","order_id":"Zk3xY81a","customer":{"name":"Anna Beispiel","email":"anna@example.org","country":"DE"},"amount":{"minor":1900,"currency":"EUR","text":"19.00 EUR"},"reason":null,"note":null,"goodwill":false,"status":"succeeded","status_on":"2026-03-22","origin":"platform","actor":null,"marked_at":null,"marked_on":null,"asked_on":null,"settlement":{"from":"2026-03-23","by":"2026-03-27","basis":"succeeded","rule":"sepa 1-5"},"overdue":false,"cautions":[],"key":null,"reference":null,"platform_transaction_id":"dda4378643f3115d","replayed":false,"dry_run":false}],"disputes":[{"kind":"chargeback","id":"c000000000000001","amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"status":"lifted","on":"2026-03-23"},{"kind":"dispute","id":"case-7","amount":null,"status":"open","on":"2026-03-25"}]}"#);
    }

    #[test]
    fn csv_is_the_row_of_the_listing() {
        let text = shown(Format::Csv, None, sale(), &today());
        assert_eq!(text.lines().count(), 2);
        assert!(text.starts_with("paid_on,transaction_id,"), "{text}");
    }
}
