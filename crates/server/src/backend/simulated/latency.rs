//! How long a simulated answer takes.

use std::time::Duration;

use super::config::LatencyConfig;
use super::rule::MAX_DELAY;
use crate::backend::hash::hash;

/// Delays of one answer; the same seed gives the same delays.
#[derive(Clone, Copy)]
pub(super) struct Latency {
    config: LatencyConfig,
    seed: u64,
}

impl Latency {
    pub(super) fn new(config: LatencyConfig, seed: u64) -> Self {
        Self { config, seed }
    }

    /// Until the first token.
    pub(super) fn first(&self) -> Duration {
        self.jitter(self.config.first_ms, 0)
    }

    /// Between the tokens before the `n`-th and it.
    pub(super) fn token(&self, n: usize) -> Duration {
        self.jitter(self.config.token_ms, n as u64 + 1)
    }

    /// Until an answer of `tokens` tokens is complete.
    pub(super) fn whole(&self, tokens: u32) -> Duration {
        let rest = self
            .config
            .token_ms
            .saturating_mul(u64::from(tokens.saturating_sub(1)));
        self.first()
            .saturating_add(self.jitter(rest, 1))
            .min(MAX_DELAY)
    }

    fn jitter(&self, milliseconds: u64, n: u64) -> Duration {
        let spread =
            milliseconds.saturating_mul(u64::from(self.config.jitter_percent.min(100))) / 100;
        let low = milliseconds.saturating_sub(spread);
        let range = spread.saturating_mul(2).saturating_add(1);
        let shifted = low.saturating_add(hash(self.seed, &[&n.to_le_bytes()]) % range);
        Duration::from_millis(shifted).min(MAX_DELAY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_stays_within_its_percent() {
        let config = LatencyConfig {
            first_ms: 200,
            token_ms: 20,
            jitter_percent: 25,
        };
        for seed in 0..500 {
            let latency = Latency::new(config, seed);
            assert!((150..=250).contains(&latency.first().as_millis()));
            assert!((15..=25).contains(&latency.token(3).as_millis()));
        }
        let steady = Latency::new(
            LatencyConfig {
                jitter_percent: 0,
                ..config
            },
            9,
        );
        assert_eq!(steady.whole(11), Duration::from_millis(400));
        assert_eq!(
            Latency::new(LatencyConfig::default(), 9).whole(u32::MAX),
            Duration::ZERO
        );
        assert_eq!(steady.whole(u32::MAX), MAX_DELAY);
    }
}
