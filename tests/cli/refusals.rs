//! Every reason to say no has a page of its own in `tests/refusals`, on which it is said, for people and for programs.

use std::fs;
use std::path::PathBuf;

/// The codes of the contract that one refund can be refused with, and those of the cautions and days beside them.
const CODES: [&str; 23] = [
    "unknown_sale",
    "bad_amount",
    "currency_mismatch",
    "key_conflict",
    "key_spent",
    "not_a_sale",
    "test_payment",
    "trial_period",
    "not_paid",
    "status_unknown",
    "charged_back",
    "already_refunded",
    "exceeds_refundable",
    "unmatched_refund",
    "looks_repeated",
    "period_disabled",
    "period_expired",
    "missing_note",
    "asked_before_order",
    "asked_in_future",
    "debit_may_still_bounce",
    "dispute_open",
    "paypal_too_late",
];

#[test]
fn every_refusal_has_its_page() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/refusals");
    for code in CODES {
        let page = fs::read_to_string(folder.join(format!("{code}.md"))).unwrap_or_default();
        let exit = if code == "unknown_sale" { 5 } else { 4 };
        assert!(page.contains(&format!("? {exit}\nerror[{code}]: ")), "{code} is said to people");
        assert!(page.contains(&format!("? {exit}\n{{\"error\":{{\"code\":\"{code}\",")), "{code} is said to programs");
    }
}
