//! What a vendor sees of the refund report: a row for each group and currency, with bars if there is room.

use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::refund_report::{By, Group, GroupAmounts, RefundReport};
use crate::output::json::Keyed;
use crate::output::listing::{Layout, Listing};
use crate::output::sentences;
use crate::output::table::{Style, Tone};
use crate::output::ui::{Format, Ui, Undelivered};
use bars::{bar, room_for_bars};
use json::{AmountsJson, ReportJson};

mod bars;
mod columns;
mod json;

/// What the report covers, as requested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Heading {
    pub by: &'static str,
    pub since: Option<String>,
    pub until: Option<String>,
    /// Platform refunds and chargebacks that match no sale and are not counted.
    pub unmatched: u64,
}

/// A line of the report: a group, or the total of a currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRow {
    by: By,
    /// `None` is the total.
    key: Option<String>,
    name: String,
    /// Several products have this name, so the ID is shown too.
    is_name_shared: bool,
    amounts: GroupAmounts,
    /// Shown behind the rate.
    bar: String,
}

/// The rows of the groups and of the totals.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportRows {
    pub groups: Vec<ReportRow>,
    pub totals: Vec<ReportRow>,
}

impl ReportRows {
    pub fn of(report: RefundReport, style: &Style) -> Self {
        let by = report.by;
        let most = report.groups.iter().filter_map(|group| group.amounts.rate_by_count()).max();
        let room = room_for_bars(style.width);
        let mut ids_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for group in &report.groups {
            ids_of.entry(group.name.clone()).or_default().insert(group.key.clone());
        }
        let row = |group: Group| {
            let bar = bar(group.amounts.rate_by_count(), most, room, style.ascii);
            let is_name_shared = ids_of.get(&group.name).is_some_and(|ids| ids.len() > 1);
            let Group { key, name, amounts } = group;
            ReportRow { by, key: Some(key), name, is_name_shared, amounts, bar }
        };
        let total = |amounts| ReportRow {
            by,
            key: None,
            name: String::new(),
            is_name_shared: false,
            amounts,
            bar: String::new(),
        };
        Self {
            groups: report.groups.into_iter().map(row).collect(),
            totals: report.totals.into_iter().map(total).collect(),
        }
    }
}

/// The report in the Ui's format, with at most `limit` groups. Returns the number of groups shown, and whether there
/// are more.
pub fn show(
    ui: &mut Ui,
    heading: Heading,
    rows: &ReportRows,
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
            totals: rows.totals.iter().map(|row| AmountsJson::of(&row.amounts, true)).collect(),
            more: is_cut,
        };
        ui.document(Keyed("report", report))?;
        return Ok((groups.len() as u64, is_cut));
    }
    // In data, a total would be added up with its groups.
    let totals = if ui.format == Format::Table { rows.totals.as_slice() } else { &[] };
    let mut listing = Listing::begin(ui, layout)?;
    groups.iter().copied().chain(totals).try_for_each(|row| listing.row(row))?;
    listing.finish(is_cut)?;
    Ok((groups.len() as u64, is_cut))
}

impl ReportRow {
    /// The name of the group for people.
    fn label(&self) -> String {
        let Some(key) = &self.key else { return "total".to_owned() };
        match self.by {
            By::Reason if key.is_empty() => "unknown reason".to_owned(),
            By::Ground if key.is_empty() => "unknown ground".to_owned(),
            _ if key.is_empty() => "unknown".to_owned(),
            By::Product if self.name.is_empty() || self.name == *key => key.clone(),
            By::Product if self.is_name_shared => format!("{} ({key})", self.name),
            By::Product => self.name.clone(),
            By::Method => key.parse().map_or(key.clone(), |method| sentences::method(method).to_owned()),
            By::Plan => key.parse().map_or(key.clone(), |plan| sentences::plan_kind(plan).to_owned()),
            By::Reason | By::Ground | By::Month | By::Country => key.clone(),
        }
    }

    /// Chargebacks have no reason and no ground, so these groups do not count them.
    fn has_chargebacks(&self) -> bool {
        !self.by.is_of_refunds() || self.key.is_none()
    }

    fn tone(&self) -> Tone {
        if self.key.is_none() { Tone::Strong } else { Tone::Plain }
    }
}
