//! Tables, cards and facts at every width.

use super::*;

const COLUMNS: [ColumnLayout; 4] = [
    ColumnLayout::whole("TRANSACTION"),
    ColumnLayout::words("CUSTOMER", 10),
    ColumnLayout::number("AMOUNT"),
    ColumnLayout::whole("REFUNDABLE"),
];

fn sale(id: &str, customer: &str, amount: &str, refundable: Cell) -> Vec<Cell> {
    vec![Cell::plain(id), Cell::plain(customer), Cell::plain(amount), refundable]
}

fn sales() -> Vec<Vec<Cell>> {
    let yes = Cell::new("until 2026-03-16", Tone::Good);
    vec![
        sale("3f9a0c11d2e4b567", "Anne-Marie Lefèvre-Beauchamp", "49.00 EUR", yes),
        sale("77b1e0a9c3d2f410", "王小明", "1290.00 EUR", Cell::new("no", Tone::Bad)),
    ]
}

fn style(width: impl Into<Option<usize>>) -> Style {
    Style { width: width.into(), color: false, ascii: false }
}

fn table(columns: &[ColumnLayout], rows: &[Vec<Cell>], style: &Style) -> String {
    super::table(columns, rows.to_vec(), true, style)
}

#[track_caller]
fn same(shown: &str, expected: &[&str]) {
    assert_eq!(shown.lines().collect::<Vec<_>>(), expected, "\n{shown}");
    assert!(shown.ends_with('\n') && shown.lines().all(|line| line.trim_end() == line));
}

#[test]
fn without_a_width_everything_is_whole() {
    let expected = [
        "TRANSACTION       CUSTOMER                           AMOUNT  REFUNDABLE",
        "─────────────────────────────────────────────────────────────────────────────",
        "3f9a0c11d2e4b567  Anne-Marie Lefèvre-Beauchamp    49.00 EUR  until 2026-03-16",
        "77b1e0a9c3d2f410  王小明                        1290.00 EUR  no",
    ];
    same(&table(&COLUMNS, &sales(), &style(None)), &expected);
    same(&table(&COLUMNS, &sales(), &style(77)), &expected);
    let long = "word ".repeat(20_000);
    let shown = table(&COLUMNS, &[sale("a", &long, "1.00 EUR", Cell::default())], &style(None));
    assert!(shown.contains(long.trim_end()), "a cell too wide for the grid is not broken either");
}

#[test]
fn names_are_shortened_and_nothing_else() {
    same(
        &table(&COLUMNS, &sales(), &style(60)),
        &[
            "TRANSACTION       CUSTOMER          AMOUNT  REFUNDABLE",
            "────────────────────────────────────────────────────────────",
            "3f9a0c11d2e4b567  Anne-Marie…    49.00 EUR  until 2026-03-16",
            "77b1e0a9c3d2f410  王小明       1290.00 EUR  no",
        ],
    );
}

#[test]
fn the_widest_name_is_shortened_first() {
    let columns = [ColumnLayout::words("CUSTOMER", 4), ColumnLayout::words("PRODUCT", 4)];
    let rows = [vec![Cell::plain("Anna Beispiel"), Cell::plain("A Course in Seven Long Parts")]];
    let rule = "──────────────────────────────";
    let row = "Anna Beispiel  A Course in Se…";
    same(&table(&columns, &rows, &style(30)), &["CUSTOMER       PRODUCT", rule, row]);
    let both = ["CUSTOMER  PRODUCT", "──────────────────", "Anna Be…  A Cours…"];
    same(&table(&columns, &rows, &style(18)), &both);
    let titles = ["CUSTOMER  PRODUCT", "─────────────────", "Anna Be…  A Cour…"];
    same(&table(&columns, &rows, &style(17)), &titles);
    assert!(table(&columns, &rows, &style(16)).starts_with("CUSTOMER  Anna\n"), "titles are not cut");
}

