//! Fuzz targets: each hands its input to one function of [`checks`], which an ordinary test replays over
//! the corpus (`crates/entrada/tests/corpus.rs`), so that what was found once stays found.
//!
//! ```text
//! just fuzz token                    cargo +nightly fuzz run token
//! just fuzz token -max_total_time=60
//! ```

pub mod checks;
