//! Makes the sales of a made-up vendor, for trying out how the desk does with many of them.
//!
//! ```text
//! cargo run --release --example generate -- --sales 1000000 > sales.csv
//! cargo run --release --example generate -- --sales 1000 --seed 7 --oldest-first --format ipn > notifications.jsonl
//! ```
//!
//! Every row is a function of the seed and its place alone, so the same arguments give the same bytes, and ten million
//! rows need no more memory than ten. One sale in about 25 is refunded and one in 250 charged back, as rows of their
//! own; three in four orders are one payment, the others plans of 3, 6 or 12.

#![allow(clippy::disallowed_methods, reason = "an example reads its arguments itself")]

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::json;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

/// The newest payment is on this instant, 1 March 2026 in Berlin.
const NEWEST: i64 = 1_772_366_400;
/// Payments lie so many seconds apart.
const APART: i64 = 37;
/// The next payment of a plan is so many places later.
const ROUND: u64 = 9_973;
/// A plan has at most so many payments.
const LONGEST_PLAN: u64 = 12;
/// A refund is reported so many places after its payment.
const REFUND_AFTER: u64 = 41;

const GIVEN: &[&str] = &[
    "Anna",
    "Jörg",
    "Zoé",
    "Søren",
    "Ciarán",
    "Nguyễn",
    "Łukasz",
    "François",
    "Mária",
    "Ümit",
    "İrem",
    "Þóra",
    "Lars",
    "Chloé",
    "Jean-Luc",
    "Ana Sofía",
    "Νίκος",
    "Олена",
    "小明",
    "さくら",
    "Đorđe",
    "Anne-Marie",
    "Björn",
    "Siân",
];
const STEMS: &[&str] = &[
    "Schmidt",
    "Weiß",
    "Lefèvre",
    "O’Connor",
    "Straßer",
    "Ångström",
    "Novák",
    "García",
    "Đặng",
    "Kowalski",
    "Ødegård",
    "Papadopoulos",
    "Шевченко",
    "王",
    "Dupont",
    "Bianchi",
    "Fernández",
    "Jørgensen",
    "Çelik",
    "Şahin",
    "Brânză",
];
const ENDINGS: &[&str] =
    &["", "er", "mann", "sen", "ova", "ski", "ez", "i", "berg", "stein", "-Vogel", "-Martin", "son"];
const COUNTRIES: &[&str] = &["DE", "AT", "CH", "FR", "BE", "GB", "IE", "US", "ES", "PL", "DK", "TR", "GR", "UA", "CN"];
const METHODS: &[(&str, u64)] = &[("credit_card", 38), ("sepa", 30), ("paypal", 22), ("sofort", 5), ("invoice", 5)];
const PRODUCTS: &[(&str, &str, i64)] = &[
    ("e232d769", "Yoga for Beginners", 4900),
    ("00000012", "Chess Openings", 2900),
    ("12345e67", "Sourdough at Home", 1990),
    ("a0b1c2d3", "Watercolours, Part 1", 9900),
    ("ffee0011", "Watercolours, Part 2", 12_900),
    ("0badcafe", "Tax Returns Made Plain", 29_900),
    ("77777777", "Guitar in 30 Days", 3900),
    ("c0ffee00", "The Coffee Letter", 900),
];

struct Wanted {
    sales: u64,
    seed: u64,
    newest_first: bool,
    ipn: bool,
}

fn main() -> ExitCode {
    let wanted = match wanted(std::env::args().skip(1)) {
        Ok(wanted) => wanted,
        Err(problem) => {
            _ = writeln!(io::stderr(), "generate: {problem}");
            return ExitCode::from(2);
        }
    };
    match write(&wanted, &mut BufWriter::with_capacity(1 << 20, io::stdout().lock())) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            _ = writeln!(io::stderr(), "generate: {error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::SUCCESS,
    }
}

fn wanted(mut arguments: impl Iterator<Item = String>) -> Result<Wanted, String> {
    let mut wanted = Wanted { sales: 1_000, seed: 1, newest_first: true, ipn: false };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--sales" => wanted.sales = value()?.parse().map_err(|error| format!("--sales: {error}"))?,
            "--seed" => wanted.seed = value()?.parse().map_err(|error| format!("--seed: {error}"))?,
            "--newest-first" => wanted.newest_first = true,
            "--oldest-first" => wanted.newest_first = false,
            "--format" => wanted.ipn = format(&value()?)?,
            _ => {
                return Err(format!("what is {argument}? --sales --seed --newest-first --oldest-first --format"));
            }
        }
    }
    Ok(wanted)
}

