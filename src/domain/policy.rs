//! The vendor's rules, as configured.

use crate::domain::calendar::Calendar;
use crate::domain::deadline::Settlement;
use crate::domain::due::DueDays;
use crate::domain::moment::Zone;
use crate::domain::period::{PeriodStarts, Periods, ReturnPeriod};
use crate::domain::refund::Reason;
use std::collections::BTreeMap;

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
