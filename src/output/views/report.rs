//! What a vendor sees of the refund report: a row for each group and currency, and bars where there is room.

use serde::Serialize;
use serde_json::Number;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::refund_report::{By, Figures, Group, Rate, Report};
use crate::output::json::Amount;
use crate::output::listing::{Column, Flat, Layout, Listed, Listing, Shown};
use crate::output::sentences;
use crate::output::table::{self, Cell, Style, Tone};
use crate::output::ui::{Format, Ui, Undelivered};

/// What the report is about: as it was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    pub by: &'static str,
    pub since: Option<String>,
    pub until: Option<String>,
    /// Refunds and chargebacks of the platform that are matched to no sale, and count nowhere.
    pub unmatched: u64,
}

/// A line of the report: a group, or the total of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    by: By,
    /// `None` is the total.
    key: Option<String>,
    name: String,
    /// Several products are called so, and the ID tells them apart.
    is_name_shared: bool,
    figures: Figures,
    /// Drawn, behind the rate.
    bar: String,
}

/// The rows of the groups and of the totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rows {
    pub groups: Vec<ReportRow>,
    pub totals: Vec<ReportRow>,
}

impl Rows {
    pub fn of(report: Report, style: &Style) -> Self {
        let by = report.by;
        let most = report.groups.iter().filter_map(|group| group.figures.rate_by_count()).max();
        let session = room_for_bars(style.width);
        let mut ids_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for group in &report.groups {
            ids_of.entry(group.name.clone()).or_default().insert(group.key.clone());
        }
        let row = |group: Group| {
            let bar = bar(group.figures.rate_by_count(), most, session, style.ascii);
            let is_name_shared = ids_of.get(&group.name).is_some_and(|ids| ids.len() > 1);
            let Group { key, name, figures } = group;
            ReportRow { by, key: Some(key), name, is_name_shared, figures, bar }
        };
        let total = |figures| ReportRow {
            by,
            key: None,
            name: String::new(),
            is_name_shared: false,
            figures,
            bar: String::new(),
        };
        Self {
            groups: report.groups.into_iter().map(row).collect(),
            totals: report.totals.into_iter().map(total).collect(),
        }
    }
}

/// The whole report in the Ui's format; of the groups so many as the limit allows. Gives how many there were.
pub fn show(
    ui: &mut Ui,
    heading: Heading,
    rows: &Rows,
    layout: Layout<ReportRow>,
    limit: Option<u64>,
) -> Result<(u64, bool), Undelivered> {
    let limit = limit.and_then(|limit| usize::try_from(limit).ok()).unwrap_or(usize::MAX);
    let groups: Vec<&ReportRow> = rows.groups.iter().take(limit).collect();
    let is_cut = groups.len() < rows.groups.len();
    if ui.format == Format::Json {
        let report = ReportJson {
            heading,
            groups: groups.iter().map(|row| row.object()).collect(),
            totals: rows.totals.iter().map(|row| FiguresJson::of(&row.figures, true)).collect(),
            more: is_cut,
        };
        ui.document(Document { report })?;
        return Ok((groups.len() as u64, is_cut));
    }
    // Whoever adds up a column of data would count a total twice.
    let totals = if ui.format == Format::Table { rows.totals.as_slice() } else { &[] };
    let mut listing = Listing::begin(ui, layout)?;
    groups.iter().copied().chain(totals).try_for_each(|row| listing.row(row))?;
    listing.finish(is_cut)?;
    Ok((groups.len() as u64, is_cut))
}

/// The longest bar, in columns; no room for any on a narrow terminal.
fn room_for_bars(width: Option<usize>) -> usize {
    const WIDEST: usize = 24;
    // What the figures need beside them.
    const FIGURES: usize = 66;
    // The names of the groups get the other half.
    width.map_or(WIDEST, |width| match width.saturating_sub(FIGURES) / 2 {
        0..6 => 0,
        session => session.min(WIDEST),
    })
}