fn format(name: &str) -> Result<bool, String> {
    match name {
        "csv" => Ok(false),
        "ipn" => Ok(true),
        _ => Err(format!("--format is csv or ipn, not {name}")),
    }
}

fn write(wanted: &Wanted, out: &mut impl Write) -> io::Result<()> {
    if !wanted.ipn {
        writeln!(
            out,
            "transaction_id,order_id,product_id,product_name,customer_name,customer_email,country,amount,currency,\
             method,plan,kind,status,ordered_at,paid_at,rate_number,test,as_of"
        )?;
    }
    for step in 0..wanted.sales {
        let place = if wanted.newest_first { wanted.sales - 1 - step } else { step };
        let mut rows = rows_at(wanted, place);
        if wanted.newest_first {
            rows.reverse();
        }
        for row in rows {
            if wanted.ipn { row.notification(out)? } else { row.line(out)? }
        }
    }
    out.flush()
}

/// The payment at this place, and what is reported at the same time of an earlier one.
fn rows_at(wanted: &Wanted, place: u64) -> Vec<Row> {
    let mut rows = vec![Row::sale(wanted, place)];
    if let Some(earlier) = place.checked_sub(REFUND_AFTER) {
        let sale = Row::sale(wanted, earlier);
        rows.extend(sale.reported_later(wanted, place));
    }
    rows
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Sale,
    Refund,
    Chargeback,
}

struct Row {
    /// What everything about the payment is drawn from.
    draw: Draw,
    id: String,
    order: String,
    kind: Kind,
    status: &'static str,
    method: &'static str,
    plan: &'static str,
    product: (&'static str, &'static str, i64),
    name: (String, String),
    email: String,
    country: &'static str,
    minor: i64,
    rate: u64,
    is_test: bool,
    ordered_at: DateTime<Utc>,
    paid_at: DateTime<Utc>,
}

impl Row {
    fn sale(wanted: &Wanted, place: u64) -> Self {
        let (lane, round) = (place % ROUND, place / ROUND);
        let block = Draw::of(&[wanted.seed, 1, lane, round / LONGEST_PLAN]);
        let within = round % LONGEST_PLAN;
        let length = [1, 1, 1, 1, 1, 1, 3, 6, 12][block.below(0, 9)];
        let (nth, rate) = (within / length, within % length);
        // Everything about the order is drawn from its first place.
        let order = Draw::of(&[wanted.seed, 2, lane, round - rate]);
        let draw = Draw::of(&[wanted.seed, 3, place]);
        let product = PRODUCTS[order.below(1, PRODUCTS.len())];
        let method = order.weighed(2, METHODS);
        let plan = match length {
            1 => "one_time_payment",
            12 => "abonnement",
            _ => "breakdown_payment",
        };
        let is_trial = length == 12 && rate == 0 && order.below(3, 3) == 0;
        let is_test = order.below(4, 500) == 0;
        let status = match (is_test, is_trial, draw.below(5, 100)) {
            (true, _, _) => "test_paid",
            (_, true, _) => "trial",
            (_, _, 0) => "failed",
            (_, _, 1) => "pending",
            _ => "paid",
        };
        let name = name(&order);
        let email = format!("guest{:x}@example.org", order.word(6) & 0xFFFF_FFFF);
        let paid_at = at(wanted, place);
        Self {
            id: format!("{:016x}", draw.word(7)),
            order: base62(order.word(8) ^ nth),
            kind: Kind::Sale,
            status,
            method,
            plan,
            product,
            name,
            email,
            country: COUNTRIES[order.below(9, COUNTRIES.len())],
            minor: product.2,
            rate: rate + 1,
            is_test,
            ordered_at: at(wanted, place.saturating_sub(rate * ROUND)),
            paid_at,
            draw,
        }
    }

    /// A refund or chargeback of this sale, reported at a later place.
    fn reported_later(self, wanted: &Wanted, place: u64) -> Option<Self> {
        let (kind, status) = match (self.status, self.draw.below(10, 1_000)) {
            ("paid", 0..40) => (Kind::Refund, "successed_refunded"),
            ("paid", 40..44) => (Kind::Chargeback, "chargeback_succeeded"),
            _ => return None,
        };
        let is_partial = kind == Kind::Refund && self.draw.below(11, 5) == 0;
        Some(Self {
            id: format!("{:016x}", self.draw.word(12)),
            kind,
            status,
            minor: if is_partial { self.minor / 2 } else { self.minor },
            paid_at: at(wanted, place) + TimeDelta::seconds(1),
            ..self
        })
    }

