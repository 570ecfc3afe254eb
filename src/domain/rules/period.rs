//! The vendor's return period: which one applies to a payment, when it starts and which day is its last. The right of
//! withdrawal is the law's own period.

use crate::domain::ids::ProductId;
use crate::domain::product::Product;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::calendar::Calendar;
use crate::domain::sale::record::SaleRecord;
use crate::domain::string_enum::string_enum;
use crate::domain::time::{Zone, days_after};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A consumer can withdraw from a distance contract for 14 days (directive 2011/83/EU art. 9).
pub const WITHDRAWAL_DAYS: u32 = 14;

/// The configured return periods: by product ID, by product name if no ID is known, and the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Periods {
    pub by_product: BTreeMap<String, ReturnPeriod>,
    pub default: ReturnPeriod,
    pub starts: PeriodStarts,
    /// A period whose last day is no working day ends on the next one.
    pub roll_over: bool,
    /// The products, named as in `by_product`, for which customers waived the right of withdrawal.
    pub waived: BTreeSet<String>,
}

string_enum! {
    /// Which payment starts a return period.
    #[derive(Default)]
    PeriodStarts, "start of return periods" {
        /// The order's first payment that took money.
        #[default]
        Order = "order",
        /// Each payment starts its own.
        Payment = "payment",
    }
}

string_enum! {
    /// What determines the length of a period.
    PeriodSource, "source of return periods" {
        /// The import says it for this payment.
        Import = "import",
        /// `[products."…"]` in the configuration.
        Product = "product",
        /// `[returns] period`, since none is configured for the product.
        Default = "default",
    }
}

/// The return period of one product of a payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductPeriod {
    /// `None` if the import names no product or gives the period itself.
    pub product: Option<Product>,
    pub period: ReturnPeriod,
    pub source: PeriodSource,
}

/// The day a period is counted from, and which day that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodStart {
    /// The order's first payment that took money.
    FirstPayment(NaiveDate),
    /// The order day, since the first payment is not in the store.
    OrderDay(NaiveDate),
    /// This payment's day, since neither is known, or because the configuration says so.
    ThisPayment(NaiveDate),
}

impl PeriodStart {
    pub fn day(self) -> NaiveDate {
        match self {
            Self::FirstPayment(day) | Self::OrderDay(day) | Self::ThisPayment(day) => day,
        }
    }
}

/// The last day of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastDay {
    /// The first day plus the days of the period.
    pub counted: NaiveDate,
    /// The same or a later day: the last one on which the customer may ask.
    pub last: NaiveDate,
}

impl LastDay {
    /// `2026-04-02`, or both days: `Tue 2026-04-07; the 14 days end on Fri 2026-04-03`
    pub fn sentence(self, days: u32) -> String {
        if self.last == self.counted {
            return self.last.to_string();
        }
        let counted = match days {
            1 => "the day ends".to_owned(),
            days => format!("the {days} days end"),
        };
        format!("{}; {counted} on {}", self.last.format("%a %F"), self.counted.format("%a %F"))
    }
}

/// The return period of a payment: the strictest of its products' periods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    pub strictest: ReturnPeriod,
    pub start: PeriodStart,
    /// `None` if returns are disabled.
    pub ends: Option<LastDay>,
    /// The end of the right of withdrawal; `None` if it was waived for every product.
    pub withdrawal: Option<LastDay>,
    pub products: Vec<ProductPeriod>,
}

impl Period {
    /// The last day on which the customer may ask for a refund; `None` if returns are disabled.
    pub fn last_day(&self) -> Option<NaiveDate> {
        self.ends.map(|ends| ends.last)
    }

    /// The customer who asked on this day can withdraw by law, whatever the vendor's period says.
    pub fn is_withdrawal(&self, asked_on: NaiveDate) -> bool {
        self.withdrawal.is_some_and(|right| asked_on <= right.last)
    }

    /// No period is configured for one of the products.
    pub fn is_defaulted(&self) -> bool {
        self.products.iter().any(|each| each.source == PeriodSource::Default)
    }
}

impl Periods {
    /// The longest configured period, in days; `None` if all are disabled.
    pub fn longest(&self) -> Option<u32> {
        let all = self.by_product.values().chain([&self.default]);
        all.filter_map(|period| match period {
            ReturnPeriod::Disabled => None,
            ReturnPeriod::Days(days) => Some(*days),
        })
        .max()
    }

