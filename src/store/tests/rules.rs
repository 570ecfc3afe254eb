//! The schema repeats the money rules.

use super::*;

fn with_a_paid_sale() -> Bench {
    let bench = Bench::new();
    bench.take(&[report(SaleStatus::Paid, DAY_2)]);
    bench
}

fn insert(amount: i64, status: &str) -> String {
    format!(
        "INSERT INTO refunds (sale, amount_minor, reason, goodwill, actor, marked_at, marked_on, status)
         SELECT row, {amount}, 'returned', 0, 'x', 0, '2026-03-03', '{status}' FROM transactions WHERE kind = 'sale'"
    )
}

#[test]
fn more_than_is_left_of_a_sale_cannot_be_refunded() {
    let bench = with_a_paid_sale();
    bench.mark(&plain_sale(), "40.00", "2026-03-03");
    assert!(bench.refuses(&insert(901, "marked")).contains("more than is left"));
    assert!(bench.store.connection.execute(&insert(900, "marked"), []).is_ok());
}

#[test]
fn the_ground_fits_the_refund_and_never_changes() {
    let bench = with_a_paid_sale();
    let insert = |ground: &str, reason: &str, goodwill: i64, note: &str| {
        format!(
            "INSERT INTO refunds (sale, amount_minor, reason, note, goodwill, ground, actor, marked_at, marked_on)
             SELECT row, 1, '{reason}', '{note}', {goodwill}, '{ground}', 'x', 0, '2026-03-03' FROM transactions"
        )
    };
    for (ground, reason, goodwill, note) in [
        ("goodwill", "returned", 0, "why"),
        ("policy", "returned", 1, "why"),
        ("policy", "out-of-stock", 0, "why"),
        ("non-performance", "returned", 0, "why"),
        ("non-performance", "out-of-stock", 0, " "),
    ] {
        assert!(bench.refuses(&insert(ground, reason, goodwill, note)).contains("does not fit"), "{ground} {reason}");
    }
    assert!(bench.refuses(&insert("mercy", "returned", 0, "why")).contains("CHECK"));
    for (ground, reason, goodwill) in
        [("withdrawal", "returned", 0), ("non-performance", "out-of-stock", 0), ("goodwill", "dissatisfied", 1)]
    {
        assert!(bench.store.connection.execute(&insert(ground, reason, goodwill, "why"), []).is_ok(), "{ground}");
    }
    assert!(bench.refuses("UPDATE refunds SET ground = 'policy'").contains("never changes"));
}

#[test]
fn a_chargeback_reduces_what_is_left_and_a_lifted_one_restores_it() {
    let bench = with_a_paid_sale();
    bench.take(&[platform("c", Kind::Chargeback, PlatformStatus::Succeeded, 4900, DAY_4)]);
    assert!(bench.refuses(&insert(1, "marked")).contains("more than is left"));
    bench.take(&[platform("c", Kind::Chargeback, PlatformStatus::Failed, 4900, DAY_9)]);
    assert!(bench.store.connection.execute(&insert(4900, "marked"), []).is_ok());
}

#[test]
fn only_a_paid_live_sale_can_be_refunded() {
    for status in [SaleStatus::Pending, SaleStatus::Trial, SaleStatus::Failed, SaleStatus::Refunded] {
        let bench = Bench::new();
        bench.take(&[report(status, DAY_2)]);
        assert!(bench.refuses(&insert(1, "marked")).contains("only a paid sale"), "{status}");
    }
    let bench = Bench::new();
    let mut test_sale = report(SaleStatus::Paid, DAY_2);
    test_sale.transaction.is_test = true;
    bench.take(&[test_sale]);
    assert!(bench.refuses(&insert(1, "marked")).contains("only a paid sale"));
}

#[test]
fn a_refund_begins_as_marked_takes_allowed_steps_only_and_is_never_deleted() {
    let bench = with_a_paid_sale();
    assert!(bench.refuses(&insert(1, "submitted")).contains("begins as marked"));
    let number = bench.mark(&plain_sale(), "49.00", "2026-03-03");
    bench.step(number, Step::Cancel, "2026-03-03");
    assert!(bench.refuses("UPDATE refunds SET status = 'marked', ended_on = NULL").contains("does not move"));
    assert!(bench.refuses("UPDATE refunds SET amount_minor = 1").contains("never changes"));
    assert!(bench.refuses("DELETE FROM refunds").contains("never deleted"));
}

