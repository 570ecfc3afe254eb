//! Disputes are work: they are listed, due until the vendor has dealt with them, and due again if something new comes.

use insta::assert_snapshot;

use crate::cope::{dispute, refund, sale};
use crate::harness::Desk;

const SALE: &str = "pay-0001";
const ORDER: &str = "order-0001";

/// A desk with a sale of 49.00 EUR, and a dispute about it.
fn disputed() -> Desk {
    let desk = Desk::new();
    desk.quietly("init").ok();
    desk.take(&[
        sale(SALE, ORDER, 4900, "2026-03-20T10:00:00.000Z"),
        dispute("opened", ORDER, SALE, "2026-03-22T10:00:00.000Z"),
    ]);
    desk
}

fn due(desk: &Desk) -> String {
    let due = desk.quietly("refunds due --format csv --no-header --columns code,refund_id,due_on");
    due.ok().stdout().to_owned()
}

#[test]
fn an_open_dispute_is_due_until_it_is_done_or_decided() {
    let desk = disputed();
    assert_eq!(due(&desk), "dispute,dp-1,2026-03-22\n");
    assert_snapshot!(desk.quietly("refunds due").stdout(), @"
    DUE      SINCE OR BY  REFUND  CUSTOMER       AMOUNT  NEXT                              ALSO  WHAT TO DO
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    dispute  2026-03-22   dp-1    Zoë Müller  49.00 EUR  retour refunds done dp-1 dispute        send the evidence that the platform asks for by mail, and do not refund the sale meanwhile
    ");
    assert_snapshot!(desk.quietly("refunds done dp-1 dispute --note sent").snapshot(), @"
    $ retour refunds done dp-1 dispute --note sent -q
    status: 0
    -- stdout --
    dispute dp-1 is no longer due.
    -- stderr --
    ");
    assert_eq!(due(&desk), "");
    assert_snapshot!(desk.quietly("disputes list --json").snapshot(), @r#"
    $ retour disputes list --json -q
    status: 0
    -- stdout --
    {"schema_version":1,"disputes":[
    {"dispute_id":"dp-1","order_id":"order-0001","transaction_id":"pay-0001","customer":{"name":"Zoë Müller","email":"zoe@example.org","country":""},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"status":"open","reported_at":"2026-03-22T10:00:00Z","evidence_due_on":null,"done_on":"2026-03-25","note":"sent"}
    ]}
    -- stderr --
    "#);
    // A second report of the same state has nothing to add, and a newer one does.
    desk.take(&[dispute("opened", ORDER, SALE, "2026-03-22T10:00:00.000Z")]);
    assert_eq!(due(&desk), "");
    let mut newer = dispute("opened", ORDER, SALE, "2026-03-23T10:00:00.000Z");
    newer["id"] = "another event".into();
    newer["idempotency_key"] = "another event".into();
    desk.take(&[newer]);
    assert_eq!(due(&desk), "dispute,dp-1,2026-03-23\n");
    desk.take(&[dispute("won", ORDER, SALE, "2026-03-24T10:00:00.000Z")]);
    assert_eq!(due(&desk), "");
    assert_snapshot!(desk.quietly("disputes list").snapshot(), @"
    $ retour disputes list -q
    status: 0
    -- stdout --
    DISPUTE  STATUS  REPORTED       AMOUNT  SALE      ORDER       CUSTOMER    DONE
    ──────────────────────────────────────────────────────────────────────────────
    dp-1     won     2026-03-24  49.00 EUR  pay-0001  order-0001  Zoë Müller
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("disputes list --open").snapshot(), @"
    $ retour disputes list --open -q
    status: 0
    -- stdout --
    -- stderr --
    ");
}

#[test]
fn a_dispute_that_was_done_is_due_again_after_undo() {
    let desk = disputed();
    desk.quietly("refunds done dp-1 dispute").ok();
    desk.quietly("refunds done dp-1 dispute").ok();
    desk.quietly("refunds done dp-1 dispute --undo").ok();
    desk.quietly("refunds done dp-1 dispute --undo").ok();
    assert_eq!(due(&desk), "dispute,dp-1,2026-03-22\n");
    let events = desk.quietly("events list --kind due_done --format csv --no-header --columns transaction_id,facts");
    assert_snapshot!(events.stdout(), @r#"
    pay-0001,"{""dispute"":""dp-1"",""done"":false,""matter"":""dispute""}"
    pay-0001,"{""dispute"":""dp-1"",""done"":true,""matter"":""dispute""}"
    "#);
}

#[test]
fn a_dispute_is_due_even_if_its_payment_is_not_in_the_store() {
    let desk = Desk::new();
    desk.quietly("init").ok();
    desk.take(&[dispute("opened", ORDER, SALE, "2026-03-22T10:00:00.000Z")]);
    assert_snapshot!(desk.quietly("refunds due").stdout(), @"
    DUE      SINCE OR BY  REFUND  CUSTOMER     AMOUNT  NEXT                              ALSO  WHAT TO DO
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    dispute  2026-03-22   dp-1              49.00 EUR  retour refunds done dp-1 dispute        send the evidence that the platform asks for by mail, and do not refund the sale meanwhile
    ");
    assert_snapshot!(desk.quietly("disputes list").snapshot(), @"
    $ retour disputes list -q
    status: 0
    -- stdout --
    DISPUTE  STATUS  REPORTED       AMOUNT  SALE      ORDER       CUSTOMER  DONE
    ────────────────────────────────────────────────────────────────────────────
    dp-1     open    2026-03-22  49.00 EUR  pay-0001  order-0001
    -- stderr --
    ");
}

#[test]
fn a_sale_that_was_paid_twice_is_due_until_it_is_done_or_more_is_paid() {
    let desk = disputed();
    desk.quietly("refunds done dp-1 dispute").ok();
    desk.take(&[
        refund("rf-1", ORDER, 4900, "2026-03-23T10:00:00.000Z"),
        refund("rf-2", ORDER, 4900, "2026-03-24T10:00:00.000Z"),
    ]);
    desk.quietly("refunds match rf-1 pay-0001").ok();
    desk.quietly("refunds match rf-2 pay-0001").ok();
    assert_snapshot!(desk.quietly("refunds due").stdout(), @"
    paid twice  49.00 EUR at stake
    sale        pay-0001, 49.00 EUR paid on Fri 2026-03-20
    customer    Zoë Müller <zoe@example.org>
    refund      rf-1, 49.00 EUR, succeeded on Mon 2026-03-23
    refund      rf-2, 49.00 EUR, succeeded on Tue 2026-03-24
    to do       ask the platform or the customer to pay back what exceeds the sale
    next        retour transactions show pay-0001
    when done   retour refunds done rf-2 paid-twice
    ");
    assert_snapshot!(desk.quietly("refunds done rf-2 paid-twice --note returned").snapshot(), @"
    $ retour refunds done rf-2 paid-twice --note returned -q
    status: 0
    -- stdout --
    sale pay-0001, which was paid back twice, is no longer due.
    -- stderr --
    ");
    assert_eq!(due(&desk), "");
    let flags = desk.quietly("transactions search --flag paid_twice --format csv --no-header --columns transaction_id");
    assert_eq!(flags.stdout(), "pay-0001\n");
    desk.take(&[refund("rf-3", ORDER, 100, "2026-03-24T11:00:00.000Z")]);
    desk.quietly("refunds match rf-3 pay-0001").ok();
    assert_eq!(due(&desk), "paid_twice,rf-3,2026-03-24\n");
}

#[test]
fn only_what_is_due_can_be_done() {
    let desk = disputed();
    assert_snapshot!(desk.quietly("refunds done pay-0001 paid-twice").snapshot(), @"
    $ retour refunds done pay-0001 paid-twice -q
    status: 4
    -- stdout --
    -- stderr --
    error[not_paid_twice]: sale pay-0001 is not paid back twice
    hint: see what is due: retour refunds due
    ");
    assert_snapshot!(desk.quietly("refunds done dp-2 dispute").snapshot(), @"
    $ retour refunds done dp-2 dispute -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_dispute]: there is no dispute dp-2 in the store
    hint: see what is due: retour refunds due
    ");
    assert_snapshot!(desk.quietly("refunds done R-000042 paid-twice").snapshot(), @"
    $ retour refunds done R-000042 paid-twice -q
    status: 5
    -- stdout --
    -- stderr --
    error[unknown_refund]: there is no refund or sale R-000042 in the store
    hint: see what is due: retour refunds due
    ");
    desk.take(&[dispute("lost", ORDER, SALE, "2026-03-24T10:00:00.000Z")]);
    assert_snapshot!(desk.quietly("refunds done dp-1 dispute").snapshot(), @"
    $ retour refunds done dp-1 dispute -q
    status: 4
    -- stdout --
    -- stderr --
    error[dispute_ended]: dispute dp-1 is lost: only an open one is due
    hint: see what is due: retour refunds due
    ");
}
