//! One payment as text.

use chrono::NaiveDate;

use super::columns::{flags_tone, status};
use super::{BankCase, TransactionView};
use crate::domain::rules::cautions::{self, CautionCode};
use crate::domain::rules::plan::Verdict;
use crate::domain::sale::transaction::{Method, SaleStatus};
use crate::domain::time::Now;
use crate::output::listing;
use crate::output::sentences;
use crate::output::table::{self, Cell, ColumnLayout, Style, Tone, facts, wrap};
use crate::output::views::caution::CautionView;
use crate::output::views::refund::RefundView;

pub(super) fn text(
    view: &TransactionView,
    refunds: &[RefundView],
    cases: &[BankCase],
    cautions: &[CautionView],
    now: &Now,
    style: &Style,
) -> String {
    let refund_columns = ["refund_id", "amount", "status", "marked_on", "settlement_by", "reason"];
    let mut parts = vec![
        facts(&facts_of(view, now), style),
        verdict_text(view, now, style) + &cautions_text(view, cautions, style),
        listing::table_of(refunds, &refund_columns, style),
        cases_text(cases, style),
    ];
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

fn facts_of(view: &TransactionView, now: &Now) -> Vec<(&'static str, Cell)> {
    let payment = &view.record.payment;
    let plan = sentences::plan(payment.plan, view.record.plan_is_cancelled);
    let number = payment.rate_number.filter(|number| payment.plan.recurs() || *number > 1);
    let instalment = number.map(|number| format!(", instalment {number}")).unwrap_or_default();
    let has_money = payment.sale_status().is_some_and(SaleStatus::has_money);
    let test = if payment.is_test { ", test" } else { "" };
    let mut pairs = vec![
        ("transaction", Cell::new(payment.id.as_str(), Tone::Strong)),
        ("order", Cell::plain(payment.order.as_str())),
        ("product", Cell::plain(sentences::products(&payment.products))),
        ("customer", Cell::plain(sentences::customer(&payment.customer))),
        ("country", Cell::plain(payment.customer.country.as_str())),
        ("amount", Cell::plain(payment.amount.to_string())),
        ("left", Cell::plain(view.left.to_string())),
        ("method", Cell::plain(sentences::method(payment.method))),
        ("plan", Cell::plain(plan + &instalment)),
        ("status", Cell::plain(status(view) + test)),
        ("ordered", Cell::plain(view.ordered_on.map(sentences::weekday).unwrap_or_default())),
        (if has_money { "paid" } else { "date" }, Cell::plain(sentences::weekday(view.paid_on))),
        ("flags", Cell::new(view.flag_words(), flags_tone(&view.flags))),
    ];
    pairs.retain(|(_, cell)| !cell.text.is_empty());
    pairs.extend(deadlines(view, now));
    pairs
}

/// The deadlines of banks and PayPal, which count from the payment.
fn deadlines(view: &TransactionView, now: &Now) -> Vec<(&'static str, Cell)> {
    let payment = &view.record.payment;
    if payment.sale_status().is_none() || payment.is_test {
        return Vec::new();
    }
    let due = |day: NaiveDate| {
        let over = if day < now.today { ", over" } else { "" };
        Cell::plain(sentences::weekday(day) + over)
    };
    let chargeback = cautions::chargeback_until(&view.record, now.zone);
    let paypal = cautions::paypal_refundable_until(&view.record, now.zone);
    let lines = [
        chargeback.map(|day| ("chargeback until", due(day))),
        paypal.map(|day| ("PayPal refunds until", due(day))),
        (payment.method == Method::Unknown)
            .then(|| ("chargeback until", Cell::plain("unknown, because the method is unknown"))),
    ];
    lines.into_iter().flatten().collect()
}

/// Whether it may be refunded, by which rule and until which day, with the period of each of several products.
fn verdict_text(view: &TransactionView, now: &Now, style: &Style) -> String {
    let period = sentences::period(&view.period, now.today);
    let sentence = match &view.verdict {
        Verdict::Yes => format!("Refundable: {} is left; {period}.", view.left),
        Verdict::Goodwill(refusal) => {
            format!("Refundable as goodwill only ({}): {period}.", refusal.code())
        }
        Verdict::No(refusal) => format!("Not refundable ({}): {refusal}.", refusal.code()),
    };
    let several = view.period.products.len() > 1 && !view.is_refused();
    let each = view.period.products.iter().filter(|_| several);
    let lines = each.map(|product| wrap(&sentences::product_period(product), 2, style));
    wrap(&sentence, 0, style) + &lines.collect::<String>()
}

/// The cautions, if a refund is possible; deadlines are among the facts already.
fn cautions_text(view: &TransactionView, cautions: &[CautionView], style: &Style) -> String {
    use CautionCode::{ChargebackUntil, PaypalRefundableUntil};
    let is_new =
        |caution: &&CautionView| !view.is_refused() && !matches!(caution.code, ChargebackUntil | PaypalRefundableUntil);
    let new: Vec<_> = cautions.iter().filter(is_new).map(CautionView::fact).collect();
    facts(&new, style)
}

fn cases_text(cases: &[BankCase], style: &Style) -> String {
    if cases.is_empty() {
        return String::new();
    }
    let columns = [
        ColumnLayout::whole("CASE"),
        ColumnLayout::whole("ID"),
        ColumnLayout::number("AMOUNT"),
        ColumnLayout::whole("STATUS"),
        ColumnLayout::whole("ON"),
    ];
    let row = |case: &BankCase| {
        let amount = case.amount.map(|amount| amount.to_string()).unwrap_or_default();
        let day = case.on.to_string();
        let tone = if matches!(case.status, "stands" | "open") { Tone::Warn } else { Tone::Plain };
        let plain = [Cell::plain(case.kind), Cell::plain(&case.id), Cell::plain(amount)];
        plain.into_iter().chain([Cell::new(case.status, tone), Cell::plain(day)]).collect()
    };
    table::table(&columns, cases.iter().map(row).collect(), true, style)
}
