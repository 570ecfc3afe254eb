//! Both sides of what is paid twice, which need more than a line of a table.

use super::{DueView, advice};
use crate::domain::due::DueSubject;
use crate::domain::refund::Refund;
use crate::domain::sale::record::SaleRecord;
use crate::output::sentences::{self, weekday};
use crate::output::table::{Cell, Style, Tone, facts};

/// One block for each sale that is paid twice.
pub fn blocks(views: &[DueView], style: &Style) -> String {
    views.iter().map(|view| block(view, style)).collect::<Vec<_>>().join("\n")
}

fn block(view: &DueView, style: &Style) -> String {
    let DueSubject::Sale { record, twice } = &view.item.subject else { return String::new() };
    let payment = &record.payment;
    let headline = match twice.at_stake.is_zero() {
        true => "refunded and charged back, but not more than was paid".to_owned(),
        false => format!("{} at stake", twice.at_stake),
    };
    let paid_on = view.paid_on.map(weekday).unwrap_or_default();
    let status = if view.item.record().is_some_and(SaleRecord::is_unpaid) { payment.entry.shown() } else { "paid" };
    let sale = format!("{}, {} {status} on {paid_on}", payment.id, payment.amount);
    let mut pairs = vec![
        ("paid twice", Cell::new(headline, Tone::Bad)),
        ("sale", Cell::plain(sale)),
        ("customer", Cell::plain(sentences::customer(&payment.customer))),
    ];
    pairs.extend(twice.refunds.iter().map(|refund| ("refund", Cell::plain(refund_side(refund)))));
    if twice.refunds.is_empty() && twice.chargebacks.len() < 2 {
        pairs.push(("refund", Cell::plain("the platform reports the sale itself as refunded")));
    }
    pairs.extend(twice.chargebacks.iter().map(|each| {
        ("chargeback", Cell::plain(format!("{}, {}, charged back on {}", each.id, each.amount, weekday(each.on))))
    }));
    if record.is_charged_back() && twice.chargebacks.is_empty() {
        pairs.push(("chargeback", Cell::plain("the platform reports the sale itself as charged back")));
    }
    let also: Vec<String> = view.item.also.iter().map(|due| due.code.word().replace('_', " ")).collect();
    pairs.extend((!also.is_empty()).then(|| ("also", Cell::plain(also.join(", ")))));
    pairs.push(("to do", Cell::plain(view.advice.as_str())));
    pairs.push(("next", Cell::new(view.next.as_str(), Tone::Strong)));
    pairs.extend(advice::done(&view.item).map(|command| ("when done", Cell::plain(command))));
    facts(&pairs, style)
}

fn refund_side(refund: &Refund) -> String {
    let on = refund.state.on().unwrap_or_else(|| refund.on());
    format!("{}, {}, {} on {}", refund.id, refund.amount, refund.status(), weekday(on))
}
