//! `retour refunds due`: what needs attention, most urgent first, with both sides of what is paid twice.

use insta::assert_snapshot;

use crate::harness::Desk;
use crate::shop::rehearsal;

const HEADER: &str = "transaction_id,order_id,product_id,product_name,customer_name,customer_email,amount,currency,\
                      method,plan,kind,status,paid_at,rate_number\n";

/// A made-up sale of 49.00 EUR by its last digit.
fn sale(digit: u8, customer: &str, method: &str, paid_on: &str) -> String {
    format!(
        "5a0000000000000{digit},Order00{digit},e232d769,Yoga,{customer},c{digit}@example.org,49.00,EUR,{method},\
         one_time,sale,paid,{paid_on},\n"
    )
}

/// What the platform reports about the order of a sale.
fn reported(id: &str, digit: u8, kind: &str, status: &str, on: &str) -> String {
    format!("{id},Order00{digit},e232d769,Yoga,,,49.00,EUR,,,{kind},{status},{on},\n")
}

fn import(desk: &Desk, name: &str, rows: &[String]) {
    desk.write(name, format!("{HEADER}{}", rows.concat()));
    desk.retour(&format!("import {name}")).ok();
}

/// One thing for each reason, seen on 26 March.
fn busy() -> Desk {
    let desk = rehearsal();
    import(
        &desk,
        "sales.csv",
        &[
            sale(1, "Anna Beispiel", "sepa", "2026-03-13"),
            sale(2, "François Lefèvre", "card", "2026-03-20"),
            sale(3, "Zoë Müller-Lüdenscheidt", "paypal", "2026-03-20"),
            sale(4, "Nils Åkesson", "card", "2026-03-20"),
            sale(4, "Nils Åkesson", "card", "2026-03-21").replace("5a0000000000000", "5b0000000000000"),
            sale(5, "Łukasz Żak", "card", "2026-03-12"),
            sale(6, "王小明", "sepa", "2026-02-01"),
            sale(7, "Ana Sofía García", "card", "2026-03-20"),
            reported("4ef0000000000004", 4, "refund", "succeeded", "2026-03-24"),
        ],
    );
    for digit in [1, 2, 3, 7] {
        desk.mark(&format!("5a0000000000000{digit}"));
    }
    desk.mark("5a00000000000005 --asked-on 2026-03-14");
    desk.mark("5a00000000000006 --goodwill --note promised");
    desk.retour("refunds submit R-000001 R-000003 R-000005 R-000006").ok();
    desk.retour("refunds fail R-000003").ok();
    let charged_back = [
        reported("cb00000000000001", 1, "chargeback", "succeeded", "2026-03-25"),
        reported("cb00000000000007", 7, "chargeback", "succeeded", "2026-03-25"),
    ];
    import(&desk, "back.csv", &charged_back);
    desk.at("2026-03-26T10:00:00+01:00")
}

