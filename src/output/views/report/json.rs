//! The refund report as JSON.

use serde::Serialize;
use serde_json::Number;

use super::{Heading, ReportRow};
use crate::domain::refund_report::{GroupAmounts, Rate};
use crate::output::json::Amount;

#[derive(Serialize)]
pub(super) struct ReportJson<'a> {
    #[serde(flatten)]
    pub heading: Heading,
    pub groups: Vec<GroupJson<'a>>,
    pub totals: Vec<AmountsJson>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub more: bool,
}

#[derive(Serialize)]
pub(super) struct GroupJson<'a> {
    /// Null if unknown.
    group: Option<&'a str>,
    name: &'a str,
    #[serde(flatten)]
    amounts: AmountsJson,
}

#[derive(Serialize)]
pub(super) struct AmountsJson {
    currency: &'static str,
    sales: u64,
    paid: Amount,
    refunded_sales: u64,
    refunds: u64,
    refunded: Amount,
    rate_by_count: Option<RateJson>,
    rate_by_value: Option<RateJson>,
    open: u64,
    open_amount: Amount,
    chargebacks: Option<u64>,
    charged_back: Option<Amount>,
    median_days: Option<Number>,
}

/// Hundredths of a per cent, and the per cent as text.
#[derive(Serialize)]
struct RateJson {
    basis_points: u64,
    text: String,
}

impl From<Rate> for RateJson {
    fn from(rate: Rate) -> Self {
        Self { basis_points: rate.0, text: format!("{} %", rate.percent()) }
    }
}

impl AmountsJson {
    pub(super) fn of(amounts: &GroupAmounts, has_chargebacks: bool) -> Self {
        Self {
            currency: amounts.currency().code(),
            sales: amounts.sales,
            paid: amounts.paid.into(),
            refunded_sales: amounts.refunded_sales,
            refunds: amounts.refunds,
            refunded: amounts.refunded.into(),
            rate_by_count: amounts.rate_by_count().map(RateJson::from),
            rate_by_value: amounts.rate_by_value().map(RateJson::from),
            open: amounts.open,
            open_amount: amounts.open_sum.into(),
            chargebacks: has_chargebacks.then_some(amounts.charged_back_sales),
            charged_back: has_chargebacks.then(|| amounts.charged_back.into()),
            median_days: amounts.median_days().and_then(|median| median.to_string().parse().ok()),
        }
    }
}

impl ReportRow {
    pub(super) fn object(&self) -> GroupJson<'_> {
        GroupJson {
            group: self.key.as_deref().filter(|key| !key.is_empty()),
            name: &self.name,
            amounts: AmountsJson::of(&self.amounts, self.has_chargebacks()),
        }
    }
}
