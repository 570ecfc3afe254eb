//! The rows that a file has for what happened, and what each says.

use super::world::{Back, Damage, Form, Noise, Report, Sale, World};

pub const HEADER: [&str; 16] = [
    "transaction_id",
    "order_id",
    "product_id",
    "product_name",
    "kind",
    "status",
    "amount",
    "currency",
    "method",
    "paid_at",
    "ordered_at",
    "rate_number",
    "refunded_amount",
    "refunded",
    "refund_of",
    "as_of",
];

const REFUND: [&str; 12] = [
    "refund",
    "Refund",
    "RÜCKERSTATTUNG",
    "Erstattung",
    "erstattet",
    "Remboursement",
    "remboursé",
    "refunded",
    "Rückzahlung",
    "Full refund",
    "Payment refund",
    "successed_refunded",
];
const CHARGEBACK: [&str; 10] = [
    "chargeback",
    "Charge-Back",
    "Rücklastschrift",
    "RUECKBUCHUNG",
    "Lastschriftrückgabe",
    "Rejet de prélèvement",
    "Rétrofacturation",
    "charged back",
    "chargeback_succeeded",
    "Chargeback lost",
];
const PARTLY: [&str; 6] = [
    "partially refunded",
    "teilweise erstattet",
    "Partiellement remboursé",
    "partial refund",
    "Teilerstattung",
    "partly_refunded",
];
const DONE: [&str; 7] = ["", "succeeded", "completed", "erfolgreich", "Réussi", "Zwieback", "ok"];
const ASIDE: [&str; 8] = ["fee", "Gebühr", "payout", "Auszahlung", "Frais", "Virement", "hold", "Currency conversion"];

/// What a row says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// That this money went back.
    Back(usize),
    /// Nothing that can be understood, or nothing about money that went back.
    Nothing,
}

#[derive(Debug, Clone)]
pub struct Line {
    pub cells: Vec<String>,
    pub has_id: bool,
    /// It is the row of this sale.
    pub of_sale: Option<usize>,
    pub says: Says,
}

impl Line {
    fn new(says: Says) -> Self {
        Self { cells: vec![String::new(); HEADER.len()], has_id: true, of_sale: None, says }
    }

    fn set(&mut self, column: &str, value: impl Into<String>) {
        let place = HEADER.iter().position(|each| *each == column).unwrap();
        self.cells[place] = value.into();
    }

    /// As the file of its kind writes it.
    pub fn text(&self) -> String {
        let cells = if self.has_id { &self.cells[..] } else { &self.cells[1..] };
        cells.iter().map(|cell| format!("\"{cell}\"")).collect::<Vec<_>>().join(",")
    }
}

pub fn sale_id(order: &str, sale: usize) -> String {
    format!("{order}s{sale}")
}

/// Every row that the world's files have. `order` is unique to this world.
pub fn lines(world: &World, order: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    for (number, sale) in world.sales.iter().enumerate() {
        lines.push(paid(sale, number, order));
        if sale.has_twin {
            lines.push(Line { has_id: false, ..paid(sale, number, order) });
        }
    }
    let taken = world.taken();
    for (number, back) in world.backs.iter().enumerate().filter(|(number, _)| taken[*number] > 0) {
        for (place, report) in back.reports.iter().enumerate() {
            lines.push(reported(world, number, report, place, order, &taken));
        }
    }
    lines.extend(world.noise.iter().enumerate().map(|(number, noise)| aside(world, noise, number, order)));
    lines
}

fn paid(sale: &Sale, number: usize, order: &str) -> Line {
    let mut line = of_sale(sale, number, order);
    line.set("status", "paid");
    if sale.is_stamped {
        line.set("as_of", format!("2026-03-{}T20:00:00Z", sale.day));
    }
    if let Some(damage) = sale.damage {
        break_row(&mut line, damage);
    }
    line
}

fn of_sale(sale: &Sale, number: usize, order: &str) -> Line {
    let mut line = Line::new(Says::Nothing);
    line.of_sale = Some(number);
    line.set("transaction_id", sale_id(order, number));
    line.set("order_id", order);
    line.set("kind", "sale");
    line.set("amount", decimal(sale.minor));
    line.set("currency", "EUR");
    line.set("method", "card");
    line.set("paid_at", format!("2026-03-{} 12:00", sale.day));
    name(&mut line, sale, 3, true);
    line
}

/// `product`: 1 has the ID, 2 the name, 3 both.
fn name(line: &mut Line, sale: &Sale, product: u8, rate: bool) {
    if sale.product > 0 && product & 1 == 1 {
        line.set("product_id", format!("p{}", sale.product));
    }
    if sale.product > 0 && product & 2 == 2 {
        line.set("product_name", format!("Kurs {}", sale.product));
    }
    if rate && sale.rate > 0 {
        line.set("rate_number", sale.rate.to_string());
    }
}