    /// The period configured for a product's ID, or for its name if it has no ID.
    pub fn of_product(&self, product: &Product) -> Option<ReturnPeriod> {
        self.by_product.get(configured_name(product)).copied()
    }

    /// The return period of a sale.
    pub fn of_sale(&self, record: &SaleRecord, zone: Zone, calendar: &Calendar) -> Period {
        let start = match self.starts {
            PeriodStarts::Payment => PeriodStart::ThisPayment(record.paid_on(zone)),
            PeriodStarts::Order => order_start(record, zone),
        };
        let products = self.of_products(record.payment.return_period, &record.payment.products);
        let strictest = products.iter().map(|each| each.period).min().unwrap_or(self.default);
        let withdrawal = self.withdrawal(record, zone, calendar);
        let ends = match strictest {
            ReturnPeriod::Disabled => None,
            ReturnPeriod::Days(days) => Some(self.last_day(days, start.day(), withdrawal, calendar)),
        };
        Period { strictest, start, ends, withdrawal, products }
    }

    /// A period that is not shorter than the law's never ends before it.
    fn last_day(&self, days: u32, start: NaiveDate, withdrawal: Option<LastDay>, calendar: &Calendar) -> LastDay {
        let counted = days_after(start, days);
        let last = if self.roll_over { calendar.rolled_over(counted) } else { counted };
        let by_law = withdrawal.filter(|_| days >= WITHDRAWAL_DAYS);
        LastDay { counted, last: by_law.map_or(last, |by_law| last.max(by_law.last)) }
    }

    /// The right of withdrawal: 14 days from the order's day, which is the first known day of the order.
    fn withdrawal(&self, record: &SaleRecord, zone: Zone, calendar: &Calendar) -> Option<LastDay> {
        let products = &record.payment.products;
        let is_waived = |product: &Product| self.waived.contains(configured_name(product));
        if !products.is_empty() && products.iter().all(is_waived) {
            return None;
        }
        let counted = days_after(record.first_day(zone), WITHDRAWAL_DAYS);
        Some(LastDay { counted, last: calendar.rolled_over(counted) })
    }

    /// The return period of each product of a payment. What the import says wins over the configuration.
    fn of_products(&self, imported: Option<ReturnPeriod>, products: &[Product]) -> Vec<ProductPeriod> {
        match imported {
            Some(period) => vec![ProductPeriod { product: None, period, source: PeriodSource::Import }],
            None if products.is_empty() => vec![self.defaulted(None)],
            None => products.iter().map(|product| self.configured(product)).collect(),
        }
    }

    fn configured(&self, product: &Product) -> ProductPeriod {
        match self.of_product(product) {
            Some(period) => ProductPeriod { product: Some(product.clone()), period, source: PeriodSource::Product },
            None => self.defaulted(Some(product.clone())),
        }
    }

    fn defaulted(&self, product: Option<Product>) -> ProductPeriod {
        ProductPeriod { product, period: self.default, source: PeriodSource::Default }
    }
}

/// A product's key in the configuration.
fn configured_name(product: &Product) -> &str {
    product.id.as_ref().map_or(&product.name, ProductId::as_str)
}

