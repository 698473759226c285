//! The project's conventions, as tests. STYLE.md and ARCHITECTURE.md say why; what is said there and
//! can be checked mechanically is checked here.

#![allow(
    clippy::unwrap_used,
    reason = "a step of a test that fails must fail the test"
)]

mod manifests;
mod project;
mod sources;
mod texts;

/// Fails with every fault at once, so that one run shows them all.
fn expect_none(faults: &[String], advice: &str) {
    assert!(
        faults.is_empty(),
        "{} faults:\n  {}\n{advice}",
        faults.len(),
        faults.join("\n  ")
    );
}
