//! One listing in every format.

use super::*;
use crate::output::ui::tests::{on, ui};
use std::io::ErrorKind;

struct Guest {
    name: &'static str,
    nights: u32,
}

#[derive(Serialize)]
struct GuestJson {
    name: &'static str,
    nights: u32,
}

impl Listed for Guest {
    const NAME: &'static str = "guests";
    const COLUMNS: &'static [ListColumn<Self>] = &[
        ListColumn::words("name", "NAME", 4, Shown::Always, |guest| Flat::outside(guest.name)),
        ListColumn::number("nights", "NIGHTS", Shown::Wide(2), |guest| Flat::own(guest.nights)),
        ListColumn::whole("long", "LONG", Shown::Wide(1), |guest: &Self| Flat::own(guest.nights > 6))
            .shown_as(|guest| Cell::plain(if guest.nights > 6 { "a week or more" } else { "" })),
        ListColumn::number("twice", "TWICE", Shown::Asked, |guest| Flat::own(guest.nights * 2)),
    ];

    fn json(&self) -> impl Serialize + '_ {
        GuestJson { name: self.name, nights: self.nights }
    }
}

const GUESTS: [Guest; 4] = [
    Guest { name: "Anna, \"the\" Guest", nights: 7 },
    Guest { name: "=HYPERLINK(\"http://example.org\")", nights: 1 },
    Guest { name: "Eve\x1b[2J\u{202e}", nights: 2 },
    Guest { name: "two\tor\nmore", nights: 3 },
];

fn listed(format: Format, width: Option<usize>, guests: &[Guest], layout: Layout<Guest>) -> String {
    let (mut ui, out, _) = ui(format, width);
    let mut listing = Listing::begin(&mut ui, layout).unwrap();
    for guest in guests {
        listing.row(guest).unwrap();
    }
    assert_eq!(listing.finish(guests.len() == 2).unwrap(), guests.len() as u64);
    out.text()
}

fn all(format: Format) -> String {
    listed(format, None, &GUESTS, Layout::default())
}

