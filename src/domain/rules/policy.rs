//! What the rules ask of the configuration.

use crate::domain::refund::Reason;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::calendar::Calendar;
use crate::domain::rules::period::{Period, PeriodStarts, Periods};
use crate::domain::rules::window::Settlement;
use crate::domain::sale::record::SaleRecord;
use crate::domain::time::Zone;
use std::collections::{BTreeMap, BTreeSet};

/// `[due]`: how many calendar days `refunds due` looks ahead or back.
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

/// The vendor's own choices, of which every rule has a default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    pub zone: Zone,
    pub periods: Periods,
    pub settlement: Settlement,
    pub calendar: Calendar,
    pub default_reason: Option<Reason>,
    pub due: DueDays,
}

impl Policy {
    /// The return period of a sale.
    pub fn period_of(&self, record: &SaleRecord) -> Period {
        self.periods.of_sale(record, self.zone, &self.calendar)
    }
}

impl Default for Policy {
    /// As EU law and CopeCart have it: 14 days from the order's first payment, TARGET business days, Berlin time.
    fn default() -> Self {
        Self {
            zone: Zone::BERLIN,
            periods: Periods {
                by_product: BTreeMap::new(),
                default: ReturnPeriod::Days(14),
                starts: PeriodStarts::default(),
                roll_over: true,
                waived: BTreeSet::new(),
            },
            settlement: Settlement::default(),
            calendar: Calendar::default(),
            default_reason: None,
            due: DueDays::default(),
        }
    }
}
