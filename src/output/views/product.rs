//! What a vendor sees of the products sold, with their return periods.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::product::ProductSales;
use crate::domain::return_period::ReturnPeriod;
use crate::domain::rules::period::PeriodSource;
use crate::domain::rules::policy::Policy;
use crate::domain::sale::transaction::Product;
use crate::output::json;
use crate::output::listing::{Flat, ListColumn, Listed, Shown};
use crate::output::sentences;
use crate::output::table::{Cell, Tone};

/// A product with its return period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProductView {
    product: Product,
    sales: u64,
    last_sold_on: Option<NaiveDate>,
    period: ReturnPeriod,
    source: PeriodSource,
}

impl ProductView {
    pub fn of(sold: &ProductSales, policy: &Policy) -> Self {
        let (period, source) = match policy.periods.of_product(&sold.product) {
            Some(period) => (period, PeriodSource::Product),
            None => (policy.periods.default, PeriodSource::Default),
        };
        let last_sold_on = sold.last_sold_at.map(|at| policy.zone.day_of(at));
        Self { product: sold.product.clone(), sales: sold.sales, last_sold_on, period, source }
    }

    /// Whether the configuration has a period for it.
    pub fn is_configured(&self) -> bool {
        self.source == PeriodSource::Product
    }
}

#[derive(Serialize)]
struct ProductSalesJson<'a> {
    product_id: Option<&'a str>,
    name: &'a str,
    sales: u64,
    last_sold_on: Option<String>,
    return_period: PeriodJson,
    source: &'static str,
}

/// As in the configuration: `14`, or `"none"`.
#[derive(Serialize)]
#[serde(untagged)]
enum PeriodJson {
    Days(u32),
    Word(&'static str),
}

impl Listed for ProductView {
    const NAME: &'static str = "products";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::whole("product_id", "PRODUCT", Shown::Always, |row| Flat::maybe_outside(row.product.id.as_ref())),
        ListColumn::words("name", "NAME", 12, Shown::Always, |row| Flat::outside(&row.product.name)),
        ListColumn::number("sales", "SALES", Shown::Always, |row| Flat::own(row.sales)),
        ListColumn::whole("last_sold_on", "LAST SOLD", Shown::Wide(1), |row| Flat::maybe(row.last_sold_on)),
        ListColumn::whole("return_period", "RETURN PERIOD", Shown::Always, |row: &Self| Flat::own(row.period))
            .shown_as(period_cell),
        ListColumn::whole("source", "SOURCE", Shown::Asked, |row| Flat::own(row.source)),
    ];

    fn json(&self) -> impl Serialize + '_ {
        ProductSalesJson {
            product_id: self.product.id.as_ref().map(|id| id.as_str()),
            name: &self.product.name,
            sales: self.sales,
            last_sold_on: self.last_sold_on.map(json::on),
            return_period: match self.period {
                ReturnPeriod::Days(days) => PeriodJson::Days(days),
                ReturnPeriod::Disabled => PeriodJson::Word("none"),
            },
            source: self.source.word(),
        }
    }
}

fn period_cell(row: &ProductView) -> Cell {
    let period = sentences::return_period(row.period);
    match row.is_configured() {
        true => Cell::plain(period),
        false => Cell::new(format!("{period} (default)"), Tone::Dim),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::ui::Format;
    use crate::output::views::fixtures::{instant, listed, policy, product};

    fn views() -> Vec<ProductView> {
        let of = |id: &str, name: &str, sales| {
            let last_sold_at = (sales > 0).then(|| instant("2026-03-20T23:30:00Z"));
            ProductView::of(&ProductSales { product: product(id, name), sales, last_sold_at }, &policy())
        };
        vec![
            of("e232d769", "Yoga for Beginners", 3),
            of("00000001", "A Book", 1),
            of("", "=Chess", 12),
            of("77777777", "Guitar", 0),
        ]
    }

    #[test]
    fn each_product_shows_its_return_period() {
        insta::assert_snapshot!(listed(Format::Table, None, &views()), @"
        PRODUCT   NAME                SALES  LAST SOLD   RETURN PERIOD
        ──────────────────────────────────────────────────────────────────
        e232d769  Yoga for Beginners      3  2026-03-21  30 days
        00000001  A Book                  1  2026-03-21  none
                  =Chess                 12  2026-03-21  14 days (default)
        77777777  Guitar                  0              14 days (default)
        ");
        insta::assert_snapshot!(listed(Format::Json, None, &views()), @r#"
        {"schema_version":1,"products":[
        {"product_id":"e232d769","name":"Yoga for Beginners","sales":3,"last_sold_on":"2026-03-21","return_period":30,"source":"product"},
        {"product_id":"00000001","name":"A Book","sales":1,"last_sold_on":"2026-03-21","return_period":"none","source":"product"},
        {"product_id":null,"name":"=Chess","sales":12,"last_sold_on":"2026-03-21","return_period":14,"source":"default"},
        {"product_id":"77777777","name":"Guitar","sales":0,"last_sold_on":null,"return_period":14,"source":"default"}
        ]}
        "#);
        insta::assert_snapshot!(listed(Format::Csv, None, &views()), @"
        product_id,name,sales,last_sold_on,return_period,source
        e232d769,Yoga for Beginners,3,2026-03-21,30,product
        00000001,A Book,1,2026-03-21,none,product
        ,'=Chess,12,2026-03-21,14,default
        77777777,Guitar,0,,14,default
        ");
    }
}
