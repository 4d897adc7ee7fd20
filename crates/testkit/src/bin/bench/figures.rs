//! What many lengths of time say together, and how two kinds of them compare.

use std::time::Duration;

/// Lengths of time, of the same thing done over and over.
#[derive(Clone, Debug)]
pub(crate) struct Figures {
    /// Shortest first.
    lengths: Vec<Duration>,
}

impl Figures {
    pub(crate) fn of(mut lengths: Vec<Duration>) -> Self {
        lengths.sort_unstable();
        Self { lengths }
    }

    /// How many.
    pub(crate) fn count(&self) -> usize {
        self.lengths.len()
    }

    /// The shortest length that `share` percent of them do not exceed (the nearest rank); zero if there
    /// are none.
    pub(crate) fn percentile(&self, share: usize) -> Duration {
        let rank = self.lengths.len().saturating_mul(share).div_ceil(100);
        self.lengths
            .get(rank.saturating_sub(1))
            .copied()
            .unwrap_or_default()
    }
}

/// Ours beside the bare floor of the same run.
#[derive(Clone, Debug)]
pub(crate) struct Beside {
    pub(crate) ours: Figures,
    pub(crate) bare: Figures,
    /// The most that the ratio of the 99th percentiles may be.
    pub(crate) most: f64,
}

impl Beside {
    /// How many times as long ours takes; `None` where the floor took no time at all.
    pub(crate) fn ratio(&self, share: usize) -> Option<f64> {
        let bare = self.bare.percentile(share).as_secs_f64();
        (bare > 0.0).then(|| self.ours.percentile(share).as_secs_f64() / bare)
    }

    /// Whether the target is met.
    pub(crate) fn is_met(&self) -> bool {
        self.ratio(99).is_some_and(|ratio| ratio <= self.most)
    }

    /// Three lines: a head, ours, the floor with what comes of it.
    pub(crate) fn table(&self, name: &str, floor: &str) -> String {
        let row = |name: &str, figures: &Figures| {
            let at = |share| shown(figures.percentile(share));
            format!("{name:<52}{:>11}{:>11}{:>11}", at(50), at(99), at(100))
        };
        let ratio = |share| match self.ratio(share) {
            Some(ratio) => format!("{ratio:.2} ×"),
            None => "–".to_owned(),
        };
        let verdict = if self.is_met() { "met" } else { "NOT met" };
        [
            format!("{:<52}{:>11}{:>11}{:>11}", "", "p50", "p99", "most"),
            row(name, &self.ours),
            row(floor, &self.bare),
            format!(
                "{:<52}{:>11}{:>11}{:>11}   p99 ≤ {} ×: {verdict}",
                "ratio",
                ratio(50),
                ratio(99),
                ratio(100),
                self.most
            ),
        ]
        .join("\n")
    }
}

fn shown(length: Duration) -> String {
    format!("{:.2} ms", length.as_secs_f64() * 1_000.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(lengths: impl IntoIterator<Item = u64>) -> Figures {
        Figures::of(lengths.into_iter().map(Duration::from_millis).collect())
    }

    #[test]
    fn a_percentile_is_one_of_the_lengths_and_the_nearest_rank() {
        let hundred = figures((1..=100).rev());
        let at = |figures: &Figures, share| figures.percentile(share).as_millis();
        assert_eq!(hundred.count(), 100);
        assert_eq!(at(&hundred, 50), 50);
        assert_eq!(at(&hundred, 99), 99);
        assert_eq!(at(&hundred, 100), 100);
        let thousand = figures(1..=1_000);
        assert_eq!(at(&thousand, 99), 990, "ten of a thousand may be longer");
        let few = figures([30, 10, 20]);
        assert_eq!(at(&few, 50), 20);
        assert_eq!(at(&few, 99), 30, "of a few, the longest");
        assert_eq!(at(&few, 0), 10);
        assert_eq!(at(&figures([]), 99), 0);
    }

    #[test]
    fn a_target_is_about_the_99th_percentiles_and_a_floor_that_is_none_meets_nothing() {
        let beside = |ours, bare| Beside {
            ours: figures([1, ours]),
            bare: figures([1, bare]),
            most: 2.0,
        };
        assert!(beside(10, 5).is_met(), "twice is not more than twice");
        assert!(!beside(11, 5).is_met());
        let no_floor = Beside {
            bare: figures([]),
            ..beside(10, 5)
        };
        assert_eq!(no_floor.ratio(99), None);
        assert!(!no_floor.is_met());
    }

    #[test]
    fn the_table_shows_both_and_what_comes_of_it() {
        let beside = Beside {
            ours: figures([4, 9]),
            bare: figures([2, 6]),
            most: 2.0,
        };
        let text = beside.table("ours", "the floor");
        let lines: Vec<Vec<&str>> = text
            .lines()
            .map(|line| line.split_whitespace().collect())
            .collect();
        assert_eq!(
            lines,
            [
                vec!["p50", "p99", "most"],
                vec!["ours", "4.00", "ms", "9.00", "ms", "9.00", "ms"],
                vec!["the", "floor", "2.00", "ms", "6.00", "ms", "6.00", "ms"],
                vec![
                    "ratio", "2.00", "×", "1.50", "×", "1.50", "×", "p99", "≤", "2", "×:", "met"
                ],
            ]
        );
    }
}
