//! `retour report refunds`: rates from whole numbers, each currency separately, bars if there is room.

use insta::assert_snapshot;

use crate::harness::Desk;
use crate::shop::rehearsal;

const HEADER: &str = "transaction_id,order_id,product_id,product_name,customer_name,country,amount,currency,method,\
                      plan,kind,status,paid_at,test\n";

/// A made-up end of year of a small shop: two products, two currencies, one test payment.
fn shop() -> Desk {
    let desk = rehearsal();
    let sale = |id: u32, product: &str, country: &str, amount: &str, method: &str, status: &str, paid_at: &str| {
        format!(
            "5a{id:014},Order{id:03},{product},Anna,{country},{amount},{method},one_time,sale,{status},{paid_at},\n"
        )
    };
    let yoga = "e232d769,Yoga for Beginners";
    let rows = [
        sale(1, yoga, "DE", "49.00,EUR", "card", "paid", "2026-02-10"),
        sale(2, yoga, "DE", "49.00,EUR", "sepa", "paid", "2026-03-10"),
        sale(3, yoga, "AT", "49.00,EUR", "card", "refunded", "2026-03-11"),
        sale(4, "00000012,Chess", "DE", "29.00,EUR", "card", "paid", "2026-03-20"),
        sale(5, "00000012,Chess", "", "35.00,USD", "paypal", "paid", "2026-03-21"),
        // Half past midnight in Berlin, but still February in UTC.
        sale(6, "00000012,Chess", "FR", "29.00,EUR", "card", "paid", "2026-03-01T00:30:00+01:00"),
        sale(7, yoga, "DE", "49.00,EUR", "card", "pending", "2026-03-21"),
        sale(8, yoga, "DE", "49.00,EUR", "card", "paid", "2026-03-21").replace(",\n", ",true\n"),
        "4ef0000000000001,Order001,e232d769,Yoga for Beginners,,,20.00,EUR,,,refund,succeeded,2026-02-12,\n".into(),
        "cb00000000000001,Order001,e232d769,Yoga for Beginners,,,29.00,EUR,,,chargeback,reversed,2026-02-13,\n".into(),
        "cb00000000000006,Order006,00000012,Chess,,,29.00,EUR,,,chargeback,succeeded,2026-03-14,\n".into(),
        "4ef0000000000099,Order404,00000012,Chess,,,29.00,EUR,,,refund,succeeded,2026-03-14,\n".into(),
    ];
    desk.write("sales.csv", format!("{HEADER}{}", rows.concat()));
    desk.retour("import sales.csv").ok();
    for (sale, reason) in [("5a00000000000004", "returned"), ("5a00000000000005", "dissatisfied")] {
        desk.retour(&format!("refund {sale} --reason {reason} --yes")).ok();
    }
    desk.at("2026-03-28T10:00:00+01:00").retour("refunds confirm R-000001").ok();
    desk
}

