//! Which refunds need a person today, the most urgent first.

use crate::domain::deadline::{self, Window};
use crate::domain::dossier::Dossier;
use crate::domain::moment::{Moment, days_after};
use crate::domain::policy::Policy;
use crate::domain::refund::{Refund, RefundStatus};
use crate::domain::vocabulary::vocabulary;
use chrono::NaiveDate;

/// A legal deadline is called so many days ahead.
pub const LEGAL_NOTICE_DAYS: u32 = 3;

vocabulary! {
    /// Why a refund needs a person, in the order of urgency.
    DueCode, "reason to be due" {
        /// The customer has the money, or is to get it, more than once.
        PaidTwice = "paid_twice",
        /// Open, and its window is over.
        Overdue = "overdue",
        /// Open, and the law wants it done in a few days, or wanted it.
        LegalDeadline = "legal_deadline",
        /// Marked, and not carried out yet.
        ToSubmit = "to_submit",
    }
}

/// What is due, and the day it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    pub code: DueCode,
    pub on: NaiveDate,
}

/// The most urgent reason why somebody has to look at this refund; `None` when nobody has.
pub fn due(refund: &Refund, dossier: &Dossier, policy: &Policy, moment: &Moment) -> Option<Due> {
    let method = dossier.payment.method;
    let window = Window::of_refund(refund.state, refund.on(), method, &policy.settlement, &policy.calendar);
    if refund.holds_money() && dossier.is_paid_twice() {
        return Some(Due { code: DueCode::PaidTwice, on: refund.on() });
    }
    if let Some(window) =
        window.filter(|window| deadline::is_overdue(refund.state, Some(*window), moment.today))
    {
        return Some(Due { code: DueCode::Overdue, on: window.by });
    }
    let asked_on = refund.mark().and_then(|mark| mark.asked_on).filter(|_| refund.status().is_open());
    let deadline = asked_on.map(deadline::legal_deadline);
    if let Some(on) = deadline.filter(|on| *on <= days_after(moment.today, LEGAL_NOTICE_DAYS)) {
        return Some(Due { code: DueCode::LegalDeadline, on });
    }
    (refund.status() == RefundStatus::Marked).then(|| Due { code: DueCode::ToSubmit, on: refund.on() })
}