/// As long as the rate, the highest one filling the room. A rate that is not nothing is never nothing.
fn bar(rate: Option<Rate>, most: Option<Rate>, session: usize, is_ascii: bool) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let (Some(rate), Some(most)) = (rate.filter(|rate| rate.0 > 0), most.filter(|_| session > 0)) else {
        return String::new();
    };
    let parts: u64 = if is_ascii { 1 } else { 8 };
    let session = u64::try_from(session).unwrap_or(0) * parts;
    let length = usize::try_from((rate.0 * session / most.0).max(1)).unwrap_or(0);
    match is_ascii {
        true => "#".repeat(length),
        false => "█".repeat(length / 8) + EIGHTHS.get(length % 8).unwrap_or(&""),
    }
}

impl ReportRow {
    /// What people call the group.
    fn label(&self) -> String {
        let Some(key) = &self.key else { return "total".to_owned() };
        match self.by {
            By::Reason if key.is_empty() => "no reason known".to_owned(),
            _ if key.is_empty() => "unknown".to_owned(),
            By::Product if self.name.is_empty() || self.name == *key => key.clone(),
            By::Product if self.is_name_shared => format!("{} ({key})", self.name),
            By::Product => self.name.clone(),
            By::Method => key.parse().map_or(key.clone(), |method| sentences::method(method).to_owned()),
            By::Plan => key.parse().map_or(key.clone(), |plan| sentences::plan_kind(plan).to_owned()),
            By::Reason | By::Month | By::Country => key.clone(),
        }
    }

    /// A chargeback has no reason of the vendor's: only the total knows of any then.
    fn has_chargebacks(&self) -> bool {
        self.by != By::Reason || self.key.is_none()
    }

    fn object(&self) -> GroupJson<'_> {
        GroupJson {
            group: self.key.as_deref().filter(|key| !key.is_empty()),
            name: &self.name,
            figures: FiguresJson::of(&self.figures, self.has_chargebacks()),
        }
    }
}

#[derive(Serialize)]
struct Document<'a> {
    report: ReportJson<'a>,
}

#[derive(Serialize)]
struct ReportJson<'a> {
    #[serde(flatten)]
    heading: Heading,
    groups: Vec<GroupJson<'a>>,
    totals: Vec<FiguresJson>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    more: bool,
}

#[derive(Serialize)]
struct GroupJson<'a> {
    /// Null is what nobody knows.
    group: Option<&'a str>,
    name: &'a str,
    #[serde(flatten)]
    figures: FiguresJson,
}