#[test]
fn the_facts_of_a_payment_never_change() {
    let bench = with_a_paid_sale();
    for column in ["amount_minor = 1", "currency = 'USD'", "order_id = 'x'", "is_test = 1"] {
        assert!(bench.refuses(&format!("UPDATE transactions SET {column}")).contains("never change"), "{column}");
    }
    assert!(bench.refuses("DELETE FROM transactions").contains("never deleted"));
}

#[test]
fn only_a_generated_id_can_be_replaced() {
    let bench = with_a_paid_sale();
    let rename = "UPDATE transactions SET transaction_id = 'bbbb'";
    assert!(bench.refuses(rename).contains("only an ID that was made up"));
    bench.store.connection.execute("UPDATE transactions SET id_is_made_up = 1", []).unwrap();
    assert_eq!(bench.store.connection.execute(rename, []).unwrap(), 1);
}

#[test]
fn sales_with_generated_ids_are_found_by_their_own_index() {
    let bench = Bench::new();
    let sql = "SELECT row FROM transactions t WHERE t.id_is_made_up = 1 AND t.order_id = ?1";
    let mut statement = bench.store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    let plan: String = statement.query_row(["x"], |row| row.get("detail")).unwrap();
    assert!(plan.contains("transactions_with_made_up_ids"), "{plan}");
}

#[test]
fn the_audit_log_is_never_changed_and_damage_shows() {
    let bench = with_a_paid_sale();
    assert!(bench.refuses("UPDATE events SET actor = 'y'").contains("never changed"));
    assert!(bench.refuses("DELETE FROM events").contains("never shortened"));
    assert_eq!(bench.store.verify_audit_log().unwrap(), Ok(2));
    bench.store.connection.execute_batch("DROP TRIGGER events_are_kept").unwrap();
    bench.store.connection.execute("UPDATE events SET actor = 'y' WHERE number = 2", []).unwrap();
    assert_eq!(bench.store.verify_audit_log().unwrap(), Err(2));
}

#[test]
fn a_check_finds_nothing_in_a_sound_store_and_names_what_was_changed() {
    let bench = with_a_paid_sale();
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Succeeded, 1000, DAY_4)]);
    assert_eq!(bench.findings(), Vec::<String>::new());
    bench.store.connection.execute_batch("DROP TRIGGER refunds_stay; UPDATE links SET sale = NULL;").unwrap();
    let findings = bench.findings().join("\n");
    assert!(findings.contains("schema: trigger refunds_stay is missing"), "{findings}");
    assert!(findings.contains("links: the links of order Order001"), "{findings}");
}

#[test]
fn a_check_distinguishes_a_desk_that_refunds_too_much_from_a_platform_that_did() {
    let bench = with_a_paid_sale();
    bench.mark(&plain_sale(), "40.00", "2026-03-03");
    bench.take(&[platform("p", Kind::Refund, PlatformStatus::Succeeded, 4900, DAY_4)]);
    assert!(bench.findings().join("\n").starts_with("paid_twice: aaaa000000000001: 89.00 EUR refunded"));
    bench.store.connection.execute_batch("DROP TRIGGER refunds_stay_within_their_sale").unwrap();
    bench.store.connection.execute(&insert(2000, "marked"), []).unwrap();
    assert!(bench.findings().join("\n").contains("money_rule: the desk refunds more"));
}

#[test]
fn the_refunds_and_the_balance_of_one_sale_are_found_without_a_scan() {
    let bench = Bench::new();
    let plan = |sql: &str| -> String {
        let mut statement = bench.store.connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let lines = statement.query_map([], |row| row.get::<_, String>("detail")).unwrap();
        lines.map(|line| line.unwrap() + "\n").collect()
    };
    for sql in ["SELECT * FROM refund_book WHERE sale = 1", "SELECT * FROM balances WHERE sale = 1"] {
        let plan = plan(sql);
        let scans = plan.lines().filter(|line| line.starts_with("SCAN") && !line.contains("refund_book"));
        assert_eq!(scans.count(), 0, "{plan}");
        assert!(!plan.contains("(refund=?)\n") || !plan.contains("SEARCH l USING INDEX"), "{plan}");
        assert!(plan.contains("links_by_sale (sale=?)"), "{plan}");
    }
}