#[test]
fn each_grouping_has_a_row_for_each_group_and_currency_and_the_totals() {
    let desk = shop();
    let tables = ["product", "reason", "method", "plan", "month", "country"]
        .map(|by| desk.quietly(&format!("report refunds --by {by}")).ok().stdout().to_owned());

    assert_snapshot!(tables.join("\n"), @"
    GROUP               SALES        PAID  REFUNDED  RATE                                     SUM  BY VALUE  OPEN  CHARGEBACKS  DAYS
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    Yoga for Beginners      3  147.00 EUR         2   66.67 % ████████████████████████  69.00 EUR   46.94 %     0            0
    Chess                   2   58.00 EUR         1   50.00 % █████████████████▉        29.00 EUR   50.00 %     0            1     3
    Chess                   1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0
    total                   5  205.00 EUR         3   60.00 %                           98.00 EUR   47.80 %     0            1     3
    total                   1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0

    GROUP           SALES        PAID  REFUNDED  RATE                                     SUM  BY VALUE  OPEN  CHARGEBACKS  DAYS
    ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    unknown reason      5  205.00 EUR         2   40.00 % ████████████████████████  69.00 EUR   33.66 %     0
    returned            5  205.00 EUR         1   20.00 % ████████████              29.00 EUR   14.15 %     0                  3
    dissatisfied        1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1
    total               5  205.00 EUR         3   60.00 %                           98.00 EUR   47.80 %     0            1     3
    total               1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0

    GROUP              SALES        PAID  REFUNDED  RATE                                     SUM  BY VALUE  OPEN  CHARGEBACKS  DAYS
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    card                   4  156.00 EUR         3   75.00 % ████████████████████████  98.00 EUR   62.82 %     0            1     3
    PayPal                 1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0
    SEPA direct debit      1   49.00 EUR         0    0.00 %                            0.00 EUR    0.00 %     0            0
    total                  5  205.00 EUR         3   60.00 %                           98.00 EUR   47.80 %     0            1     3
    total                  1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0

    GROUP        SALES        PAID  REFUNDED  RATE                                     SUM  BY VALUE  OPEN  CHARGEBACKS  DAYS
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    one payment      5  205.00 EUR         3   60.00 % ████████████████████████  98.00 EUR   47.80 %     0            1     3
    one payment      1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0
    total            5  205.00 EUR         3   60.00 %                           98.00 EUR   47.80 %     0            1     3
    total            1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0

    GROUP    SALES        PAID  REFUNDED  RATE                                     SUM  BY VALUE  OPEN  CHARGEBACKS  DAYS
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    2026-02      1   49.00 EUR         1  100.00 % ████████████████████████  20.00 EUR   40.82 %     0            0
    2026-03      4  156.00 EUR         2   50.00 % ████████████              78.00 EUR   50.00 %     0            1     3
    2026-03      1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0
    total        5  205.00 EUR         3   60.00 %                           98.00 EUR   47.80 %     0            1     3
    total        1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0

    GROUP    SALES        PAID  REFUNDED  RATE                                     SUM  BY VALUE  OPEN  CHARGEBACKS  DAYS
    ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    DE           3  127.00 EUR         2   66.67 % ████████████████          49.00 EUR   38.58 %     0            0     3
    AT           1   49.00 EUR         1  100.00 % ████████████████████████  49.00 EUR  100.00 %     0            0
    unknown      1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0
    FR           1   29.00 EUR         0    0.00 %                            0.00 EUR    0.00 %     0            1
    total        5  205.00 EUR         3   60.00 %                           98.00 EUR   47.80 %     0            1     3
    total        1   35.00 USD         0    0.00 %                            0.00 USD    0.00 %     1            0
    ");
}

#[test]
fn a_narrow_terminal_shows_the_numbers_without_the_bars() {
    let desk = shop();

    assert_snapshot!(desk.quietly("report refunds --width 60").stdout(), @"
    GROUP         SALES  REFUNDED  RATE            SUM  BY VALUE
    ────────────────────────────────────────────────────────────
    Yoga for Be…      3         2   66.67 %  69.00 EUR   46.94 %
    Chess             2         1   50.00 %  29.00 EUR   50.00 %
    Chess             1         0    0.00 %   0.00 USD    0.00 %
    total             5         3   60.00 %  98.00 EUR   47.80 %
    total             1         0    0.00 %   0.00 USD    0.00 %
    ");
    assert_snapshot!(desk.quietly("report refunds --width 80").stdout(), @"
    GROUP               SALES  REFUNDED  RATE                    SUM  BY VALUE
    ──────────────────────────────────────────────────────────────────────────
    Yoga for Beginners      3         2   66.67 % ███████  69.00 EUR   46.94 %
    Chess                   2         1   50.00 % █████▏   29.00 EUR   50.00 %
    Chess                   1         0    0.00 %           0.00 USD    0.00 %
    total                   5         3   60.00 %          98.00 EUR   47.80 %
    total                   1         0    0.00 %           0.00 USD    0.00 %
    ");
    assert_snapshot!(desk.quietly("report refunds --width 80 --ascii --by month").stdout(), @"
    GROUP    SALES  REFUNDED  RATE                    SUM  BY VALUE  CHARGEBACKS
    ----------------------------------------------------------------------------
    2026-02      1         1  100.00 % #######  20.00 EUR   40.82 %            0
    2026-03      4         2   50.00 % ###      78.00 EUR   50.00 %            1
    2026-03      1         0    0.00 %           0.00 USD    0.00 %            0
    total        5         3   60.00 %          98.00 EUR   47.80 %            1
    total        1         0    0.00 %           0.00 USD    0.00 %            0
    ");
    assert_snapshot!(desk.quietly("report refunds --width 30 --limit 1").stdout(), @"
    GROUP        Yoga for
                 Beginners
    SALES        3
    PAID         147.00 EUR
    REFUNDED     2
    RATE          66.67 %
    SUM          69.00 EUR
    BY VALUE     46.94 %
    OPEN         0
    CHARGEBACKS  0

    GROUP        total
    SALES        5
    PAID         205.00 EUR
    REFUNDED     3
    RATE          60.00 %
    SUM          98.00 EUR
    BY VALUE     47.80 %
    OPEN         0
    CHARGEBACKS  1
    DAYS         3

    GROUP        total
    SALES        1
    PAID         35.00 USD
    REFUNDED     0
    RATE           0.00 %
    SUM          0.00 USD
    BY VALUE     0.00 %
    OPEN         1
    CHARGEBACKS  0
    ");
}

#[test]
fn data_is_flat_and_exact_without_bars_or_totals() {
    let desk = shop();

    assert_snapshot!(desk.quietly("report refunds --format csv").stdout(), @"
    group,name,currency,sales,paid,refunded_sales,rate_by_count,refunds,refunded,rate_by_value,open,open_amount,chargebacks,charged_back,median_days
    e232d769,Yoga for Beginners,EUR,3,147.00,2,66.67,2,69.00,46.94,0,0.00,0,0.00,
    00000012,Chess,EUR,2,58.00,1,50.00,1,29.00,50.00,0,0.00,1,29.00,3
    00000012,Chess,USD,1,35.00,0,0.00,0,0.00,0.00,1,35.00,0,0.00,
    ");
    assert_snapshot!(desk.quietly("report refunds --by reason --format tsv --columns group,currency,rate_by_count").stdout(), @"
    group	currency	rate_by_count
    	EUR	40.00
    returned	EUR	20.00
    dissatisfied	USD	0.00
    ");
    assert_snapshot!(desk.quietly("report refunds --by month --format jsonl").stdout(), @r#"
    {"schema_version":1,"group":"2026-02","name":"","currency":"EUR","sales":1,"paid":{"minor":4900,"currency":"EUR","text":"49.00 EUR"},"refunded_sales":1,"refunds":1,"refunded":{"minor":2000,"currency":"EUR","text":"20.00 EUR"},"rate_by_count":{"basis_points":10000,"text":"100.00 %"},"rate_by_value":{"basis_points":4082,"text":"40.82 %"},"open":0,"open_amount":{"minor":0,"currency":"EUR","text":"0.00 EUR"},"chargebacks":0,"charged_back":{"minor":0,"currency":"EUR","text":"0.00 EUR"},"median_days":null}
    {"schema_version":1,"group":"2026-03","name":"","currency":"EUR","sales":4,"paid":{"minor":15600,"currency":"EUR","text":"156.00 EUR"},"refunded_sales":2,"refunds":2,"refunded":{"minor":7800,"currency":"EUR","text":"78.00 EUR"},"rate_by_count":{"basis_points":5000,"text":"50.00 %"},"rate_by_value":{"basis_points":5000,"text":"50.00 %"},"open":0,"open_amount":{"minor":0,"currency":"EUR","text":"0.00 EUR"},"chargebacks":1,"charged_back":{"minor":2900,"currency":"EUR","text":"29.00 EUR"},"median_days":3}
    {"schema_version":1,"group":"2026-03","name":"","currency":"USD","sales":1,"paid":{"minor":3500,"currency":"USD","text":"35.00 USD"},"refunded_sales":0,"refunds":0,"refunded":{"minor":0,"currency":"USD","text":"0.00 USD"},"rate_by_count":{"basis_points":0,"text":"0.00 %"},"rate_by_value":{"basis_points":0,"text":"0.00 %"},"open":1,"open_amount":{"minor":3500,"currency":"USD","text":"35.00 USD"},"chargebacks":0,"charged_back":{"minor":0,"currency":"USD","text":"0.00 USD"},"median_days":null}
    "#);
    assert_snapshot!(desk.quietly("report refunds --by reason --json").stdout(), @r#"{"schema_version":1,"report":{"by":"reason","since":null,"until":null,"unmatched":1,"groups":[{"group":null,"name":"","currency":"EUR","sales":5,"paid":{"minor":20500,"currency":"EUR","text":"205.00 EUR"},"refunded_sales":2,"refunds":2,"refunded":{"minor":6900,"currency":"EUR","text":"69.00 EUR"},"rate_by_count":{"basis_points":4000,"text":"40.00 %"},"rate_by_value":{"basis_points":3366,"text":"33.66 %"},"open":0,"open_amount":{"minor":0,"currency":"EUR","text":"0.00 EUR"},"chargebacks":null,"charged_back":null,"median_days":null},{"group":"returned","name":"","currency":"EUR","sales":5,"paid":{"minor":20500,"currency":"EUR","text":"205.00 EUR"},"refunded_sales":1,"refunds":1,"refunded":{"minor":2900,"currency":"EUR","text":"29.00 EUR"},"rate_by_count":{"basis_points":2000,"text":"20.00 %"},"rate_by_value":{"basis_points":1415,"text":"14.15 %"},"open":0,"open_amount":{"minor":0,"currency":"EUR","text":"0.00 EUR"},"chargebacks":null,"charged_back":null,"median_days":3},{"group":"dissatisfied","name":"","currency":"USD","sales":1,"paid":{"minor":3500,"currency":"USD","text":"35.00 USD"},"refunded_sales":0,"refunds":0,"refunded":{"minor":0,"currency":"USD","text":"0.00 USD"},"rate_by_count":{"basis_points":0,"text":"0.00 %"},"rate_by_value":{"basis_points":0,"text":"0.00 %"},"open":1,"open_amount":{"minor":3500,"currency":"USD","text":"35.00 USD"},"chargebacks":null,"charged_back":null,"median_days":null}],"totals":[{"currency":"EUR","sales":5,"paid":{"minor":20500,"currency":"EUR","text":"205.00 EUR"},"refunded_sales":3,"refunds":3,"refunded":{"minor":9800,"currency":"EUR","text":"98.00 EUR"},"rate_by_count":{"basis_points":6000,"text":"60.00 %"},"rate_by_value":{"basis_points":4780,"text":"47.80 %"},"open":0,"open_amount":{"minor":0,"currency":"EUR","text":"0.00 EUR"},"chargebacks":1,"charged_back":{"minor":2900,"currency":"EUR","text":"29.00 EUR"},"median_days":3},{"currency":"USD","sales":1,"paid":{"minor":3500,"currency":"USD","text":"35.00 USD"},"refunded_sales":0,"refunds":0,"refunded":{"minor":0,"currency":"USD","text":"0.00 USD"},"rate_by_count":{"basis_points":0,"text":"0.00 %"},"rate_by_value":{"basis_points":0,"text":"0.00 %"},"open":1,"open_amount":{"minor":3500,"currency":"USD","text":"35.00 USD"},"chargebacks":0,"charged_back":{"minor":0,"currency":"USD","text":"0.00 USD"},"median_days":null}]}}"#);
}

#[test]
fn the_days_are_those_of_the_payment_in_the_desk_s_time_zone() {
    let desk = shop();
    let sales = |days: &str| {
        let report = desk.quietly(&format!("report refunds --by plan --json {days}")).ok().json();
        report["report"]["totals"]
            .as_array()
            .unwrap()
            .iter()
            .map(|total| format!("{} {}", total["sales"], total["currency"]))
            .collect::<Vec<_>>()
            .join(", ")
    };

    assert_snapshot!(
        [
            sales(""),
            sales("--until 2026-02-28"),
            sales("--since 2026-03-01"),
            sales("--since 2026-03-01 --until 2026-03-01"),
            sales("--since 2026-03-21"),
        ]
        .join("\n"),
        @r#"
    5 "EUR", 1 "USD"
    1 "EUR"
    4 "EUR", 1 "USD"
    1 "EUR"
    1 "USD"
    "#
    );
}

#[test]
fn no_sales_are_an_answer_too() {
    let desk = rehearsal();

    assert_snapshot!(desk.retour("report refunds").snapshot(), @"
    $ retour report refunds
    status: 0
    -- stdout --
    -- stderr --
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    no paid sales found
    ");
    assert_snapshot!(desk.quietly("report refunds --by month --json").stdout(), @r#"{"schema_version":1,"report":{"by":"month","since":null,"until":null,"unmatched":0,"groups":[],"totals":[]}}"#);
    assert_snapshot!(desk.quietly("report refunds --format csv").stdout(), @"group,name,currency,sales,paid,refunded_sales,rate_by_count,refunds,refunded,rate_by_value,open,open_amount,chargebacks,charged_back,median_days");
    assert_snapshot!(desk.quietly("report refunds --since 2026-04-01 --fail-if-empty").exit(5).stdout(), @"");
    assert_snapshot!(desk.quietly("report refunds --since 2026-04-01 --until 2026-03-01").exit(2).stderr(), @"error: --until 2026-03-01 is before --since 2026-04-01");
    assert_snapshot!(desk.quietly("report refunds --columns group,sum").exit(2).stderr(), @"error: `sum` is not a column: it is one of group, name, currency, sales, paid, refunded_sales, rate_by_count, refunds, refunded, rate_by_value, open, open_amount, chargebacks, charged_back, median_days");
}

#[test]
fn unmatched_rows_are_noted_as_not_counted() {
    let desk = shop();

    assert_snapshot!(desk.retour("report refunds --by plan --columns group").stderr(), @"
    note: the clock is fixed at 2026-03-25T09:00:00Z (RETOUR_NOW): today is 2026-03-25
    note: 1 platform refund or chargeback is not matched to a sale, and not counted: retour refunds due
    ");
    assert_eq!(desk.quietly("report refunds --json").json()["report"]["unmatched"], 1);
}
