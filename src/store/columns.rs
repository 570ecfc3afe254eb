//! Converts between columns and the domain's values. A value that the schema cannot hold means a damaged store, not a
//! panic.

use crate::domain::ids::{BadId, ProductId};
use crate::domain::money::{Currency, Money};
use crate::domain::return_period::ReturnPeriod;
use crate::domain::sale::transaction::{Kind, KindAndStatus, PlatformStatus, SaleStatus};
use crate::domain::time::Timestamp;
use chrono::{DateTime, NaiveDate};
use rusqlite::Row;
use rusqlite::types::{FromSql, Type, ValueRef};
use std::error::Error;
use std::fmt::Display;
use std::str::FromStr;

/// The number of a row of `transactions`: the second of its payment since 1970, shifted left by 24 bits, plus a counter
/// within that second.
///
/// So the table itself is in the order of the payment times, and the newest payments are read from its end without
/// another index. The number is internal to the store and changes with the payment time; every column that refers to it
/// follows by `ON UPDATE CASCADE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(in crate::store) struct RowNumber(pub i64);

const COUNTER_BITS: u32 = 24;

impl RowNumber {
    /// The first number of the payment's second.
    pub fn first_of(paid_at: Timestamp) -> Self {
        Self::first_in(paid_at.timestamp())
    }

    /// The first number of a second since 1970.
    pub fn first_in(second: i64) -> Self {
        Self(second << COUNTER_BITS)
    }

    /// The second of the payment, since 1970.
    pub fn second(self) -> i64 {
        self.0 >> COUNTER_BITS
    }
}

impl FromSql for RowNumber {
    fn column_result(value: ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

impl rusqlite::ToSql for RowNumber {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

fn damaged(column: &str, why: impl Into<Box<dyn Error + Send + Sync>>) -> rusqlite::Error {
    let why = format!("column {column}: {}", why.into());
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, why.into())
}

/// Reads a row's columns in the order of its SELECT: looking up a column by its name costs more than reading it.
pub(in crate::store) struct InOrder<'r> {
    row: &'r Row<'r>,
    next: usize,
}

impl<'r> InOrder<'r> {
    pub fn of(row: &'r Row<'r>) -> Self {
        Self { row, next: 0 }
    }

    pub fn value<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.next += 1;
        self.row.get(self.next - 1)
    }

    /// Text that `T` parses.
    pub fn parsed<T>(&mut self) -> rusqlite::Result<T>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.raw()?.as_str()?;
        text.parse().map_err(|error: T::Err| self.damaged(error.to_string()))
    }

    /// The same for a column that can be NULL.
    pub fn parsed_if_any<T>(&mut self) -> rusqlite::Result<Option<T>>
    where
        T: FromStr,
        T::Err: Display,
    {
        let text = self.raw()?.as_str_or_null()?;
        text.map(|text| text.parse().map_err(|error: T::Err| self.damaged(error.to_string()))).transpose()
    }

    pub fn instant(&mut self) -> rusqlite::Result<Timestamp> {
        let millis = self.value()?;
        to_instant(millis).ok_or_else(|| self.damaged("not a valid time"))
    }

    pub fn instant_if_any(&mut self) -> rusqlite::Result<Option<Timestamp>> {
        let millis: Option<i64> = self.value()?;
        millis.map(|millis| to_instant(millis).ok_or_else(|| self.damaged("not a valid time"))).transpose()
    }

    /// An amount, and then its currency.
    pub fn money(&mut self) -> rusqlite::Result<Money> {
        Ok(Money::new(self.value()?, self.parsed::<Currency>()?))
    }

    /// A kind, and then its status.
    pub fn entry(&mut self) -> rusqlite::Result<KindAndStatus> {
        let kind = self.parsed()?;
        let status = self.raw()?.as_str()?;
        entry_of(kind, status).map_err(|why| self.damaged(why))
    }

    /// -1 means that the sale cannot be returned.
    pub fn return_period(&mut self) -> rusqlite::Result<Option<ReturnPeriod>> {
        let days: Option<i64> = self.value()?;
        days.map(|days| match days {
            -1 => Ok(ReturnPeriod::Disabled),
            days => u32::try_from(days).map(ReturnPeriod::Days).map_err(|error| self.damaged(error)),
        })
        .transpose()
    }

    fn raw(&mut self) -> rusqlite::Result<ValueRef<'r>> {
        self.next += 1;
        self.row.get_ref(self.next - 1)
    }

    /// The column that was read last has an invalid value.
    fn damaged(&self, why: impl Into<Box<dyn Error + Send + Sync>>) -> rusqlite::Error {
        damaged(self.row.as_ref().column_name(self.next - 1).unwrap_or("?"), why)
    }
}

/// A column whose text `T` parses.
pub(in crate::store) fn parsed<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr,
    T::Err: Display,
{
    let text: String = row.get(column)?;
    text.parse().map_err(|error: T::Err| damaged(column, error.to_string()))
}

/// The same for a column that can be NULL.
pub(in crate::store) fn parsed_if_any<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<T>>
where
    T: FromStr,
    T::Err: Display,
{
    let text: Option<String> = row.get(column)?;
    text.map(|text| text.parse().map_err(|error: T::Err| damaged(column, error.to_string()))).transpose()
}

pub(in crate::store) fn instant(row: &Row<'_>, column: &str) -> rusqlite::Result<Timestamp> {
    to_instant(row.get(column)?).ok_or_else(|| damaged(column, "not a valid time"))
}

pub(in crate::store) fn instant_if_any(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    let millis: Option<i64> = row.get(column)?;
    millis.map(|millis| to_instant(millis).ok_or_else(|| damaged(column, "not a valid time"))).transpose()
}

pub(in crate::store) fn to_instant(millis: i64) -> Option<Timestamp> {
    DateTime::from_timestamp_millis(millis)
}

/// A day that the row's status requires.
pub(in crate::store) fn day(row: &Row<'_>, column: &str) -> rusqlite::Result<NaiveDate> {
    parsed(row, column)
}

pub(in crate::store) fn money(row: &Row<'_>, minor: &str, currency: &str) -> rusqlite::Result<Money> {
    Ok(Money::new(row.get(minor)?, parsed::<Currency>(row, currency)?))
}

/// A kind with a status as stored.
pub(in crate::store) fn entry_of(kind: Kind, status: &str) -> Result<KindAndStatus, String> {
    let of_platform = || status.parse::<PlatformStatus>().map_err(|error| error.to_string());
    match kind {
        Kind::Sale => status.parse::<SaleStatus>().map(KindAndStatus::Sale).map_err(|error| error.to_string()),
        Kind::Refund => of_platform().map(KindAndStatus::Refund),
        Kind::Chargeback => of_platform().map(KindAndStatus::Chargeback),
    }
}

pub(in crate::store) fn return_period_column(period: Option<ReturnPeriod>) -> Option<i64> {
    period.map(|period| match period {
        ReturnPeriod::Disabled => -1,
        ReturnPeriod::Days(days) => i64::from(days),
    })
}

/// An ID that cannot be NULL.
pub(in crate::store) fn id<T>(row: &Row<'_>, column: &str) -> rusqlite::Result<T>
where
    T: FromStr<Err = BadId>,
{
    parsed(row, column)
}

pub(in crate::store) fn product_id(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<ProductId>> {
    parsed_if_any(row, column)
}
