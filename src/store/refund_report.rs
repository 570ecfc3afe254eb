//! Counts and sums for the refund report, each in one statement.

use crate::domain::money::Money;
use crate::domain::refund_report::{By, Counts, Group, GroupAmounts};
use crate::domain::time::{Timestamp, Zone};
use crate::store::columns::{self, RowNumber};
use crate::store::{Store, StoreError};
use chrono::NaiveDate;
use rusqlite::Row;

/// The sales that are counted (`t`): live ones for which money was taken, in rows from ?1 and before ?2. A refunded
/// or charged back row that is, or may be, the refund or chargeback of another sale is none.
const SALES: &str = "t.kind = 'sale' AND t.is_test = 0 AND t.status IN ('paid', 'charged_back', 'refunded')
     AND t.row >= ?1 AND t.row < ?2
     AND NOT (t.status <> 'paid' AND EXISTS (SELECT 1 FROM links WHERE platform = t.row AND is_set_aside = 0))";

/// The sale has the status refunded, but no refund of it has succeeded: neither according to the platform nor, if the
/// platform reported none, according to the desk, nor by an unread report. Does not use `refund_book`, so each part is
/// a lookup by index.
const ARRIVED_REFUNDED: &str = "(t.status = 'refunded'
     AND NOT EXISTS (SELECT 1 FROM links l JOIN transactions p ON p.row = l.platform
                      WHERE l.sale = t.row AND (p.kind = 'refund' AND p.status = 'succeeded' OR p.kind = 'sale'))
     AND NOT EXISTS (SELECT 1 FROM refunds r WHERE r.sale = t.row AND r.status = 'succeeded'
                        AND NOT EXISTS (SELECT 1 FROM links l JOIN transactions p ON p.row = l.platform
                                         WHERE l.refund = r.number AND p.status <> 'unknown'))
     AND NOT EXISTS (SELECT 1 FROM refunds r JOIN refunded_exactly e ON e.sale = r.sale
                      WHERE r.sale = t.row AND r.status IN ('marked', 'submitted'))
     AND NOT EXISTS (SELECT 1 FROM unread_reports WHERE settled_sale = t.row)
     AND NOT EXISTS (SELECT 1 FROM refunds r JOIN unread_reports u ON u.settled_refund = r.number WHERE r.sale = t.row))";

/// The sale has the status charged back, but the store has no chargeback of it.
const ARRIVED_CHARGED_BACK: &str = "(t.status = 'charged_back' AND NOT EXISTS
     (SELECT 1 FROM links l JOIN transactions c ON c.row = l.platform
       WHERE l.sale = t.row AND c.kind = 'chargeback' AND c.status IN ('succeeded', 'unknown')))";

/// Sales by the time of their payment. `None` is open-ended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PaidBetween {
    pub since: Option<Timestamp>,
    /// Exclusive.
    pub before: Option<Timestamp>,
}

impl PaidBetween {
    fn rows(self) -> (RowNumber, RowNumber) {
        let first = |at: Option<Timestamp>, otherwise| at.map_or(RowNumber(otherwise), RowNumber::first_of);
        (first(self.since, i64::MIN), first(self.before, i64::MAX))
    }
}

impl Store {
    /// The counts of each group. [`By::Month`] does not group: call it once for each month.
    pub fn refund_counts(&self, by: By, paid: PaidBetween, zone: Zone) -> Result<Counts, StoreError> {
        let mut sales = self.sold(by, paid)?;
        sales.append(&mut self.charged_back(by, paid)?);
        Ok(Counts { sales, refunds: self.refund_groups(by, paid, zone)? })
    }

