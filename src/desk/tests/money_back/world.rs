//! What happened, and how a file can write it: an order with its sales, the money that went back, and the rows that say
//! so. Everything is picked by small numbers, so that a failing case shrinks to the plainest one.

use crate::domain::string_enum::string_enum;
use proptest::collection::vec;
use proptest::prelude::*;

/// An order, what its rows say, and the order in which they are imported.
#[derive(Debug, Clone)]
pub struct World {
    pub sales: Vec<Sale>,
    pub backs: Vec<Back>,
    pub noise: Vec<Noise>,
    pub schedule: Schedule,
    /// The same rows once more, for a comparison.
    pub other: Schedule,
    pub mark: Option<Mark>,
}

/// A paid payment of the order.
#[derive(Debug, Clone)]
pub struct Sale {
    /// 0 for none.
    pub product: u8,
    /// 0 for none.
    pub rate: u8,
    pub minor: i64,
    /// Of March 2026.
    pub day: u32,
    pub is_stamped: bool,
    /// A row without a transaction ID reports it, too.
    pub has_twin: bool,
    pub damage: Option<Damage>,
}

/// Money of a sale that went back.
#[derive(Debug, Clone)]
pub struct Back {
    pub sale: usize,
    /// 0 for all that is left of the sale.
    pub part: i64,
    pub is_chargeback: bool,
    pub reports: Vec<Report>,
}

/// How a row says it.
#[derive(Debug, Clone)]
pub struct Report {
    pub form: Form,
    pub word: usize,
    pub status: usize,
    pub names_product: u8,
    pub names_rate: bool,
    pub names_sale: bool,
    /// The row names the sale, and another order than the sale does.
    pub is_of_other_order: bool,
    pub has_id: bool,
    pub is_stamped: bool,
    pub damage: Option<Damage>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The row of a refund: the kind's word, with or without a minus.
    Kind,
    KindNegative,
    /// No kind; the status has the word and the amount a minus.
    StatusNegative,
    /// No kind; the status has the word: a refund, or a sale that was refunded.
    StatusPositive,
    /// A sale with a minus.
    SaleNegative,
    /// Only a minus.
    Negative,
    /// The status of the sale's own row.
    SaleStatus,
    /// The total that went back, in the sale's own row.
    Total,
    /// A column `refunded` of the sale's own row.
    Flag,
}

string_enum! {
    /// What is wrong with one field of a row.
    Damage, "damage" {
        Amount = "amount",
        NoAmount = "no amount",
        Day = "day",
        NoDay = "no day",
        Rate = "rate",
        NoOrder = "no order",
        NoId = "no id",
        Currency = "currency",
        KindWord = "kind word",
        StatusWord = "status word",
        CellMissing = "cell missing",
        CellTooMany = "cell too many",
        OrderedAt = "ordered at",
        Method = "method",
    }
}

/// A row that says nothing about money that went back.
#[derive(Debug, Clone)]
pub struct Noise {
    pub sale: usize,
    pub kind: usize,
}

/// In which order the rows come, and how they are split over files.
#[derive(Debug, Clone)]
pub struct Schedule {
    pub keys: Vec<u16>,
    pub ends_file: Vec<bool>,
    /// Files that are imported a second time at the end.
    pub repeated: Vec<u8>,
}

/// A refund that the desk marks meanwhile.
#[derive(Debug, Clone)]
pub struct Mark {
    pub after_file: u8,
    pub sale: usize,
    /// 0 for all that is left.
    pub minor: i64,
}

pub const MOST_ROWS: usize = 24;

pub fn world() -> impl Strategy<Value = World> {
    let sales = vec(sale(), 1..4);
    let backs = vec(back(), 0..4);
    let mark = proptest::option::weighted(0.3, mark());
    (sales, backs, vec(noise(), 0..2), schedule(), schedule(), mark)
        .prop_map(|(sales, backs, noise, schedule, other, mark)| World { sales, backs, noise, schedule, other, mark })
}

fn sale() -> impl Strategy<Value = Sale> {
    let minor = prop_oneof![Just(4900), Just(1000), Just(9900)];
    let damage = proptest::option::weighted(0.15, sale_damage());
    (0..3u8, 0..4u8, minor, 12..15u32, any::<bool>(), proptest::bool::weighted(0.25), damage).prop_map(
        |(product, rate, minor, day, is_stamped, has_twin, damage)| Sale {
            product,
            rate,
            minor,
            day,
            is_stamped,
            has_twin,
            damage,
        },
    )
}