#[test]
fn a_table_that_cannot_fit_turns_to_cards() {
    same(
        &table(&COLUMNS, &sales(), &style(40)),
        &[
            "TRANSACTION  3f9a0c11d2e4b567",
            "CUSTOMER     Anne-Marie",
            "             Lefèvre-Beauchamp",
            "AMOUNT       49.00 EUR",
            "REFUNDABLE   until 2026-03-16",
            "",
            "TRANSACTION  77b1e0a9c3d2f410",
            "CUSTOMER     王小明",
            "AMOUNT       1290.00 EUR",
            "REFUNDABLE   no",
        ],
    );
    let shown = table(&COLUMNS, &sales(), &style(0));
    assert!(shown.contains("1290.00 EUR") && shown.contains("until 2026-03-16"), "{shown}");
}

#[test]
fn a_name_cannot_control_the_terminal() {
    let rows = [sale("a1", "Eve\x1b[2J\n\u{202e}\u{206d}", "1.00 EUR", Cell::plain("no\r"))];
    let name = r"Eve\u{1b}[2J\n\u{202e}\u{206d}";
    for width in [None, Some(20)] {
        let shown = table(&COLUMNS, &rows, &Style { color: true, ..style(width) });
        assert!(shown.contains(name) && shown.contains(r"no\r"), "{shown}");
        assert!(!shown.contains("\x1b[2J") && !shown.contains("\x1b[31m"), "{shown:?}");
    }
    let shown = facts(&[("customer", rows[0][1].clone())], &style(None));
    same(&shown, &[&format!("customer  {name}")]);
    same(&wrap("for Eve\x1b[2J\nerror", 0, &style(None)), &[r"for Eve\u{1b}[2J\nerror"]);
}

#[test]
fn ascii_changes_the_programs_characters_and_not_the_customers() {
    let rows = [sale("3f9a0c11d2e4b567", "Zoë O’Connor-Fitzgerald", "49.00 EUR", Cell::plain("no"))];
    same(
        &table(&COLUMNS, &rows, &Style { ascii: true, ..style(57) }),
        &[
            "TRANSACTION       CUSTOMER             AMOUNT  REFUNDABLE",
            "---------------------------------------------------------",
            "3f9a0c11d2e4b567  Zoë O’Connor-...  49.00 EUR  no",
        ],
    );
    same(&wrap("marked → paid", 0, &Style { ascii: true, ..style(None) }), &["marked -> paid"]);
}

#[test]
fn colour_changes_nothing_but_the_colour() {
    let colored = Style { color: true, ..style(60) };
    let shown = table(&COLUMNS, &sales(), &colored);
    let mut lines = shown.lines();
    let header = "\x1b[1mTRANSACTION\x1b[0m       \x1b[1mCUSTOMER\x1b[0m          \x1b[1mAMOUNT\x1b[0m  \x1b[1mREFUNDABLE\x1b[0m";
    assert_eq!(lines.next(), Some(header));
    assert!(lines.next().is_some_and(|rule| rule.starts_with("\x1b[2m──") && rule.ends_with("──\x1b[0m")));
    let row = "3f9a0c11d2e4b567  Anne-Marie…    49.00 EUR  \x1b[32muntil 2026-03-16\x1b[0m";
    assert_eq!(lines.next(), Some(row));
    for tone in [Tone::Plain, Tone::Dim, Tone::Good, Tone::Warn, Tone::Bad, Tone::Strong] {
        let rows = [sale("a1", "王", "1.00 EUR", Cell::new("x", tone))];
        for width in [None, Some(20)] {
            let shown = table(&COLUMNS, &rows, &Style { width, ..colored });
            assert!(shown.contains(&paint("x", tone, true)), "{shown:?}");
            let plain = ["1", "2", "31", "32", "33", "0"]
                .iter()
                .fold(shown, |text, code| text.replace(&format!("\x1b[{code}m"), ""));
            assert_eq!(plain, table(&COLUMNS, &rows, &style(width)));
        }
    }
}