#[test]
fn each_reason_has_its_place_and_its_command() {
    let desk = busy();

    assert_snapshot!(desk.quietly("refunds due --width 80").snapshot(), @"
    $ RETOUR_NOW=2026-03-26T10:00:00+01:00 retour refunds due --width 80 -q
    status: 0
    -- stdout --
    paid twice  49.00 EUR at stake
    sale        5a00000000000001, 49.00 EUR paid on Fri 2026-03-13
    customer    Anna Beispiel <c1@example.org>
    refund      R-000001, 49.00 EUR, submitted on Wed 2026-03-25
    chargeback  cb00000000000001, 49.00 EUR, charged back on Wed 2026-03-25
    to do       ask the platform to stop the refund; if too late, ask the customer
                to pay it back
    next        retour transactions show 5a00000000000001
    when done   retour refunds done R-000001 paid-twice

    paid twice  49.00 EUR at stake
    sale        5a00000000000007, 49.00 EUR paid on Fri 2026-03-20
    customer    Ana Sofía García <c7@example.org>
    refund      R-000004, 49.00 EUR, marked on Wed 2026-03-25
    chargeback  cb00000000000007, 49.00 EUR, charged back on Wed 2026-03-25
    to do       cancel the refund, do not carry it out: the money has already gone
                back
    next        retour refunds cancel R-000004

    DUE             CUSTOMER           AMOUNT  NEXT
    ────────────────────────────────────────────────────────────────────────────────
    unmatched                       49.00 EUR  retour refunds match 4ef0000000000004
    failed          Zoë Müller-Lü…  49.00 EUR  retour refund 5a00000000000003
    legal deadline  Łukasz Żak      49.00 EUR  retour refunds show R-000005
    to tell         王小明          49.00 EUR  retour notice R-000006
    to submit       François Lefè…  49.00 EUR  retour refunds submit R-000002
    -- stderr --
    ");
    assert_snapshot!(desk.quietly("refunds due --width 60").stdout(), @"
    paid twice  49.00 EUR at stake
    sale        5a00000000000001, 49.00 EUR paid on Fri
                2026-03-13
    customer    Anna Beispiel <c1@example.org>
    refund      R-000001, 49.00 EUR, submitted on Wed 2026-03-25
    chargeback  cb00000000000001, 49.00 EUR, charged back on Wed
                2026-03-25
    to do       ask the platform to stop the refund; if too
                late, ask the customer to pay it back
    next        retour transactions show 5a00000000000001
    when done   retour refunds done R-000001 paid-twice

    paid twice  49.00 EUR at stake
    sale        5a00000000000007, 49.00 EUR paid on Fri
                2026-03-20
    customer    Ana Sofía García <c7@example.org>
    refund      R-000004, 49.00 EUR, marked on Wed 2026-03-25
    chargeback  cb00000000000007, 49.00 EUR, charged back on Wed
                2026-03-25
    to do       cancel the refund, do not carry it out: the
                money has already gone back
    next        retour refunds cancel R-000004

    DUE          unmatched
    SINCE OR BY  2026-03-24
    REFUND       4ef0000000000004
    AMOUNT       49.00 EUR
    NEXT         retour refunds match 4ef0000000000004
    WHAT TO DO   match it to its sale: until then it blocks 2
                 sales

    DUE          failed
    SINCE OR BY  2026-03-25
    REFUND       R-000003
    CUSTOMER     Zoë Müller-Lüdenscheidt
    AMOUNT       49.00 EUR
    NEXT         retour refund 5a00000000000003
    WHAT TO DO   no money has moved: refund it again, or tell
                 the customer why not

    DUE          legal deadline
    SINCE OR BY  2026-03-28
    REFUND       R-000005
    CUSTOMER     Łukasz Żak
    AMOUNT       49.00 EUR
    NEXT         retour refunds show R-000005
    WHAT TO DO   check its status on the platform, then confirm
                 or fail it; CopeCart's support asks for the
                 order Order005, the transaction
                 5a00000000000005, 49.00 EUR, the day Wed
                 2026-03-25, and the invoice number if you have
                 it

    DUE          to tell
    SINCE OR BY  2026-03-25
    REFUND       R-000006
    CUSTOMER     王小明
    AMOUNT       49.00 EUR
    NEXT         retour notice R-000006
    ALSO         chargeback closes
    WHAT TO DO   notify the customer, or they may reverse the
                 debit

    DUE          to submit
    SINCE OR BY  2026-03-25
    REFUND       R-000002
    CUSTOMER     François Lefèvre
    AMOUNT       49.00 EUR
    NEXT         retour refunds submit R-000002
    WHAT TO DO   carry it out on the platform, then submit it
    ");
    assert_snapshot!(desk.quietly("refunds due").stdout(), @"
    paid twice  49.00 EUR at stake
    sale        5a00000000000001, 49.00 EUR paid on Fri 2026-03-13
    customer    Anna Beispiel <c1@example.org>
    refund      R-000001, 49.00 EUR, submitted on Wed 2026-03-25
    chargeback  cb00000000000001, 49.00 EUR, charged back on Wed 2026-03-25
    to do       ask the platform to stop the refund; if too late, ask the customer to pay it back
    next        retour transactions show 5a00000000000001
    when done   retour refunds done R-000001 paid-twice

    paid twice  49.00 EUR at stake
    sale        5a00000000000007, 49.00 EUR paid on Fri 2026-03-20
    customer    Ana Sofía García <c7@example.org>
    refund      R-000004, 49.00 EUR, marked on Wed 2026-03-25
    chargeback  cb00000000000007, 49.00 EUR, charged back on Wed 2026-03-25
    to do       cancel the refund, do not carry it out: the money has already gone back
    next        retour refunds cancel R-000004

    DUE             SINCE OR BY  REFUND            CUSTOMER                    AMOUNT  NEXT                                   ALSO               WHAT TO DO
    ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    unmatched       2026-03-24   4ef0000000000004                           49.00 EUR  retour refunds match 4ef0000000000004                     match it to its sale: until then it blocks 2 sales
    failed          2026-03-25   R-000003          Zoë Müller-Lüdenscheidt  49.00 EUR  retour refund 5a00000000000003                            no money has moved: refund it again, or tell the customer why not
    legal deadline  2026-03-28   R-000005          Łukasz Żak               49.00 EUR  retour refunds show R-000005                              check its status on the platform, then confirm or fail it; CopeCart's support asks for the order Order005, the transaction 5a00000000000005, 49.00 EUR, the day Wed 2026-03-25, and the invoice number if you have it
    to tell         2026-03-25   R-000006          王小明                   49.00 EUR  retour notice R-000006                 chargeback closes  notify the customer, or they may reverse the debit
    to submit       2026-03-25   R-000002          François Lefèvre         49.00 EUR  retour refunds submit R-000002                            carry it out on the platform, then submit it
    ");
    assert_snapshot!(desk.quietly("refunds due --format csv").stdout(), @r#"
    code,due_on,refund_id,customer_name,amount,currency,next,also,advice,transaction_id,order_id,at_stake,refunds,chargebacks
    paid_twice,2026-03-25,R-000001,Anna Beispiel,49.00,EUR,retour transactions show 5a00000000000001,,"ask the platform to stop the refund; if too late, ask the customer to pay it back",5a00000000000001,Order001,49.00,R-000001,cb00000000000001
    paid_twice,2026-03-25,R-000004,Ana Sofía García,49.00,EUR,retour refunds cancel R-000004,,"cancel the refund, do not carry it out: the money has already gone back",5a00000000000007,Order007,49.00,R-000004,cb00000000000007
    unmatched,2026-03-24,4ef0000000000004,,49.00,EUR,retour refunds match 4ef0000000000004,,match it to its sale: until then it blocks 2 sales,,Order004,,,
    failed,2026-03-25,R-000003,Zoë Müller-Lüdenscheidt,49.00,EUR,retour refund 5a00000000000003 --reason customer-request,,"no money has moved: refund it again, or tell the customer why not",5a00000000000003,Order003,,,
    legal_deadline,2026-03-28,R-000005,Łukasz Żak,49.00,EUR,retour refunds show R-000005,,"check its status on the platform, then confirm or fail it; CopeCart's support asks for the order Order005, the transaction 5a00000000000005, 49.00 EUR, the day Wed 2026-03-25, and the invoice number if you have it",5a00000000000005,Order005,,,
    to_tell,2026-03-25,R-000006,王小明,49.00,EUR,retour notice R-000006,chargeback_closes,"notify the customer, or they may reverse the debit",5a00000000000006,Order006,,,
    to_submit,2026-03-25,R-000002,François Lefèvre,49.00,EUR,retour refunds submit R-000002,,"carry it out on the platform, then submit it",5a00000000000002,Order002,,,
    "#);
}

#[test]
fn with_chosen_columns_each_item_is_one_row() {
    let desk = busy();

    assert_snapshot!(desk.quietly("refunds due --columns code,next").stdout(), @"
    DUE             NEXT
    ─────────────────────────────────────────────────────────
    paid twice      retour transactions show 5a00000000000001
    paid twice      retour refunds cancel R-000004
    unmatched       retour refunds match 4ef0000000000004
    failed          retour refund 5a00000000000003
    legal deadline  retour refunds show R-000005
    to tell         retour notice R-000006
    to submit       retour refunds submit R-000002
    ");
}

#[test]
fn programs_get_both_sides_and_a_bare_command() {
    let due = busy().quietly("refunds due --json").ok().json();
    let due: Vec<String> = due["refunds"].as_array().unwrap().iter().map(|each| each["due"].to_string()).collect();

    assert_snapshot!(due.join("\n"), @r#"
    {"advice":"ask the platform to stop the refund; if too late, ask the customer to pay it back","also":[],"candidates":[],"code":"paid_twice","dispute":null,"done":"retour refunds done R-000001 paid-twice","next":"retour transactions show 5a00000000000001","on":"2026-03-25","paid_twice":{"at_stake":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"chargebacks":[{"amount":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"id":"cb00000000000001","on":"2026-03-25","status":"succeeded"}],"refunds":[{"amount":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"id":"R-000001","on":"2026-03-25","status":"submitted"}]},"stop":null,"unread":null}
    {"advice":"cancel the refund, do not carry it out: the money has already gone back","also":[],"candidates":[],"code":"paid_twice","dispute":null,"done":null,"next":"retour refunds cancel R-000004","on":"2026-03-25","paid_twice":{"at_stake":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"chargebacks":[{"amount":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"id":"cb00000000000007","on":"2026-03-25","status":"succeeded"}],"refunds":[{"amount":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"id":"R-000004","on":"2026-03-25","status":"marked"}]},"stop":null,"unread":null}
    {"advice":"match it to its sale: until then it blocks 2 sales","also":[],"candidates":["5a00000000000004","5b00000000000004"],"code":"unmatched","dispute":null,"done":null,"next":"retour refunds match 4ef0000000000004","on":"2026-03-24","paid_twice":null,"stop":null,"unread":null}
    {"advice":"no money has moved: refund it again, or tell the customer why not","also":[],"candidates":[],"code":"failed","dispute":null,"done":null,"next":"retour refund 5a00000000000003 --reason customer-request","on":"2026-03-25","paid_twice":null,"stop":null,"unread":null}
    {"advice":"check its status on the platform, then confirm or fail it; CopeCart's support asks for the order Order005, the transaction 5a00000000000005, 49.00 EUR, the day Wed 2026-03-25, and the invoice number if you have it","also":[],"candidates":[],"code":"legal_deadline","dispute":null,"done":null,"next":"retour refunds show R-000005","on":"2026-03-28","paid_twice":null,"stop":null,"unread":null}
    {"advice":"notify the customer, or they may reverse the debit","also":[{"code":"chargeback_closes","on":"2026-03-29"}],"candidates":[],"code":"to_tell","dispute":null,"done":null,"next":"retour notice R-000006","on":"2026-03-25","paid_twice":null,"stop":null,"unread":null}
    {"advice":"carry it out on the platform, then submit it","also":[],"candidates":[],"code":"to_submit","dispute":null,"done":null,"next":"retour refunds submit R-000002","on":"2026-03-25","paid_twice":null,"stop":null,"unread":null}
    "#);
}

#[test]
fn an_unmatched_row_has_the_keys_of_a_refund_as_far_as_they_are_known() {
    let desk = busy();
    let due = desk.quietly("refunds due --json").ok().json();
    let mut row = due["refunds"][2].clone();
    row["due"].take();

    assert_snapshot!(row.to_string(), @r#"{"actor":null,"amount":{"currency":"EUR","minor":4900,"text":"49.00 EUR"},"asked_on":null,"cautions":[],"customer":{"country":"","email":"","name":""},"dry_run":false,"due":null,"goodwill":false,"ground":null,"key":null,"kind":"refund","marked_at":null,"marked_on":null,"note":null,"order_id":"Order004","origin":"platform","overdue":false,"platform_transaction_id":"4ef0000000000004","reason":null,"reference":null,"refund_id":null,"replayed":false,"settlement":null,"status":"succeeded","status_on":"2026-03-24","transaction_id":null}"#);
}

#[test]
fn what_is_done_is_no_longer_due() {
    let desk = busy();
    desk.retour("refunds cancel R-000004").ok();
    desk.retour("refunds match 4ef0000000000004 5a00000000000004").ok();
    desk.mark("5a00000000000003");
    desk.retour("refunds submit R-000002 R-000007").ok();
    desk.retour("refunds confirm R-000005 R-000006").ok();

    // The refund that was carried out and the chargeback both remain: only the platform can lift one.
    assert_snapshot!(desk.quietly("refunds due --columns code,refund_id,next").stdout(), @"
    DUE         REFUND    NEXT
    ───────────────────────────────────────────────────────────────
    paid twice  R-000001  retour transactions show 5a00000000000001
    ");
    let lifted = [reported("cb00000000000001", 1, "chargeback", "reversed", "2026-03-25")];
    import(&desk, "lifted.csv", &lifted);
    desk.retour("refunds confirm R-000001").ok();
    assert_snapshot!(desk.retour("refunds due --fail-if-empty").exit(5).stderr(), @"
    note: the clock is fixed at 2026-03-26T09:00:00Z (RETOUR_NOW): today is 2026-03-26
    nothing is due
    ");
}

#[test]
fn a_refund_is_listed_once_with_all_its_reasons() {
    let desk = busy().at("2026-04-20T10:00:00+02:00");

    assert_snapshot!(desk.quietly("refunds due --columns code,also,refund_id").stdout(), @"
    DUE         ALSO            REFUND
    ────────────────────────────────────────────
    paid twice  overdue         R-000001
    paid twice  overdue         R-000004
    unmatched                   4ef0000000000004
    failed                      R-000003
    overdue                     R-000006
    overdue     to submit       R-000002
    overdue     legal deadline  R-000005
    ");
}

#[test]
fn the_configuration_sets_how_far_ahead_items_are_due() {
    let desk = busy();
    desk.config("[due]\nlegal_days = 1\nchargeback_days = 2\nfailed_days = 0\n");

    assert_snapshot!(desk.quietly("refunds due --columns code,refund_id").stdout(), @"
    DUE         REFUND
    ────────────────────────────
    paid twice  R-000001
    paid twice  R-000004
    unmatched   4ef0000000000004
    to tell     R-000006
    to submit   R-000002
    ");
}

#[test]
fn a_sale_that_was_imported_as_refunded_can_be_paid_twice_too() {
    let desk = rehearsal();
    let refunded = sale(1, "Anna Beispiel", "card", "2026-03-10").replace(",paid,", ",refunded,");
    import(&desk, "sales.csv", &[refunded, reported("cb00000000000001", 1, "chargeback", "succeeded", "2026-03-12")]);

    assert_snapshot!(desk.quietly("refunds due").stdout(), @"
    paid twice  49.00 EUR at stake
    sale        5a00000000000001, 49.00 EUR paid on Tue 2026-03-10
    customer    Anna Beispiel <c1@example.org>
    refund      the platform reports the sale itself as refunded
    chargeback  cb00000000000001, 49.00 EUR, charged back on Thu 2026-03-12
    to do       ask the platform what was paid back, and reclaim what is too much
    next        retour transactions show 5a00000000000001
    when done   retour refunds done 5a00000000000001 paid-twice
    ");
    assert_snapshot!(desk.quietly("refunds due --json").stdout(), @r#"
    {"schema_version":1,"refunds":[
    {"refund_id":null,"transaction_id":"5a00000000000001","order_id":"Order001","customer":{"name":"Anna Beispiel","email":"c1@example.org","country":""},"amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"kind":"sale","reason":null,"note":null,"goodwill":false,"ground":null,"status":"refunded","status_on":"2026-03-10","origin":"platform","actor":null,"marked_at":null,"marked_on":null,"asked_on":null,"settlement":null,"overdue":false,"cautions":[],"key":null,"reference":null,"platform_transaction_id":null,"replayed":false,"dry_run":false,"due":{"code":"paid_twice","on":"2026-03-12","next":"retour transactions show 5a00000000000001","advice":"ask the platform what was paid back, and reclaim what is too much","also":[],"unread":null,"paid_twice":{"at_stake":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"refunds":[],"chargebacks":[{"id":"cb00000000000001","amount":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"status":"succeeded","on":"2026-03-12"}]},"stop":null,"candidates":[],"dispute":null,"done":"retour refunds done 5a00000000000001 paid-twice"}}
    ]}
    "#);
    assert_snapshot!(desk.quietly("transactions search --columns transaction_id,flags --format csv").stdout(), @"
    transaction_id,flags
    cb00000000000001,
    5a00000000000001,paid_twice charged_back refunded
    ");
}

#[test]
fn a_chargeback_that_includes_the_bank_s_fee_is_not_paid_twice() {
    let desk = rehearsal();
    let with_fee = reported("cb00000000000001", 1, "chargeback", "succeeded", "2026-03-12").replace("49.00", "64.00");
    import(&desk, "sales.csv", &[sale(1, "Anna Beispiel", "card", "2026-03-10"), with_fee]);

    desk.retour("refunds due --fail-if-empty").exit(5);
    assert_snapshot!(desk.quietly("transactions search --columns transaction_id,flags --format csv").stdout(), @"
    transaction_id,flags
    cb00000000000001,
    5a00000000000001,charged_back
    ");
}
