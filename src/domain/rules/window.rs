//! When does the money arrive? Two days on the bank calendar, between which the customer can expect it.

use crate::domain::refund::{RefundState, RefundStatus};
use crate::domain::rules::calendar::Calendar;
use crate::domain::sale::transaction::Method;
use chrono::NaiveDate;
use std::collections::BTreeMap;

/// The first and the last business day, counted from the day a refund was carried out, on which its money arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettlementRule {
    pub from: u32,
    pub by: u32,
}

/// The rules that the vendor configured; other methods follow CopeCart's help pages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Settlement {
    pub by_method: BTreeMap<Method, SettlementRule>,
}

impl Settlement {
    /// SEPA takes one to five business days, every other method zero to ten (CopeCart help article 9064434).
    pub fn rule(&self, method: Method) -> SettlementRule {
        let usual = match method {
            Method::Sepa => SettlementRule { from: 1, by: 5 },
            _ => SettlementRule { from: 0, by: 10 },
        };
        self.by_method.get(&method).copied().unwrap_or(usual)
    }
}

/// The days between which the customer can expect the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub from: NaiveDate,
    pub by: NaiveDate,
    /// The status whose day it is counted from. From `Marked` it holds only if the refund is carried out that day.
    pub basis: RefundStatus,
    /// The day it is counted from.
    pub counted_from: NaiveDate,
    pub method: Method,
    pub rule: SettlementRule,
}

impl Window {
    /// Counts business days from the day after `counted_from`.
    pub fn counted(
        counted_from: NaiveDate,
        basis: RefundStatus,
        method: Method,
        settlement: &Settlement,
        calendar: &Calendar,
    ) -> Self {
        let rule = settlement.rule(method);
        Self {
            from: calendar.business_day_after(counted_from, rule.from),
            by: calendar.business_day_after(counted_from, rule.by),
            basis,
            counted_from,
            method,
            rule,
        }
    }

    /// The window of a refund in this state; `None` if no money will arrive.
    pub fn of_refund(
        state: RefundState,
        marked_on: NaiveDate,
        method: Method,
        settlement: &Settlement,
        calendar: &Calendar,
    ) -> Option<Self> {
        let (day, basis) = match state {
            RefundState::Marked => (marked_on, RefundStatus::Marked),
            RefundState::Submitted { on } => (on, RefundStatus::Submitted),
            RefundState::Succeeded { on, carried_out_on } if carried_out_on < on => {
                (carried_out_on, RefundStatus::Submitted)
            }
            RefundState::Succeeded { on, .. } => (on, RefundStatus::Succeeded),
            RefundState::Failed { .. } | RefundState::Cancelled { .. } | RefundState::Reversed { .. } => {
                return None;
            }
        };
        Some(Self::counted(day, basis, method, settlement, calendar))
    }
}

/// An open refund whose window is over. Age alone never makes a refund fail.
pub fn is_overdue(state: RefundState, window: Option<Window>, today: NaiveDate) -> bool {
    state.status().is_open() && window.is_some_and(|window| today > window.by)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn window(from: &str, method: Method) -> String {
        let (settlement, calendar) = (Settlement::default(), Calendar::default());
        let window = Window::counted(day(from), RefundStatus::Marked, method, &settlement, &calendar);
        format!("{} .. {}", window.from, window.by)
    }

    #[test]
    fn sepa_arrives_from_the_first_to_the_fifth_business_day() {
        for (carried_out, arrives) in [
            ("2026-03-16", "2026-03-17 .. 2026-03-23"), // Monday
            ("2026-03-20", "2026-03-23 .. 2026-03-27"), // Friday
            ("2026-03-21", "2026-03-23 .. 2026-03-27"), // Saturday
            ("2026-03-22", "2026-03-23 .. 2026-03-27"), // Sunday
            ("2026-03-27", "2026-03-30 .. 2026-04-07"), // Good Friday and Easter Monday lie between
            ("2026-04-02", "2026-04-07 .. 2026-04-13"), // Maundy Thursday
            ("2026-04-03", "2026-04-07 .. 2026-04-13"), // Good Friday itself
            ("2026-04-06", "2026-04-07 .. 2026-04-13"), // Easter Monday itself
            ("2026-04-30", "2026-05-04 .. 2026-05-08"), // over 1 May
            ("2026-12-23", "2026-12-24 .. 2026-12-31"), // over Christmas
            ("2026-12-30", "2026-12-31 .. 2027-01-07"), // over New Year
            ("2028-02-28", "2028-02-29 .. 2028-03-06"), // a leap year
        ] {
            assert_eq!(window(carried_out, Method::Sepa), arrives, "{carried_out}");
        }
    }

    #[test]
    fn every_other_method_arrives_at_once_to_the_tenth_business_day() {
        for method in Method::ALL.iter().copied().filter(|method| *method != Method::Sepa) {
            assert_eq!(window("2026-03-27", method), "2026-03-27 .. 2026-04-14", "{method}");
        }
        assert_eq!(window("2026-12-23", Method::Card), "2026-12-23 .. 2027-01-08");
        assert_eq!(window("2028-02-25", Method::Unknown), "2028-02-25 .. 2028-03-10");
    }

    #[test]
    fn a_configured_rule_replaces_a_method_s_own() {
        let settlement = Settlement { by_method: [(Method::Paypal, SettlementRule { from: 0, by: 3 })].into() };
        let calendar = Calendar::default();
        let paypal = Window::counted(day("2026-03-16"), RefundStatus::Marked, Method::Paypal, &settlement, &calendar);
        assert_eq!(paypal.by, day("2026-03-19"));
        assert_eq!(settlement.rule(Method::Card).by, 10);
    }

    #[test]
    fn the_window_is_counted_from_the_day_it_was_carried_out_once_that_is_known() {
        let counted = |state| {
            let (settlement, calendar) = (Settlement::default(), Calendar::default());
            Window::of_refund(state, day("2026-03-02"), Method::Sepa, &settlement, &calendar)
                .map(|window| (window.basis, window.counted_from))
        };
        let (on, earlier) = (day("2026-03-10"), day("2026-03-05"));
        assert_eq!(counted(RefundState::Marked), Some((RefundStatus::Marked, day("2026-03-02"))));
        assert_eq!(counted(RefundState::Submitted { on }), Some((RefundStatus::Submitted, on)));
        let confirmed = RefundState::Succeeded { on, carried_out_on: earlier };
        assert_eq!(counted(confirmed), Some((RefundStatus::Submitted, earlier)));
        let reported = RefundState::Succeeded { on, carried_out_on: on };
        assert_eq!(counted(reported), Some((RefundStatus::Succeeded, on)));
        assert_eq!(counted(RefundState::Failed { on }), None);
        assert_eq!(counted(RefundState::Cancelled { on }), None);
        assert_eq!(counted(RefundState::Reversed { on }), None);
    }

    #[test]
    fn an_open_refund_is_overdue_from_the_day_after_its_window() {
        let (settlement, calendar) = (Settlement::default(), Calendar::default());
        let marked = RefundState::Marked;
        let window = Window::of_refund(marked, day("2026-03-16"), Method::Sepa, &settlement, &calendar);
        assert!(!is_overdue(marked, window, day("2026-03-23")));
        assert!(is_overdue(marked, window, day("2026-03-24")));
        let done = RefundState::Succeeded { on: day("2026-03-17"), carried_out_on: day("2026-03-17") };
        assert!(!is_overdue(done, window, day("2026-12-31")));
    }
}