#[test]
fn no_text_from_outside_can_contain_a_mark() {
    for mark in TONES.iter().map(|(.., mark)| *mark).chain([END_MARK]) {
        assert_eq!(width(&mark.to_string()), 0);
        assert!(!visible(&format!("é{mark}")).contains(mark));
    }
}

#[test]
fn a_table_without_rows_has_its_header_and_a_short_row_is_filled() {
    let columns = [ColumnLayout::whole("A"), ColumnLayout::number("B")];
    same(&table(&columns, &[], &style(None)), &["A  B", "────"]);
    same(&table(&columns, &[vec![Cell::plain("x")]], &style(None)), &["A  B", "────", "x"]);
    assert_eq!(table(&columns, &[], &style(1)), "");
}

#[test]
fn a_table_without_its_header_has_its_rows_and_cards_stay_cards() {
    let body = |width| super::table(&COLUMNS, sales(), false, &style(width));
    assert!(body(60).starts_with("3f9a0c11d2e4b567  Anne-Marie…"), "{}", body(60));
    assert_eq!(body(40), table(&COLUMNS, &sales(), &style(40)));
}

#[test]
fn a_narrow_table_drops_its_ranked_columns() {
    let [id, customer, amount, refundable] = COLUMNS;
    let ranked = |layout, rank| ColumnLayout { rank: Some(rank), ..layout };
    let columns = [id, ranked(customer, 2), amount, ranked(refundable, 1)];
    let header = |width| table(&columns, &sales(), &style(width)).lines().next().unwrap().to_owned();
    assert_eq!(header(60), "TRANSACTION       CUSTOMER          AMOUNT  REFUNDABLE");
    assert_eq!(header(58), "TRANSACTION       CUSTOMER                          AMOUNT");
    assert_eq!(header(40), "TRANSACTION            AMOUNT");
    assert_eq!(header(28), "TRANSACTION  3f9a0c11d2e4b567");
}

#[test]
fn facts_are_wrapped_beside_their_labels() {
    let pairs = [
        ("sale", Cell::plain("3f9a0c11d2e4b567")),
        ("note", Cell::new("the customer wrote twice before the course began", Tone::Warn)),
        ("reference", Cell::default()),
    ];
    let wide = "note       the customer wrote twice before the course began";
    same(&facts(&pairs, &style(None)), &["sale       3f9a0c11d2e4b567", wide, "reference"]);
    let narrow = [
        "sale       3f9a0c11d2e4b567",
        "note       the customer",
        "           wrote twice",
        "           before the",
        "           course began",
        "reference",
    ];
    same(&facts(&pairs, &style(24)), &narrow);
    let colored = facts(&pairs[..1], &Style { color: true, ..style(24) });
    assert_eq!(colored, "\x1b[2msale\x1b[0m  3f9a0c11d2e4b567\n");
    assert_eq!(facts(&[], &style(24)), "");
}

#[test]
fn prose_is_wrapped_between_words_only() {
    let text = "run retour transactions show 3f9a0c11d2e4b567 first";
    same(&wrap(text, 2, &style(None)), &[&format!("  {text}")]);
    same(&wrap(text, 2, &style(16)), &["  run retour", "  transactions", "  show", "  3f9a0c11d2e4b567", "  first"]);
    same(&wrap("王小明 王小明 王小明", 0, &style(13)), &["王小明 王小明", "王小明"]);
}

#[test]
fn without_colour_there_is_no_escape() {
    assert_eq!(paint("x", Tone::Bad, false), "x");
    assert_eq!(paint("x", Tone::Plain, true), "x");
    assert_eq!(paint("", Tone::Bad, true), "");
    assert_eq!(paint("x", Tone::Bad, true), "\x1b[31mx\x1b[0m");
}
