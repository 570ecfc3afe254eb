//! What a step has done to a batch: a sentence for the refunds that moved, one for those that had taken the step
//! before, and a table of refunds.

use super::RefundView;
use crate::domain::money::Totals;
use crate::domain::refund::Step;
use crate::output::listing;
use crate::output::sentences::{counted, weekday};
use crate::output::table::{Style, wrap};
use crate::output::ui::{Format, Ui, Undelivered};
use chrono::NaiveDate;

/// A step of a batch. Refunds that had taken it before are [`RefundView::replayed`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BatchStep {
    pub step: Step,
    /// The day it happened.
    pub on: NaiveDate,
}

/// The refunds of a batch after a step.
pub fn answer_batch(ui: &mut Ui, step: BatchStep, views: &[RefundView]) -> Result<(), Undelivered> {
    if ui.format == Format::Table {
        let text = text(step, views, &ui.style);
        return ui.answer(&text);
    }
    if let [only] = views {
        return super::answer(ui, only);
    }
    listing::list(ui, views)
}

fn text(step: BatchStep, views: &[RefundView], style: &Style) -> String {
    let (before, moved): (Vec<RefundView>, Vec<RefundView>) = views.iter().cloned().partition(|view| view.is_replayed);
    let mut sentences = Vec::new();
    if !moved.is_empty() {
        sentences.push(has_moved(step, &moved));
    }
    if !before.is_empty() {
        let nothing = if moved.is_empty() { "Nothing was changed: " } else { "" };
        let were = if before.len() == 1 { "was" } else { "were" };
        sentences.push(format!("{nothing}{}, {were} {} before.", sum(&before), step.step.done()));
    }
    let columns = ["refund_id", "customer_name", "amount", "status", "settlement_by"];
    let table = listing::table_of(if moved.is_empty() { &before } else { &moved }, &columns, style);
    wrap(&sentences.join(" "), 0, style) + "\n" + &table
}

fn has_moved(BatchStep { step, on }: BatchStep, moved: &[RefundView]) -> String {
    let (sum, day) = (sum(moved), weekday(on));
    let (are, have) = if moved.len() == 1 { ("is", "has") } else { ("are", "have") };
    let no_longer = if moved.len() == 1 { "it no longer counts" } else { "they no longer count" };
    match step {
        Step::Submit => {
            format!("{sum}, {are} submitted, carried out on the platform on {day}, and not confirmed yet.")
        }
        Step::Confirm => format!("{sum}, {have} succeeded, confirmed on {day}."),
        Step::Fail => {
            format!("{sum}, failed on {day}: no money has moved, and {no_longer} as refunded.")
        }
        Step::Cancel => {
            format!("{sum}, {are} cancelled on {day}: nothing was paid, and {no_longer} as refunded.")
        }
        Step::Reopen => format!("{sum}, {are} marked again. Nothing has been paid yet."),
        Step::Reverse => format!("{sum}, {are} reversed on {day}, and {no_longer} as refunded."),
    }
}

/// `2 refunds, 93.50 EUR and 12.00 USD`
fn sum(views: &[RefundView]) -> String {
    let mut totals = Totals::default();
    let is_counted = views.iter().try_for_each(|view| totals.add(view.amount)).is_ok();
    let totals: Vec<String> = totals.iter().filter(|_| is_counted).map(|total| total.to_string()).collect();
    let refunds = counted(views.len() as u64, "refund", "refunds");
    if totals.is_empty() { refunds } else { format!("{refunds}, {}", totals.join(" and ")) }
}