#[derive(Serialize)]
struct FiguresJson {
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

impl FiguresJson {
    fn of(figures: &Figures, has_chargebacks: bool) -> Self {
        Self {
            currency: figures.currency().code(),
            sales: figures.sales,
            paid: figures.paid.into(),
            refunded_sales: figures.refunded_sales,
            refunds: figures.refunds,
            refunded: figures.refunded.into(),
            rate_by_count: figures.rate_by_count().map(RateJson::from),
            rate_by_value: figures.rate_by_value().map(RateJson::from),
            open: figures.open,
            open_amount: figures.open_sum.into(),
            chargebacks: has_chargebacks.then_some(figures.charged_back_sales),
            charged_back: has_chargebacks.then(|| figures.charged_back.into()),
            median_days: figures.median_days().and_then(|median| median.to_string().parse().ok()),
        }
    }
}

impl Listed for ReportRow {
    const NAME: &'static str = "groups";
    const COLUMNS: &'static [Column<Self>] = &[
        Column::new(
            "group",
            table::Column::words("GROUP", 12),
            Shown::Always,
            |row| Flat::maybe_outside(row.key.as_ref()),
            |row| Cell::new(row.label(), row.tone()),
        ),
        Column::plain("name", table::Column::words("NAME", 12), Shown::Asked, |row| Flat::outside(&row.name)),
        Column::plain("currency", table::Column::whole("CURRENCY"), Shown::Asked, |row| {
            Flat::own(row.figures.currency())
        }),
        Column::plain("sales", table::Column::number("SALES"), Shown::Always, |row| Flat::own(row.figures.sales)),
        Column::new(
            "paid",
            table::Column::number("PAID"),
            Shown::Wide(3),
            |row| Flat::own(row.figures.paid.major()),
            |row| Cell::plain(row.figures.paid.to_string()),
        ),
        Column::plain("refunded_sales", table::Column::number("REFUNDED"), Shown::Always, |row| {
            Flat::own(row.figures.refunded_sales)
        }),
        Column::new(
            "rate_by_count",
            table::Column::whole("RATE"),
            Shown::Always,
            |row| Flat::maybe(row.figures.rate_by_count().map(Rate::percent)),
            rate_cell,
        ),
        Column::plain("refunds", table::Column::number("REFUNDS"), Shown::Asked, |row| Flat::own(row.figures.refunds)),
        Column::new(
            "refunded",
            table::Column::number("SUM"),
            Shown::Always,
            |row| Flat::own(row.figures.refunded.major()),
            |row| Cell::plain(row.figures.refunded.to_string()),
        ),
        Column::new(
            "rate_by_value",
            table::Column::number("BY VALUE"),
            Shown::Wide(5),
            |row| Flat::maybe(row.figures.rate_by_value().map(Rate::percent)),
            |row| Cell::plain(row.figures.rate_by_value().map(percent).unwrap_or_default()),
        ),
        Column::plain("open", table::Column::number("OPEN"), Shown::Wide(2), |row| Flat::own(row.figures.open)),
        Column::plain("open_amount", table::Column::number("OPEN SUM"), Shown::Asked, |row| {
            Flat::own(row.figures.open_sum.major())
        }),
        Column::plain("chargebacks", table::Column::number("CHARGEBACKS"), Shown::Wide(4), |row| {
            Flat::maybe(row.has_chargebacks().then_some(row.figures.charged_back_sales))
        }),
        Column::plain("charged_back", table::Column::number("CHARGED BACK"), Shown::Asked, |row| {
            Flat::maybe(row.has_chargebacks().then(|| row.figures.charged_back.major()))
        }),
        Column::plain("median_days", table::Column::number("DAYS"), Shown::Wide(1), |row| {
            Flat::maybe(row.figures.median_days())
        }),
    ];

    fn json(&self) -> impl Serialize + '_ {
        self.object()
    }
}

impl ReportRow {
    fn tone(&self) -> Tone {
        if self.key.is_none() { Tone::Strong } else { Tone::Plain }
    }
}

fn percent(rate: Rate) -> String {
    format!("{} %", rate.percent())
}

/// The figures below each other, and a bar behind them.
fn rate_cell(row: &ReportRow) -> Cell {
    let rate = row.figures.rate_by_count().map(percent).unwrap_or_default();
    Cell::new(format!("{rate:>8} {}", row.bar).trim_end().to_owned(), row.tone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_rate_fills_the_room_and_the_lowest_is_seen() {
        let bars = |session, is_ascii| {
            [0, 1, 50, 333, 999, 1000]
                .map(|rate| bar(Some(Rate(rate)), Some(Rate(1000)), session, is_ascii))
                .join("|\n")
        };
        insta::assert_snapshot!(bars(8, false), @"
        |
        ▏|
        ▍|
        ██▋|
        ███████▉|
        ████████
        ");
        insta::assert_snapshot!(bars(8, true), @"
        |
        #|
        #|
        ##|
        #######|
        ########
        ");
        assert_eq!(bar(Some(Rate(5)), Some(Rate(5)), 0, false), "");
        assert_eq!(bar(None, None, 8, false), "");
    }

    #[test]
    fn a_narrow_terminal_has_no_room_for_bars() {
        assert_eq!([Some(60), Some(77), Some(78), Some(80), Some(200), None].map(room_for_bars), [0, 0, 6, 7, 24, 24]);
    }
}