    fn sold(&self, by: By, paid: PaidBetween) -> Result<Vec<Group>, StoreError> {
        let (key, name, join) = (of_sale(by), name(by), products(by));
        // max(t.row) makes SQLite take the other bare columns from the newest payment, so `name` is its product name.
        let sql = format!(
            "SELECT {key} AS group_key, {name} AS name, t.currency, max(t.row), count(*) AS sales,
                    sum(t.amount_minor) AS paid,
                    sum({ARRIVED_REFUNDED}) AS refunded,
                    sum(CASE WHEN {ARRIVED_REFUNDED} THEN t.amount_minor ELSE 0 END) AS refunded_minor,
                    sum({ARRIVED_CHARGED_BACK}) AS charged_back,
                    sum(CASE WHEN {ARRIVED_CHARGED_BACK} THEN t.amount_minor ELSE 0 END) AS charged_back_minor
               FROM transactions t {join}
              WHERE {SALES} GROUP BY 1, t.currency ORDER BY 1, 3"
        );
        self.groups(&sql, paid, |row, group| {
            group.name = row.get("name")?;
            let amounts = &mut group.amounts;
            (amounts.sales, amounts.paid) = (row.get("sales")?, money(row, "paid")?);
            amounts.refunds = row.get("refunded")?;
            (amounts.refunded_sales, amounts.refunded) = (amounts.refunds, money(row, "refunded_minor")?);
            amounts.charged_back_sales = row.get("charged_back")?;
            amounts.charged_back = money(row, "charged_back_minor")?;
            Ok(())
        })
    }

    /// The refunds, and how long they took. Unless grouped by reason, they belong to the group of their sale.
    pub fn refund_groups(&self, by: By, paid: PaidBetween, zone: Zone) -> Result<Vec<Group>, StoreError> {
        let mut refunds = self.refunded(by, paid)?;
        refunds.append(&mut self.waits(by, paid, zone)?);
        Ok(refunds)
    }

    /// The refunds that succeeded, and those that are open. The range of rows is repeated for `b.sale`, or SQLite would
    /// read all refunds for each month.
    fn refunded(&self, by: By, paid: PaidBetween) -> Result<Vec<Group>, StoreError> {
        let (key, join) = (of_refund(by), products(by));
        let sql = format!(
            "SELECT {key} AS group_key, t.currency,
                    sum(b.status = 'succeeded') AS refunds,
                    count(DISTINCT CASE WHEN b.status = 'succeeded' THEN t.row END) AS sales,
                    sum(CASE WHEN b.status = 'succeeded' THEN b.amount_minor ELSE 0 END) AS minor,
                    sum(b.status <> 'succeeded') AS open,
                    sum(CASE WHEN b.status <> 'succeeded' THEN b.amount_minor ELSE 0 END) AS open_minor
               FROM refund_book b JOIN transactions t ON t.row = b.sale {join}
              WHERE b.status IN ('marked', 'submitted', 'succeeded') AND b.sale >= ?1 AND b.sale < ?2 AND {SALES}
              GROUP BY 1, t.currency ORDER BY 1, 2"
        );
        self.groups(&sql, paid, |row, group| {
            let amounts = &mut group.amounts;
            (amounts.refunds, amounts.refunded_sales) = (row.get("refunds")?, row.get("sales")?);
            amounts.refunded = money(row, "minor")?;
            (amounts.open, amounts.open_sum) = (row.get("open")?, money(row, "open_minor")?);
            Ok(())
        })
    }

    fn charged_back(&self, by: By, paid: PaidBetween) -> Result<Vec<Group>, StoreError> {
        let (key, join) = (of_sale(by), products(by));
        let sql = format!(
            "SELECT {key} AS group_key, t.currency, count(DISTINCT t.row) AS sales, sum(c.amount_minor) AS minor
               FROM transactions c JOIN links l ON l.platform = c.row JOIN transactions t ON t.row = l.sale {join}
              WHERE c.kind <> 'sale' AND c.kind = 'chargeback' AND c.status IN ('succeeded', 'unknown')
                AND l.sale >= ?1 AND l.sale < ?2 AND {SALES}
              GROUP BY 1, t.currency ORDER BY 1, 2"
        );
        self.groups(&sql, paid, |row, group| {
            group.amounts.charged_back_sales = row.get("sales")?;
            group.amounts.charged_back = money(row, "minor")?;
            Ok(())
        })
    }

