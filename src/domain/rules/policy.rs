//! The vendor's rules, as configured.

use crate::domain::refund::Reason;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::period::{PeriodStarts, Periods};
use crate::domain::rules::window::Settlement;
use crate::domain::time::Zone;
use std::collections::BTreeMap;

/// How far ahead, and how far back, the list looks: `[due]` of the configuration. All in calendar days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueDays {
    /// Before the legal deadline.
    pub legal: u32,
    /// Before the last day of a chargeback.
    pub chargeback: u32,
    /// After a refund failed.
    pub failed: u32,
}

impl Default for DueDays {
    fn default() -> Self {
        Self { legal: 3, chargeback: 3, failed: 30 }
    }
}

/// All that a rule may ask of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub zone: Zone,
    pub periods: Periods,
    pub settlement: Settlement,
    pub calendar: Calendar,
    pub default_reason: Option<Reason>,
    /// How far ahead the list of what is due looks.
    pub due: DueDays,
}

impl Default for Policy {
    /// EU law and CopeCart's words: 14 days from the order's first payment, TARGET, Berlin.
    fn default() -> Self {
        Self {
            zone: Zone::BERLIN,
            periods: Periods {
                by_product: BTreeMap::new(),
                default: ReturnPeriod::Days(14),
                starts: PeriodStarts::default(),
            },
            settlement: Settlement::default(),
            calendar: Calendar::default(),
            default_reason: None,
            due: DueDays::default(),
        }
    }
}
