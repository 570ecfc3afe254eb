//! A refund as text: the plan before the question, the outcome after it, and the whole refund.

use super::{RefundView, Signed};
use crate::domain::ids::{Key, Reference, TransactionId};
use crate::domain::refund::{Ground, RefundState, RefundStatus};
use crate::domain::rules::cautions::CautionCode;
use crate::domain::rules::plan::RefundPlan;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Now;
use crate::output::sentences;
use crate::output::table::{Cell, Style, Tone, facts, wrap};
use crate::output::views::caution::CautionView;

/// The plan as shown before the question: what is refunded to whom, why, when it arrives, and the cautions.
pub fn plan_text(plan: &RefundPlan, record: &SaleRecord, policy: &Policy, now: &Now, style: &Style) -> String {
    let view = RefundView::planned(plan, &record.payment, policy, now, Signed::default());
    let payment = &record.payment;
    let sale = format!("{}, {} paid on {}", plan.sale, payment.amount, sentences::weekday(record.paid_on(policy.zone)));
    let mut pairs = vec![
        ("refund", Cell::new(how_much(plan), Tone::Strong)),
        ("sale", Cell::plain(sale)),
        ("order", Cell::plain(payment.order.as_str())),
        ("product", Cell::plain(sentences::products(&payment.products))),
        ("customer", Cell::plain(sentences::customer(&payment.customer))),
        ("method", Cell::plain(sentences::method(payment.method))),
    ];
    let has_period = plan.ground != Ground::NonPerformance;
    pairs.extend(has_period.then(|| ("period", Cell::plain(sentences::period(&plan.period, now.today)))));
    let several = plan.period.products.iter().filter(|_| has_period && plan.period.products.len() > 1);
    pairs.extend(several.map(|each| ("", Cell::plain(sentences::product_period(each)))));
    pairs.extend(view.facts_of_request());
    let expected = plan.window.map_or_else(
        || "no day: PayPal no longer refunds this payment".to_owned(),
        |window| sentences::window(&window, now.today),
    );
    pairs.push(("expected", Cell::new(expected, Tone::Strong)));
    pairs.extend(view.facts_of_cautions());
    pairs.retain(|(_, cell)| !cell.text.is_empty());
    facts(&pairs, style)
}

/// `49.00 EUR, all that is left`, `20.00 EUR of the 49.00 EUR left`
fn how_much(plan: &RefundPlan) -> String {
    match plan.left_after.is_zero() {
        true => format!("{}, all that is left", plan.amount),
        false => format!("{} of the {} left", plan.amount, plan.left_before),
    }
}

/// What has just happened to a refund, and when the money arrives.
pub fn outcome(view: &RefundView, style: &Style) -> String {
    let name = view.id().unwrap_or_default();
    let who = sentences::customer(&view.customer);
    let sum = format!("{} of {} for {who}", view.amount, view.sale);
    let replay = match view.key() {
        Some(key) if view.is_replayed => {
            format!("Nothing new was recorded: key {key} was already used for {name}. ")
        }
        _ => String::new(),
    };
    let status = sentences::status_sentence(&name, &sum, view.state);
    wrap(&format!("{replay}{status}."), 0, style) + &view.arrival(style) + &view.notify_first(&name, style)
}

impl RefundView {
    fn arrival(&self, style: &Style) -> String {
        let Some(window) = &self.window else { return String::new() };
        let money = match window.basis {
            RefundStatus::Marked => "The money would arrive",
            _ if self.today > window.by => "The money was expected",
            _ => "The money is expected",
        };
        let late = if self.is_overdue { " It is overdue." } else { "" };
        wrap(&format!("{money} {}.{late}", sentences::window(window, self.today)), 0, style)
    }

    /// What to do before carrying it out, if the customer could reverse the debit.
    fn notify_first(&self, name: &str, style: &Style) -> String {
        let is_due = self.cautions.iter().any(|caution| caution.code == CautionCode::NotifyCustomerFirst);
        match self.state {
            RefundState::Marked if is_due => {
                wrap(&format!("Notify the customer first: `retour notice {name}` writes the message."), 0, style)
            }
            _ => String::new(),
        }
    }

    fn facts_of_request(&self) -> Vec<(&'static str, Cell)> {
        let Some(mark) = &self.mark else { return Vec::new() };
        let use_of_day =
            if mark.ground == Ground::NonPerformance { "" } else { ", the day used to check the return period" };
        let asked = |day| format!("{}{use_of_day}", sentences::weekday(day));
        vec![
            ("reason", Cell::plain(mark.reason.word())),
            ("ground", Cell::plain(sentences::ground(mark.ground))),
            ("note", Cell::plain(mark.note.as_deref().unwrap_or_default())),
            ("asked on", Cell::plain(mark.asked_on.map(asked).unwrap_or_default())),
        ]
    }

    fn facts_of_cautions(&self) -> Vec<(&'static str, Cell)> {
        self.cautions.iter().map(CautionView::fact).collect()
    }

    /// `marked on Wed 2026-03-25 by anna, overdue`
    fn status_text(&self) -> String {
        let day = self.status_on().map(|day| format!(" on {}", sentences::weekday(day))).unwrap_or_default();
        let actor = self.mark.as_ref().filter(|_| self.state == RefundState::Marked);
        let by = actor.map(|mark| format!(" by {}", mark.actor)).unwrap_or_default();
        let late = if self.is_overdue { ", overdue" } else { "" };
        format!("{}{day}{by}{late}", self.state.status())
    }

    /// A refund that is not confirmed can be asked about.
    fn support(&self) -> String {
        let RefundState::Submitted { on } = self.state else { return String::new() };
        let asks = sentences::for_support(&self.order, &self.sale, self.amount, on);
        format!("if no confirmation comes, CopeCart's support {asks}")
    }

    pub(super) fn text(&self, style: &Style) -> String {
        let arrives = self.window.as_ref().map(|window| sentences::window(window, self.today));
        let name = |text: Option<&str>| Cell::plain(text.unwrap_or_default());
        let notified = self.notified_on.map(sentences::weekday);
        let mut pairs = vec![
            ("refund", Cell::new(self.id().unwrap_or_default(), Tone::Strong)),
            ("amount", Cell::plain(self.amount.to_string())),
            ("sale", Cell::plain(self.sale.as_str())),
            ("order", Cell::plain(self.order.as_str())),
            ("customer", Cell::plain(sentences::customer(&self.customer))),
            ("status", Cell::new(self.status_text(), self.tone())),
            ("expected", Cell::plain(arrives.unwrap_or_default())),
            ("support", Cell::plain(self.support())),
            ("notified on", Cell::plain(notified.unwrap_or_default())),
            ("origin", Cell::plain(self.origin.word())),
            ("reported as", name(self.reported_as.as_ref().map(TransactionId::as_str))),
            ("reference", name(self.reference().map(Reference::as_str))),
            ("key", name(self.key().map(Key::as_str))),
        ];
        pairs.extend(self.facts_of_request());
        pairs.extend(self.facts_of_cautions());
        pairs.retain(|(_, cell)| !cell.text.is_empty());
        facts(&pairs, style)
    }
}

#[cfg(test)]
mod tests;