fn decimal(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn reported(world: &World, number: usize, report: &Report, place: usize, order: &str, taken: &[i64]) -> Line {
    let back = &world.backs[number];
    let (of, day) = (world.sale_of(back), 16 + number);
    let sale = &world.sales[of];
    let so_far: i64 =
        (0..=number).filter(|each| world.sale_of(&world.backs[*each]) == of).map(|each| taken[each]).sum();
    let mut line = of_sale(sale, of, order);
    line.says = Says::Back(number);
    match report.form {
        Form::SaleStatus | Form::Total | Form::Flag => {
            in_the_sale(&mut line, back, report, so_far, so_far == sale.minor)
        }
        _ => {
            own_row(&mut line, sale, report, number, place, order);
            by_itself(&mut line, back, report, taken[number]);
            line.set("paid_at", format!("2026-03-{day} 09:00"));
        }
    }
    if report.is_of_other_order && line.of_sale.is_none() && !sale.has_twin {
        // The sale is found by its ID.
        line.set("order_id", format!("{order}-b"));
        line.set("refund_of", sale_id(order, of));
        line.set("kind", if back.is_chargeback { "chargeback" } else { "refund" });
        return line;
    }
    line.has_id = report.has_id;
    if report.is_stamped {
        line.set("as_of", format!("2026-03-{day}T20:00:00Z"));
    }
    if let Some(damage) = report.damage {
        break_row(&mut line, damage);
        if !still_says(report, sale, damage) {
            line.says = Says::Nothing;
        }
    }
    line
}

fn word_of<'w>(back: &Back, report: &Report) -> &'w str {
    pick(if back.is_chargeback { &CHARGEBACK } else { &REFUND }, report.word)
}

/// What the sale's own row says of the money that went back so far.
fn in_the_sale(line: &mut Line, back: &Back, report: &Report, so_far: i64, is_whole: bool) {
    match report.form {
        Form::Total => {
            line.set("status", "paid");
            line.set("refunded_amount", decimal(so_far));
        }
        Form::Flag => {
            line.set("status", "paid");
            line.set("refunded", if is_whole { "yes" } else { "partly" });
        }
        _ if !is_whole && !back.is_chargeback => line.set("status", pick(&PARTLY, report.word)),
        _ => line.set("status", sale_word(back, word_of(back, report))),
    }
}

/// What the row of a refund or chargeback says of this money.
fn by_itself(line: &mut Line, back: &Back, report: &Report, minor: i64) {
    let word = word_of(back, report);
    match report.form {
        Form::Kind | Form::KindNegative => {
            line.set("kind", word);
            line.set("status", pick(&DONE, report.status));
        }
        Form::StatusNegative | Form::StatusPositive => {
            line.set("kind", "");
            line.set("status", word);
        }
        Form::SaleNegative => line.set("status", ["", "paid", word][report.status % 3]),
        _ => {
            line.set("kind", "");
            line.set("status", ["", "paid"][report.status % 2]);
        }
    }
    let sign = if matches!(report.form, Form::Kind | Form::StatusPositive) { "" } else { "-" };
    line.set("amount", format!("{sign}{}", decimal(minor)));
}

/// A sale's own row has no word of a refund row as its status.
fn sale_word<'w>(back: &Back, word: &'w str) -> &'w str {
    if word.contains('_') { if back.is_chargeback { "chargeback" } else { "refunded" } } else { word }
}

fn own_row(line: &mut Line, sale: &Sale, report: &Report, number: usize, place: usize, order: &str) {
    let of = line.of_sale.unwrap_or_default();
    line.of_sale = None;
    line.set("transaction_id", format!("{order}b{number}r{place}"));
    for column in ["product_id", "product_name", "rate_number"] {
        line.set(column, "");
    }
    name(line, sale, report.names_product, report.names_rate);
    if report.names_sale {
        line.set("refund_of", sale_id(order, of));
    }
}

fn pick<'w>(words: &[&'w str], number: usize) -> &'w str {
    words[number % words.len()]
}

fn aside(world: &World, noise: &Noise, number: usize, order: &str) -> Line {
    let of = noise.sale % world.sales.len();
    let mut line = of_sale(&world.sales[of], of, order);
    line.of_sale = None;
    line.set("transaction_id", format!("{order}n{number}"));
    line.set("kind", pick(&ASIDE, noise.kind));
    line.set("amount", "-1.00");
    line
}

fn break_row(line: &mut Line, damage: Damage) {
    match damage {
        Damage::Amount => line.set("amount", "4x,9"),
        Damage::NoAmount => line.set("amount", ""),
        Damage::Day => line.set("paid_at", "someday"),
        Damage::NoDay => line.set("paid_at", ""),
        Damage::Rate => line.set("rate_number", "erste"),
        Damage::NoOrder => line.set("order_id", ""),
        Damage::NoId => line.set("transaction_id", ""),
        Damage::Currency => line.set("currency", "Taler"),
        Damage::KindWord => line.set("kind", "Zwieback"),
        Damage::StatusWord => line.set("status", "Zwieback"),
        Damage::CellMissing => _ = line.cells.pop(),
        Damage::CellTooMany => line.cells.push(String::new()),
        Damage::OrderedAt => line.set("ordered_at", "someday"),
        Damage::Method => line.set("method", "Zwieback"),
    }
}

/// Whether a row with this damage says of its order, or of its sale, that money went back.
fn still_says(report: &Report, sale: &Sale, damage: Damage) -> bool {
    use Form::*;
    let is_own_row = !matches!(report.form, SaleStatus | Total | Flag);
    let is_negative = matches!(report.form, KindNegative | StatusNegative | SaleNegative | Negative);
    match damage {
        // Without its amount, a row whose only sign of a refund was the minus says nothing.
        Damage::Amount | Damage::NoAmount => match report.form {
            Negative => false,
            SaleNegative => report.status % 3 == 2,
            _ => true,
        },
        // The row of a refund then names no order. A sale's row names the sale, once the store knows its ID.
        Damage::NoOrder => !is_own_row && report.has_id && !sale.has_twin,
        Damage::KindWord => is_negative || !matches!(report.form, Kind),
        Damage::StatusWord => is_negative || matches!(report.form, Kind | Total | Flag),
        _ => true,
    }
}