    /// How long each desk refund took that succeeded. A median needs every value.
    fn waits(&self, by: By, paid: PaidBetween, zone: Zone) -> Result<Vec<Group>, StoreError> {
        let (key, join) = (of_refund(by), products(by));
        let sql = format!(
            "SELECT {key} AS group_key, t.currency, b.marked_on, b.reported_at, b.ended_on
               FROM refund_book b JOIN transactions t ON t.row = b.sale {join}
              WHERE b.origin = 'desk' AND b.status = 'succeeded' AND b.sale >= ?1 AND b.sale < ?2 AND {SALES}
              ORDER BY 1, 2"
        );
        self.groups(&sql, paid, |row, group| {
            let marked_on = columns::day(row, "marked_on")?;
            let reported_on = columns::instant_if_any(row, "reported_at")?.map(|at| zone.day_of(at));
            let succeeded_on: NaiveDate = match reported_on {
                Some(on) => on,
                None => columns::day(row, "ended_on")?,
            };
            // A report can have an earlier day than the mark that it confirms; that counts as no wait.
            group.amounts.waits.push(u32::try_from((succeeded_on - marked_on).num_days()).unwrap_or(0));
            Ok(())
        })
    }

    /// The groups of a statement in their order. `add` adds a row to its group.
    fn groups(
        &self,
        sql: &str,
        paid: PaidBetween,
        add: impl Fn(&Row<'_>, &mut Group) -> rusqlite::Result<()>,
    ) -> Result<Vec<Group>, StoreError> {
        let mut statement = self.connection.prepare(sql)?;
        let mut rows = statement.query(paid.rows())?;
        let mut groups: Vec<Group> = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, currency): (String, _) = (row.get("group_key")?, columns::parsed(row, "currency")?);
            let known = groups.pop_if(|last| last.key == key && last.amounts.currency() == currency);
            let new = || Group { key, name: String::new(), amounts: GroupAmounts::none(currency) };
            let mut group = known.unwrap_or_else(new);
            add(row, &mut group)?;
            groups.push(group);
        }
        Ok(groups)
    }

    /// The times of the oldest and the newest payment of any kind. `None` for an empty store.
    pub fn first_and_last_payment(&self) -> Result<Option<(Timestamp, Timestamp)>, StoreError> {
        let end = |order: &str| -> Result<Option<Timestamp>, StoreError> {
            let sql = format!("SELECT paid_at FROM transactions ORDER BY row {order} LIMIT 1");
            let mut statement = self.connection.prepare(&sql)?;
            let found = statement.query_map([], |row| columns::instant(row, "paid_at"))?.next();
            Ok(found.transpose()?)
        };
        Ok(end("ASC")?.zip(end("DESC")?))
    }

    /// How many live platform refunds and chargebacks that took money are matched to no sale.
    pub fn count_unmatched(&self) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM links l JOIN transactions p ON p.row = l.platform
                    WHERE l.sale IS NULL AND l.is_set_aside = 0 AND p.is_test = 0
                      AND p.status IN ('succeeded', 'unknown', 'refunded', 'charged_back')";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }
}

fn money(row: &Row<'_>, minor: &str) -> rusqlite::Result<Money> {
    Ok(Money::new(row.get(minor)?, columns::parsed(row, "currency")?))
}

fn of_sale(by: By) -> &'static str {
    match by {
        By::Product => "coalesce(m.product_id, m.product_name, '')",
        By::Method => "t.method",
        By::Plan => "t.plan",
        By::Country => "t.customer_country",
        By::Reason | By::Ground | By::Month => "''",
    }
}

fn of_refund(by: By) -> &'static str {
    match by {
        By::Reason => "coalesce(b.reason, '')",
        By::Ground => "coalesce((SELECT ground FROM refunds WHERE number = b.number), '')",
        _ => of_sale(by),
    }
}

fn name(by: By) -> &'static str {
    match by {
        By::Product => "coalesce(m.product_name, '')",
        _ => "''",
    }
}

/// The join for the main product of each sale, if it is needed.
fn products(by: By) -> &'static str {
    match by {
        By::Product => "LEFT JOIN products m ON m.payment = t.row AND m.position = 0",
        _ => "",
    }
}
