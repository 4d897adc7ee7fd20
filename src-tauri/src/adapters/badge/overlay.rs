//! The disc over an icon, as a picture: for systems that show a picture and no number.

use agent::ports::Waiting;

/// Width and height in pixels; the system scales.
pub const SIZE: u32 = 32;

/// The app's red and purple (`--missed`, `--new` of ui/src/design/tokens.css).
const MISSED: [u8; 3] = [0xe5, 0x48, 0x4d];
const NEW: [u8; 3] = [0x8e, 0x4e, 0xc6];

/// The digits and a plus, three dots wide and five high, a row a number, the left dot its highest bit.
const DOTS: [[u8; 5]; 11] = [
    [7, 5, 5, 5, 7],
    [2, 6, 2, 2, 7],
    [7, 1, 7, 4, 7],
    [7, 1, 3, 1, 7],
    [5, 5, 7, 1, 1],
    [7, 4, 7, 1, 7],
    [7, 4, 7, 5, 7],
    [7, 1, 1, 2, 2],
    [7, 5, 7, 5, 7],
    [7, 5, 7, 1, 7],
    [0, 2, 7, 2, 0],
];

/// The picture as RGBA; `None` when nothing is to be shown.
#[must_use]
pub fn draw(waiting: Waiting) -> Option<Vec<u8>> {
    let text: &[usize] = match waiting.count {
        0 => return None,
        1..=9 => &[usize::try_from(waiting.count).unwrap_or(9)],
        _ => &[9, 10],
    };
    let colour = if waiting.missed { MISSED } else { NEW };
    let mut picture = Vec::new();
    for y in 0..SIZE {
        for x in 0..SIZE {
            let pixel = if is_text(text, x, y) {
                [0xff, 0xff, 0xff, 0xff]
            } else {
                let [red, green, blue] = colour;
                [red, green, blue, covered(x, y)]
            };
            picture.extend(pixel);
        }
    }
    Some(picture)
}

/// How much of a pixel the disc covers, its edge smooth.
fn covered(x: u32, y: u32) -> u8 {
    let middle = SIZE as f32 / 2.0;
    let (dx, dy) = (x as f32 + 0.5 - middle, y as f32 + 0.5 - middle);
    let inside = (middle - dx.hypot(dy) + 0.5).clamp(0.0, 1.0);
    (inside * 255.0) as u8
}

fn is_text(text: &[usize], x: u32, y: u32) -> bool {
    // One sign is large, two are side by side.
    let dot = if text.len() == 1 { 4 } else { 3 };
    let count = u32::try_from(text.len()).unwrap_or(1);
    let width = count
        .saturating_mul(4)
        .saturating_sub(1)
        .saturating_mul(dot);
    let left = SIZE.saturating_sub(width) / 2;
    let top = SIZE.saturating_sub(dot.saturating_mul(5)) / 2;
    let (Some(x), Some(y)) = (x.checked_sub(left), y.checked_sub(top)) else {
        return false;
    };
    let (column, row) = (x / dot, y / dot);
    let sign = text.get((column / 4) as usize).and_then(|it| DOTS.get(*it));
    let dots = sign.and_then(|rows| rows.get(row as usize)).copied();
    // The fourth column is the gap.
    dots.is_some_and(|dots| (dots << 1) & (8_u8 >> (column % 4)) != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(count: u32, missed: bool) -> Option<Vec<u8>> {
        draw(Waiting { count, missed })
    }

    #[test]
    fn nobody_waiting_shows_nothing() {
        assert_eq!(picture(0, true), None);
    }

    #[test]
    fn every_number_has_a_picture_of_its_own_and_ten_or_more_are_nine_plus() {
        let all: Vec<_> = (1..=10)
            .map(|count| picture(count, false).unwrap())
            .collect();
        for (number, one) in all.iter().enumerate() {
            assert_eq!(one.len(), (SIZE * SIZE * 4) as usize);
            assert!(!all[..number].contains(one), "{number}");
            assert_eq!(one[3], 0, "the corner is clear");
        }
        assert_eq!(picture(u32::MAX, false), picture(10, false));
        assert_ne!(
            picture(3, false),
            picture(3, true),
            "red when one is missed"
        );
    }

    #[test]
    fn a_one_is_drawn_upright_in_the_middle() {
        let one = picture(1, true).unwrap();
        let white: Vec<(u32, u32)> = (0..SIZE * SIZE)
            .filter(|at| one[(at * 4 + 2) as usize] == 0xff)
            .map(|at| (at % SIZE, at / SIZE))
            .collect();
        let columns = |row: u32| white.iter().filter(|(_, y)| *y == row).count();
        assert_eq!(
            [columns(6), columns(10), columns(14), columns(22)],
            [4, 8, 4, 12]
        );
    }
}
