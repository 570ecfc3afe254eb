//! The bars of the refund report.

use crate::domain::refund_report::Rate;

/// The width of the longest bar; 0 on a narrow terminal.
pub(super) fn room_for_bars(width: Option<usize>) -> usize {
    const WIDEST: usize = 24;
    const OTHER_COLUMNS: usize = 66;
    // The group names get the other half.
    width.map_or(WIDEST, |width| match width.saturating_sub(OTHER_COLUMNS) / 2 {
        0..6 => 0,
        room => room.min(WIDEST),
    })
}

/// A bar in proportion to the rate; the highest rate fills the room. A rate above zero is always visible.
pub(super) fn bar(rate: Option<Rate>, most: Option<Rate>, room: usize, is_ascii: bool) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let (Some(rate), Some(most)) = (rate.filter(|rate| rate.0 > 0), most.filter(|_| room > 0)) else {
        return String::new();
    };
    let parts: u64 = if is_ascii { 1 } else { 8 };
    let room = u64::try_from(room).unwrap_or(0) * parts;
    let length = usize::try_from((rate.0 * room / most.0).max(1)).unwrap_or(0);
    match is_ascii {
        true => "#".repeat(length),
        false => "█".repeat(length / 8) + EIGHTHS.get(length % 8).unwrap_or(&""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_rate_fills_the_room_and_the_lowest_is_visible() {
        let bars = |room, is_ascii| {
            [0, 1, 50, 333, 999, 1000].map(|rate| bar(Some(Rate(rate)), Some(Rate(1000)), room, is_ascii)).join("|\n")
        };
        insta::assert_snapshot!(bars(8, false), @"
        |
        ▏|
        ▍|
        ██▋|
        ███████▉|
        ████████
        ");
        insta::assert_snapshot!(bars(8, true), @"
        |
        #|
        #|
        ##|
        #######|
        ########
        ");
        assert_eq!(bar(Some(Rate(5)), Some(Rate(5)), 0, false), "");
        assert_eq!(bar(None, None, 8, false), "");
    }

    #[test]
    fn a_narrow_terminal_has_no_room_for_bars() {
        assert_eq!([Some(60), Some(77), Some(78), Some(80), Some(200), None].map(room_for_bars), [0, 0, 6, 7, 24, 24]);
    }
}
