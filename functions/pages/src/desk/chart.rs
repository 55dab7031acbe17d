//! Figures as a drawing: one bar for each hour, drawn to the largest of them.

use domain::Minor;
use serde::Serialize;

/// The size of the drawing in its own units; the stylesheet decides how large it is shown.
pub(super) const WIDTH: u32 = 480;
/// Its height, above the line on which the bars stand.
pub(super) const HEIGHT: u32 = 120;
/// What is left free between two bars, in percent of what each has.
const GAP: u32 = 20;
/// The least height of what is not nothing, so that it is seen.
const LEAST: u32 = 2;

/// What of the drawing stands for one hour.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Bar {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

/// The bars of these amounts, from left to right. Nothing, and what is below it, has none.
pub(super) fn bars(amounts: &[Minor]) -> Vec<Bar> {
    let most = amounts.iter().map(|amount| amount.0).max().unwrap_or_default().max(1);
    let each = WIDTH / u32::try_from(amounts.len().max(1)).unwrap_or(WIDTH).min(WIDTH);
    let height = |amount: i64| {
        let share = i128::from(amount.max(0)) * i128::from(HEIGHT) / i128::from(most);
        let height = u32::try_from(share).unwrap_or(HEIGHT);
        if amount > 0 { height.max(LEAST) } else { 0 }
    };
    (0..).zip(amounts).map(|(place, amount)| bar(place * each, each, height(amount.0))).collect()
}

fn bar(x: u32, each: u32, height: u32) -> Bar {
    Bar { x, y: HEIGHT - height, width: (each - each * GAP / 100).max(1), height }
}

#[cfg(test)]
mod tests {
    use domain::Minor;

    use super::{Bar, HEIGHT, bars};

    #[test]
    fn the_largest_is_as_high_as_the_drawing_and_nothing_has_no_height() {
        let bars = bars(&[Minor(0), Minor(50), Minor(100), Minor(-5), Minor(1)]);
        let heights: Vec<u32> = bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, HEIGHT / 2, HEIGHT, 0, 2]);
        assert_eq!(bars[1], Bar { x: 96, y: HEIGHT / 2, width: 77, height: HEIGHT / 2 });
        assert!(bars.iter().all(|bar| bar.y + bar.height == HEIGHT));
    }

    #[test]
    fn there_may_be_none_and_amounts_of_any_size() {
        assert!(bars(&[]).is_empty());
        let largest = bars(&[Minor(i64::MAX), Minor(i64::MIN)]);
        assert_eq!((largest[0].height, largest[1].height), (HEIGHT, 0));
    }
}