fn order_start(record: &SaleRecord, zone: Zone) -> PeriodStart {
    match (record.order.first_with_money(), record.payment.ordered_at) {
        (Some(first), _) => PeriodStart::FirstPayment(first),
        (None, Some(ordered_at)) => PeriodStart::OrderDay(zone.day_of(ordered_at)),
        (None, None) => PeriodStart::ThisPayment(record.paid_on(zone)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::fixtures::sale;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn product(id: Option<&str>, name: &str) -> Product {
        Product { is_addon: false, id: id.map(|id| ProductId::new(id).unwrap()), name: name.into() }
    }

    fn periods() -> Periods {
        let by_product = [
            ("e232d769".to_owned(), ReturnPeriod::Days(30)),
            ("00000001".to_owned(), ReturnPeriod::Disabled),
            ("Yoga".to_owned(), ReturnPeriod::Days(60)),
        ];
        Periods {
            by_product: by_product.into(),
            default: ReturnPeriod::Days(14),
            starts: PeriodStarts::Order,
            roll_over: true,
            waived: ["e232d769".to_owned(), "Yoga".to_owned()].into(),
        }
    }

    /// Of a payment on that day.
    fn paid_on(day: &str, imported: Option<ReturnPeriod>, products: &[Product]) -> Period {
        let mut record = sale().paid(day);
        (record.payment.return_period, record.payment.products) = (imported, products.to_vec());
        periods().of_sale(&record, Zone::BERLIN, &Calendar::default())
    }

    fn of(products: &[Product]) -> Period {
        paid_on("2026-02-15", None, products)
    }

    #[test]
    fn the_longest_period_is_a_product_s_or_the_default_and_disabled_ones_do_not_count() {
        let longest = |default, of_a_product| {
            let by_product = BTreeMap::from([("a".to_owned(), of_a_product)]);
            Periods { by_product, default, ..periods() }.longest()
        };
        assert_eq!(longest(ReturnPeriod::Days(14), ReturnPeriod::Days(30)), Some(30));
        assert_eq!(longest(ReturnPeriod::Days(14), ReturnPeriod::Disabled), Some(14));
        assert_eq!(longest(ReturnPeriod::Disabled, ReturnPeriod::Days(0)), Some(0));
        assert_eq!(longest(ReturnPeriod::Disabled, ReturnPeriod::Disabled), None);
    }

    #[test]
    fn the_last_day_is_the_first_plus_the_period_s_days() {
        assert_eq!(paid_on("2026-02-16", None, &[product(None, "?")]).last_day(), Some(day("2026-03-02")));
        assert_eq!(paid_on("2028-02-15", None, &[]).last_day(), Some(day("2028-02-29")));
    }

    #[test]
    fn the_strictest_period_of_several_products_applies_and_each_is_named() {
        let period = of(&[product(Some("e232d769"), "A"), product(None, "Yoga"), product(Some("ffff0000"), "C")]);
        assert_eq!(period.strictest, ReturnPeriod::Days(14));
        assert_eq!(period.products.len(), 3);
        assert!(period.is_defaulted());
        let disabled = of(&[product(Some("e232d769"), "A"), product(Some("00000001"), "B")]);
        assert_eq!((disabled.strictest, disabled.last_day()), (ReturnPeriod::Disabled, None));
    }

    #[test]
    fn the_right_of_withdrawal_is_waived_only_if_it_is_for_every_product() {
        let ends = |products: &[Product]| of(products).withdrawal.map(|right| right.last);
        let (waived, by_name, other) = (product(Some("e232d769"), "A"), product(None, "Yoga"), product(None, "?"));
        assert_eq!(ends(&[waived.clone(), by_name]), None);
        // 1 March 2026 is a Sunday.
        assert_eq!(ends(&[waived, other]), Some(day("2026-03-02")));
        assert_eq!(ends(&[]), Some(day("2026-03-02")));
        let disabled = of(&[product(Some("00000001"), "B")]);
        assert!(disabled.is_withdrawal(day("2026-03-02")) && !disabled.is_withdrawal(day("2026-03-03")));
    }

    #[test]
    fn a_name_is_used_only_if_no_id_is_known() {
        assert_eq!(of(&[product(None, "Yoga")]).strictest, ReturnPeriod::Days(60));
        assert_eq!(of(&[product(Some("aaaa0000"), "Yoga")]).strictest, ReturnPeriod::Days(14));
    }

    #[test]
    fn a_period_from_the_import_wins() {
        let carried = paid_on("2026-02-15", Some(ReturnPeriod::Days(3)), &[product(Some("00000001"), "B")]);
        assert_eq!(carried.last_day(), Some(day("2026-02-18")));
        assert!(!carried.is_defaulted());
    }

    #[test]
    fn a_period_is_a_number_of_days_or_none() {
        assert_eq!("none".parse(), Ok(ReturnPeriod::Disabled));
        assert_eq!("0".parse(), Ok(ReturnPeriod::Days(0)));
        for text in ["", "None", "-1", "14 days", "3651", "1e2"] {
            assert!(text.parse::<ReturnPeriod>().is_err(), "{text}");
        }
    }
}