#[test]
fn csv_is_safe_for_spreadsheets_and_terminals() {
    insta::assert_snapshot!(all(Format::Csv), @r#"
    name,nights,long,twice
    "Anna, ""the"" Guest",7,true,14
    "'=HYPERLINK(""http://example.org"")",1,false,2
    Eve\u{1b}[2J\u{202e},2,false,4
    two\tor\nmore,3,false,6
    "#);
}

#[test]
fn tsv_replaces_tabs_and_line_breaks_with_blanks_and_has_no_quotes() {
    insta::assert_snapshot!(all(Format::Tsv), @r#"
    name	nights	long	twice
    Anna, "the" Guest	7	true	14
    '=HYPERLINK("http://example.org")	1	false	2
    Eve\u{1b}[2J\u{202e}	2	false	4
    two or more	3	false	6
    "#);
}

#[test]
fn json_is_one_document_with_one_row_per_line() {
    insta::assert_snapshot!(all(Format::Json), @r#"
    {"schema_version":1,"guests":[
    {"name":"Anna, \"the\" Guest","nights":7},
    {"name":"=HYPERLINK(\"http://example.org\")","nights":1},
    {"name":"Eve\u001b[2J\u202e","nights":2},
    {"name":"two\tor\nmore","nights":3}
    ]}
    "#);
    serde_json::from_str::<serde_json::Value>(&all(Format::Json)).unwrap();
}

#[test]
fn json_says_that_it_was_cut_and_that_it_is_empty() {
    let cut = listed(Format::Json, None, &GUESTS[..2], Layout::default());
    assert!(cut.ends_with("}\n],\"more\":true}\n"), "{cut}");
    let empty = listed(Format::Json, None, &[], Layout::default());
    assert_eq!(empty, "{\"schema_version\":1,\"guests\":[]}\n");
}

#[test]
fn each_json_line_is_a_document() {
    insta::assert_snapshot!(all(Format::Jsonl), @r#"
    {"schema_version":1,"name":"Anna, \"the\" Guest","nights":7}
    {"schema_version":1,"name":"=HYPERLINK(\"http://example.org\")","nights":1}
    {"schema_version":1,"name":"Eve\u001b[2J\u202e","nights":2}
    {"schema_version":1,"name":"two\tor\nmore","nights":3}
    "#);
}

#[test]
fn without_rows_a_table_is_empty_and_csv_has_its_header() {
    assert_eq!(listed(Format::Table, None, &[], Layout::default()), "");
    assert_eq!(listed(Format::Jsonl, None, &[], Layout::default()), "");
    assert_eq!(listed(Format::Csv, None, &[], Layout::default()), "name,nights,long,twice\n");
}

#[test]
fn a_count_is_a_number_or_a_document() {
    let counted = |format| {
        let (mut ui, out, _) = ui(format, None);
        count(&mut ui, 3).unwrap();
        out.text()
    };
    assert_eq!(counted(Format::Table), "3\n");
    assert_eq!(counted(Format::Json), "{\"schema_version\":1,\"count\":3}\n");
}

#[test]
fn a_full_disk_is_reported_and_a_closed_pipe_is_not() {
    for format in Format::ALL {
        let written = |kind| {
            let mut ui = on(kind);
            ui.format = *format;
            let mut listing = Listing::begin(&mut ui, Layout::default())?;
            // More than any buffer holds.
            for _ in 0..5_000 {
                listing.row(&GUESTS[0])?;
            }
            listing.finish(false)
        };
        let error = written(ErrorKind::StorageFull).unwrap_err();
        assert_eq!(error.0.kind(), ErrorKind::StorageFull, "{format}");
        assert_eq!(written(ErrorKind::BrokenPipe).unwrap(), 5_000, "{format}");
    }
}

#[test]
fn chosen_columns_keep_the_chosen_order() {
    let layout = |header| Layout::new(Some("twice, name"), header).unwrap();
    assert_eq!(listed(Format::Csv, None, &GUESTS[3..], layout(true)), "twice,name\n6,two\\tor\\nmore\n");
    assert_eq!(listed(Format::Csv, None, &GUESTS[3..], layout(false)), "6,two\\tor\\nmore\n");
    let table = listed(Format::Table, None, &GUESTS[3..], layout(true));
    assert_eq!(table, "TWICE  NAME\n────────────────────\n    6  two\\tor\\nmore\n");
    assert_eq!(listed(Format::Table, None, &GUESTS[3..], layout(false)), "    6  two\\tor\\nmore\n");
}

#[test]
fn an_unknown_column_is_named_with_the_known_ones() {
    let error = Layout::<Guest>::new(Some("name,age"), true).err().unwrap();
    assert_eq!(error.to_string(), "`age` is not a column: it is one of name, nights, long, twice");
}

#[test]
fn a_narrow_table_drops_what_matters_least_and_cards_have_everything() {
    let at = |width| listed(Format::Table, Some(width), &GUESTS[..1], Layout::default());
    insta::assert_snapshot!([80, 30, 20, 6, 3].map(at).join("\n"), @r#"
    NAME               NIGHTS  LONG
    ─────────────────────────────────────────
    Anna, "the" Guest       7  a week or more

    NAME    NIGHTS  LONG
    ──────────────────────────────
    Anna,…       7  a week or more

    NAME          NIGHTS
    ────────────────────
    Anna, "the"…       7

    NAME
    ──────
    Anna,…

    NAME    Anna,
            "the"
            Guest
    NIGHTS  7
    LONG    a week or more
    "#);
}

#[test]
fn chosen_columns_are_never_dropped() {
    let layout = Layout::new(Some("name,nights,long"), true).unwrap();
    let table = listed(Format::Table, Some(20), &GUESTS[..1], layout);
    assert!(table.contains("LONG") && table.contains("NIGHTS"), "{table}");
}
