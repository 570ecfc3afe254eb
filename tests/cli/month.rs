//! A made-up month of notifications and exports, as it comes in life: broken off, twice, in any order, over several
//! runs. It ends as the same month does that came clean and at once. Nothing here is random: the seeds are written down.

use serde_json::{Value, json};

use crate::cope::{dispute, event, refund, sale, undone};
use crate::harness::Desk;
use crate::shop::rehearsal;

const SEEDS: [u64; 3] = [1, 77, 4711];

/// Numbers that look thrown, the same ones each time (Knuth's MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most
    }

    fn shuffle<T>(&mut self, all: &mut [T]) {
        for last in (1..all.len()).rev() {
            all.swap(last, self.below(last + 1));
        }
    }
}

fn time(day: u32, hour: u32) -> String {
    format!("2026-03-{:02}T{hour:02}:00:00Z", day % 20 + 1)
}

/// What the new platform says of order `n`.
fn cope(n: u32) -> Vec<Value> {
    let (order, pay, back) = (format!("cope-{n}"), format!("pay-{n}"), format!("re-{n}"));
    let cents = 4900 + i64::from(n);
    let mut events = vec![sale(&pay, &order, cents, &time(n, 8))];
    if n.is_multiple_of(3) {
        events.push(refund(&back, &order, if n.is_multiple_of(2) { cents } else { 1000 }, &time(n, 12)));
    }
    if n.is_multiple_of(6) {
        events.push(undone(&back, &time(n, 15)));
    }
    if n.is_multiple_of(4) {
        let mut opened = dispute("opened", &order, &pay, &time(n, 13));
        let mut won = dispute("won", &order, &pay, &time(n, 18));
        for event in [&mut opened, &mut won] {
            event["data"]["dispute"]["dispute_uuid"] = format!("dp-{n}").into();
            event["id"] = format!("{}:{n}", event["type"]).into();
        }
        events.extend([opened, won]);
    }
    if n.is_multiple_of(5) {
        let of = json!({ "order_uuid": order, "amount_cents": cents, "currency": "EUR" });
        let subject = format!("chargeback:cb-{n}");
        events.push(event("payment.chargeback.created", &subject, &time(n, 16), of));
        events.push(event("payment.chargeback.reversed", &subject, &time(n, 20), json!({ "chunks": [{}] })));
    }
    events
}

/// What CopeCart says of order `n`: pending, paid, and every fourth refunded.
fn classic(n: u32) -> Vec<Value> {
    let said = |status: &str, hour| {
        json!({
            "event_type": "payment.made", "transaction_type": "sale", "payment_status": status,
            "transaction_id": format!("aaaa{n:012}"), "order_id": format!("Month{n:03}"),
            "product_id": "e232d769", "product_name": "Yoga", "buyer_firstname": "Anna", "buyer_lastname": "Beispiel",
            "payment_method": "sepa", "payment_plan": "one_time_payment", "rate_number": 1,
            "transaction_amount": format!("{}.00", 20 + n), "transaction_currency": "EUR",
            "transaction_date": time(n, 8), "transaction_processed_at": time(n, hour),
        })
    };
    let mut said = vec![said("pending", 8), said("paid", 12)];
    if n.is_multiple_of(4) {
        let mut refunded = said[1].clone();
        refunded["event_type"] = "payment.refunded".into();
        refunded["transaction_type"] = "refund".into();
        refunded["payment_status"] = "successed_refunded".into();
        refunded["transaction_id"] = format!("bbbb{n:012}").into();
        said.push(refunded);
    }
    said
}

/// The month's export: CopeCart's orders, without a transaction ID.
fn export() -> String {
    let header = "Bestell-ID;Produktname;Kundenname;Bruttopreis;Währung;Status;Rate Nr.;Transaktionsdatum\n";
    let row = |n: u32| {
        let day = n % 20 + 1;
        format!("Month{n:03};Yoga;Anna Beispiel;{},00;EUR;Bezahlt;1;{day:02}.03.2026\n", 20 + n)
    };
    (1..=12).map(row).fold(header.to_owned(), |all, row| all + &row)
}

fn month() -> Vec<String> {
    let events = (1..=20).flat_map(cope).chain((1..=12).flat_map(classic));
    events.map(|event| event.to_string()).collect()
}

fn desk() -> Desk {
    let desk = rehearsal();
    desk.config("[import.csv]\nmake_ids = true\n");
    desk.write("export.csv", export());
    desk
}

/// Everything but the trail, which tells how it came.
fn state(desk: &Desk) -> String {
    let lines = ["transactions search --json", "refunds list --json"].map(str::to_owned);
    let shown = (1..=20).map(|n| format!("transactions show pay-{n} --json"));
    let all = lines.into_iter().chain(shown).map(|line| desk.retour(&line).ok().stdout().to_owned());
    all.collect()
}

#[test]
fn a_month_broken_off_doubled_reordered_and_split_ends_as_the_clean_one() {
    let month = month();
    let clean = desk();
    clean.write("month.jsonl", month.join("\n"));
    clean.retour("import export.csv month.jsonl").ok();
    let expected = state(&clean);
    for said in ["reversed", "lifted", "won", "pay-20", "aaaa000000000012", "bbbb000000000012"] {
        assert!(expected.contains(said), "{said}");
    }
    assert!(!expected.contains("id_made_up"));

    for seed in SEEDS {
        let (mut dice, desk) = (Dice(seed), desk());
        let mut sent = [month.clone(), month.clone()].concat();
        dice.shuffle(&mut sent);
        let export_comes = dice.below(6);
        for (run, lines) in sent.chunks(sent.len().div_ceil(6)).enumerate() {
            if run == export_comes {
                desk.retour("import export.csv").ok();
            }
            // The first delivery breaks off somewhere; what it lost comes again, as the platform promises.
            let whole = lines.join("\n");
            let torn: String = whole.chars().take(dice.below(whole.chars().count())).collect();
            desk.write("torn.jsonl", torn + "\n");
            desk.retour("import torn.jsonl");
            desk.write("whole.jsonl", whole);
            desk.retour("import whole.jsonl").ok();
        }
        assert_eq!(state(&desk), expected, "seed {seed}");
        desk.retour("store check").ok();
        desk.retour("events verify").ok();
    }
}