/// Damage that leaves the sale in the store.
fn sale_damage() -> impl Strategy<Value = Damage> {
    prop_oneof![Just(Damage::Rate), Just(Damage::OrderedAt), Just(Damage::Method), Just(Damage::StatusWord)]
}

fn back() -> impl Strategy<Value = Back> {
    let part = prop_oneof![Just(0), Just(1000), Just(500)];
    (0..3usize, part, proptest::bool::weighted(0.3), vec(report(), 1..3))
        .prop_map(|(sale, part, is_chargeback, reports)| Back { sale, part, is_chargeback, reports })
}

fn report() -> impl Strategy<Value = Report> {
    let form = proptest::sample::select(vec![
        Form::Kind,
        Form::KindNegative,
        Form::StatusNegative,
        Form::StatusPositive,
        Form::SaleNegative,
        Form::Negative,
        Form::SaleStatus,
        Form::Total,
        Form::Flag,
    ]);
    let damage = proptest::option::weighted(0.3, any_damage());
    let names_sale = prop_oneof![4 => Just((false, false)), 2 => Just((true, false)), 1 => Just((true, true))];
    let has_id = proptest::bool::weighted(0.85);
    (form, 0..20usize, 0..10usize, 0..4u8, any::<bool>(), has_id, any::<bool>(), damage, names_sale).prop_map(
        |(form, word, status, names_product, names_rate, has_id, is_stamped, damage, (names_sale, other))| Report {
            names_sale,
            is_of_other_order: other,
            form,
            word,
            status,
            names_product,
            names_rate,
            has_id,
            is_stamped,
            damage,
        },
    )
}

fn any_damage() -> impl Strategy<Value = Damage> {
    proptest::sample::select(Damage::ALL)
}

fn noise() -> impl Strategy<Value = Noise> {
    (0..3usize, 0..8usize).prop_map(|(sale, kind)| Noise { sale, kind })
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let ends = vec(proptest::bool::weighted(0.3), MOST_ROWS);
    (vec(any::<u16>(), MOST_ROWS), ends, vec(0..6u8, 0..2)).prop_map(|(keys, ends_file, repeated)| Schedule {
        keys,
        ends_file,
        repeated,
    })
}

fn mark() -> impl Strategy<Value = Mark> {
    (0..4u8, 0..3usize, prop_oneof![Just(0), Just(1000), Just(500)]).prop_map(|(after_file, sale, minor)| Mark {
        after_file,
        sale,
        minor,
    })
}

impl World {
    /// Without what depends on the order: a mark of the desk; a sale's row without an ID, whose sale can be unclear;
    /// different rows with one made-up ID, which are rejected in one file and merged from two; and rows that leave an
    /// unread report, damaged ones and what a sale's own row says of its refunds: a later refund can settle their
    /// report, an earlier one does not, and then it blocks. Of two totals of one sale, the second is such a report.
    pub fn comparable(mut self) -> Self {
        for sale in &mut self.sales {
            (sale.has_twin, sale.damage) = (false, None);
        }
        for report in self.backs.iter_mut().flat_map(|back| &mut back.reports) {
            report.has_id = true;
            if matches!(report.form, Form::SaleStatus | Form::Flag | Form::Total) {
                report.form = Form::Kind;
            }
            report.damage = None;
        }
        self.mark = None;
        self
    }

    pub fn sale_of(&self, back: &Back) -> usize {
        back.sale % self.sales.len()
    }

    /// What each of the backs took, in their order: never more than its sale has left.
    pub fn taken(&self) -> Vec<i64> {
        let mut left: Vec<i64> = self.sales.iter().map(|sale| sale.minor).collect();
        let take = |back: &Back| {
            let left = &mut left[self.sale_of(back)];
            let taken = if back.part == 0 { *left } else { back.part.min(*left) };
            *left -= taken;
            taken
        };
        self.backs.iter().map(take).collect()
    }
}

impl Schedule {
    /// The rows by number, file by file.
    pub fn files(&self, rows: usize) -> Vec<Vec<usize>> {
        let mut order: Vec<usize> = (0..rows).collect();
        order.sort_by_key(|row| (self.keys.get(*row).copied().unwrap_or_default(), *row));
        let mut files = vec![Vec::new()];
        for (place, row) in order.into_iter().enumerate() {
            files.last_mut().unwrap().push(row);
            if self.ends_file.get(place) == Some(&true) {
                files.push(Vec::new());
            }
        }
        files.retain(|file| !file.is_empty());
        let again: Vec<Vec<usize>> =
            self.repeated.iter().filter_map(|file| files.get(usize::from(*file)).cloned()).collect();
        files.into_iter().chain(again).collect()
    }
}
