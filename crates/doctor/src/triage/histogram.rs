//! Counts over time that stay small whatever the time: when they would not, they become coarser.

use std::collections::BTreeMap;

/// How many intervals there are at most.
pub(super) const INTERVALS: i64 = 24;
/// How long an interval can be, in seconds; each divides the next.
const WIDTHS: [i64; 13] = [
    1, 5, 15, 60, 300, 900, 3_600, 10_800, 43_200, 86_400, 604_800, 2_419_200, 31_449_600,
];

/// The intervals of all counts together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Intervals {
    /// Which of [`WIDTHS`], or how often its last one doubled.
    level: u32,
    /// The first and the last second of all.
    range: Option<(i64, i64)>,
}

impl Intervals {
    /// How long one is, in seconds.
    pub(super) fn width(self) -> i64 {
        let last = WIDTHS.len() - 1;
        match usize::try_from(self.level) {
            Ok(level) if level <= last => WIDTHS[level],
            _ => WIDTHS[last] << (self.level as usize - last).min(30),
        }
    }

    /// Takes a second in; whether the intervals became longer.
    pub(super) fn widen(&mut self, second: i64) -> bool {
        let (first, last) = self.range.unwrap_or((second, second));
        let (first, last) = (first.min(second), last.max(second));
        self.range = Some((first, last));
        let before = self.level;
        while last.div_euclid(self.width()) - first.div_euclid(self.width()) >= INTERVALS {
            self.level += 1;
        }
        self.level != before
    }

    /// The interval that holds a second.
    pub(super) fn of(self, second: i64) -> i64 {
        second.div_euclid(self.width())
    }

    /// The first interval, and how many there are.
    pub(super) fn span(self) -> Option<(i64, usize)> {
        let (first, last) = self.range?;
        let (first, last) = (self.of(first), self.of(last));
        Some((first, usize::try_from(last - first + 1).unwrap_or(0)))
    }
}

/// Counts by interval.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Histogram {
    counts: BTreeMap<i64, u64>,
}

impl Histogram {
    pub(super) fn count(&mut self, interval: i64) {
        *self.counts.entry(interval).or_default() += 1;
    }

    /// The same counts after the intervals became longer, from `before` to `after` seconds.
    pub(super) fn coarsen(&mut self, before: i64, after: i64) {
        let counts = std::mem::take(&mut self.counts);
        for (interval, count) in counts {
            let second = interval.saturating_mul(before);
            *self.counts.entry(second.div_euclid(after)).or_default() += count;
        }
    }

    /// The counts of all intervals, those with none too.
    pub(super) fn counts(&self, intervals: Intervals) -> Vec<u64> {
        let (first, length) = intervals.span().unwrap_or((0, 0));
        let mut counts = vec![0; length];
        for (interval, count) in &self.counts {
            if let Some(slot) = usize::try_from(interval - first)
                .ok()
                .and_then(|at| counts.get_mut(at))
            {
                *slot = *count;
            }
        }
        counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_width_divides_the_next() {
        for pair in WIDTHS.windows(2) {
            assert_eq!(pair[1] % pair[0], 0, "{pair:?}");
        }
    }

    #[test]
    fn counts_are_kept_in_any_order_and_over_any_time() {
        let seconds = [
            5,
            1_795_428_000,
            -3,
            1_795_428_001,
            253_402_300_799,
            7,
            -62_135_596_800,
        ];
        let sum = |seconds: &mut dyn Iterator<Item = i64>| {
            let (mut intervals, mut histogram) = (Intervals::default(), Histogram::default());
            for second in seconds {
                let before = intervals.width();
                if intervals.widen(second) {
                    histogram.coarsen(before, intervals.width());
                }
                histogram.count(intervals.of(second));
            }
            (intervals, histogram.counts(intervals))
        };
        let (intervals, counts) = sum(&mut seconds.into_iter());
        assert_eq!(
            sum(&mut seconds.into_iter().rev()),
            (intervals, counts.clone())
        );
        assert_eq!(counts.iter().sum::<u64>(), 7);
        assert!(counts.len() <= 24, "{counts:?}");
    }
}