    fn amount(&self) -> String {
        format!("{}.{:02}", self.minor / 100, self.minor % 100)
    }

    fn line(&self, out: &mut impl Write) -> io::Result<()> {
        let kind = match self.kind {
            Kind::Sale => "sale",
            Kind::Refund => "refund",
            Kind::Chargeback => "chargeback",
        };
        let (paid_at, product) = (instant(self.paid_at), self.product);
        writeln!(
            out,
            "{},{},{},\"{}\",{} {},{},{},{},EUR,{},{},{kind},{},{},{paid_at},{},{},{paid_at}",
            self.id,
            self.order,
            product.0,
            product.1,
            self.name.0,
            self.name.1,
            self.email,
            self.country,
            self.amount(),
            self.method,
            self.plan,
            self.status,
            instant(self.ordered_at),
            self.rate,
            self.is_test,
        )
    }

    fn notification(&self, out: &mut impl Write) -> io::Result<()> {
        let event = match (self.kind, self.status) {
            (Kind::Refund, _) => "payment.refunded",
            (Kind::Chargeback, _) => "payment.charged_back",
            (_, "trial") => "payment.trial",
            (_, "failed") => "payment.failed",
            (_, "pending") => "payment.pending",
            _ => "payment.made",
        };
        let kind = match self.kind {
            Kind::Sale => "sale",
            Kind::Refund => "refund",
            Kind::Chargeback => "chargeback",
        };
        let notification = json!({
            "event_type": event,
            "transaction_type": kind,
            "payment_status": self.status,
            "payment_method": self.method,
            "payment_plan": self.plan,
            "transaction_id": self.id,
            "order_id": self.order,
            "order_date": self.ordered_at.date_naive().to_string(),
            "order_time": instant(self.ordered_at),
            "transaction_date": instant(self.paid_at),
            "transaction_processed_at": instant(self.paid_at),
            "transaction_amount": self.amount(),
            "transaction_currency": "EUR",
            "rate_number": self.rate,
            "product_id": self.product.0,
            "product_name": self.product.1,
            "buyer_firstname": self.name.0,
            "buyer_lastname": self.name.1,
            "buyer_email": self.email,
            "buyer_country_code": self.country,
            "test_payment": self.is_test,
        });
        writeln!(out, "{notification}")
    }
}

fn at(wanted: &Wanted, place: u64) -> DateTime<Utc> {
    let back = i64::try_from(wanted.sales.saturating_sub(place)).unwrap_or(0) * APART;
    DateTime::from_timestamp(NEWEST - back, 0).unwrap_or_default()
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One in a hundred is called Müller; the others are some sixty thousand.
fn name(order: &Draw) -> (String, String) {
    let given = GIVEN[order.below(13, GIVEN.len())];
    if order.below(14, 100) == 0 {
        return (given.to_owned(), "Müller".to_owned());
    }
    let stem = STEMS[order.below(15, STEMS.len())];
    let syllable = ["ba", "ke", "li", "mo", "ru", "sta", "tre", "vo", "wi", "zu", "dra", "fen", "gol", "hem", ""];
    let (first, second) = (syllable[order.below(16, 15)], syllable[order.below(17, 15)]);
    (given.to_owned(), format!("{stem}{first}{second}{}", ENDINGS[order.below(18, ENDINGS.len())]))
}

fn base62(mut number: u64) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    (0..8)
        .map(|_| {
            let digit = DIGITS[(number % 62) as usize];
            number /= 62;
            char::from(digit)
        })
        .collect()
}

/// Numbers drawn from a few others, the same each time.
#[derive(Clone, Copy)]
struct Draw(u64);

impl Draw {
    fn of(parts: &[u64]) -> Self {
        Self(parts.iter().fold(0x9E37_79B9_7F4A_7C15, |state, part| mix(state ^ mix(*part))))
    }

    fn word(self, which: u64) -> u64 {
        mix(self.0 ^ mix(which))
    }

    fn below(self, which: u64, bound: usize) -> usize {
        (self.word(which) % bound as u64) as usize
    }

    fn weighed(self, which: u64, choices: &[(&'static str, u64)]) -> &'static str {
        let mut left = self.word(which) % choices.iter().map(|(_, weight)| weight).sum::<u64>();
        for (choice, weight) in choices {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return choice,
            }
        }
        ""
    }
}

/// Steele, Lea and Flood's SplitMix64.
fn mix(mut state: u64) -> u64 {
    state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}
