//! The tour's sales and its steps.

use chrono::{Days, NaiveDate};

/// Payments in the desk's own format; `{20}` is the day 20 days ago.
const SALES: &str = include_str!("sales.csv");

/// A step of the tour: the text that explains it, and the command that it runs.
pub struct Step {
    pub text: &'static str,
    pub command: &'static [&'static str],
}

pub const SEARCH: Step = Step {
    text: "Ms Müller writes that she wants her money back. Type her name as you like: case and accents are \
           ignored.",
    command: &["transactions", "search", "muller"],
};

pub const ALL: Step = Step {
    text: "For every payment the desk says whether it may be refunded and until when, or why not. `goodwill` is a no \
           that you may override.",
    command: &["transactions", "search", "--columns", "transaction_id,customer_name,refundable"],
};

pub const REFUSAL: Step = Step {
    text: "Mr Nowak asks too late: the return period of his course is over. The desk refuses, names the rule, and \
           records nothing.",
    command: &["refund", "5d83a0f9c4127be6", "--reason", "dissatisfied"],
};

pub const REFUND: Step = Step {
    text: "Ms Müller is in time. The desk shows what it would record, between which two dates the money arrives, \
           and what to consider. Then it asks. Enter alone means no.",
    command: &["refund", "2f6c1b9a04d7e358", "--reason", "customer-request"],
};

pub const WORKLIST: Step = Step {
    text: "The desk marks refunds; the platform pays them. The marked refunds are your worklist: carry them out on \
           the platform, then run `retour refunds submit`. The next notification or export that you import \
           confirms them.",
    command: &["refunds", "list", "--status", "marked"],
};

/// The made-up sales, dated relative to `today`.
pub fn sales(today: NaiveDate) -> String {
    placed_before(today, SALES)
}

/// Fills in the days of a template: `{20}` is the day 20 days before `today`.
fn placed_before(today: NaiveDate, template: &str) -> String {
    let mut text = String::new();
    for piece in template.split('{') {
        let placed = piece.split_once('}').and_then(|(days, rest)| {
            let on = today.checked_sub_days(Days::new(days.parse().ok()?))?;
            Some(format!("{on}{rest}"))
        });
        text.push_str(placed.as_deref().unwrap_or(piece));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::CommandLine;
    use clap::Parser;

    #[test]
    fn a_day_in_the_template_is_counted_back_from_today() {
        let today = "2026-03-01".parse().unwrap();
        assert_eq!(placed_before(today, "a,{1},b\n{60},{x}"), "a,2026-02-28,b\n2025-12-31,x}");
    }

    #[test]
    fn every_step_of_the_tour_is_a_command_line() {
        for step in [&SEARCH, &ALL, &REFUSAL, &REFUND, &WORKLIST] {
            let words = ["retour"].iter().chain(step.command);
            assert!(CommandLine::try_parse_from(words).is_ok(), "{:?}", step.command);
        }
    }
}
