//! How long to wait before the next try.

use std::time::Duration;

/// The first wait: half a second, so that a restarted server is found again at once.
const FIRST: Duration = Duration::from_millis(500);
/// The longest wait: 30 s, the time within which a person who looks expects to be connected.
const LONGEST: Duration = Duration::from_secs(30);

/// The wait after `failures` failures in a row (1 for the first). `chance` in 0..=1 spreads the
/// devices of a workspace, so that they do not all come back in the same instant: between half of
/// the wait and all of it.
pub(crate) fn wait_after(failures: u32, chance: f64) -> Duration {
    let doublings = failures.saturating_sub(1).min(10);
    let whole = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    whole.mul_f64(0.5 + 0.5 * chance.clamp(0.0, 1.0))
}

/// A throw of the dice for [`wait_after`].
pub(crate) fn chance() -> f64 {
    let mut byte = [0u8; 1];
    // Without randomness all wait their full time, which is only less polite.
    match getrandom::fill(&mut byte) {
        Ok(()) => f64::from(byte[0]) / 255.0,
        Err(_) => 1.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_thirty_seconds() {
        let full: Vec<u64> = (1..=9)
            .map(|n| wait_after(n, 1.0).as_millis() as u64)
            .collect();
        assert_eq!(
            full,
            [
                500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000
            ]
        );
        assert_eq!(wait_after(u32::MAX, 1.0), LONGEST);
    }

    #[test]
    fn the_dice_shorten_a_wait_by_half_at_most() {
        assert_eq!(wait_after(1, 0.0), FIRST / 2);
        assert_eq!(wait_after(1, -5.0), FIRST / 2);
        assert_eq!(wait_after(1, 5.0), FIRST);
    }
}
