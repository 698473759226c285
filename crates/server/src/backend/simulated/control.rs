//! What a client may ask of the simulation itself, in local mode: headers that
//! begin with `x-entrada-`.

use std::time::Duration;

use http::HeaderMap;

use super::fault::Fault;
use super::reply::Invalid;
use super::rule::MAX_DELAY;

/// Keeps the calls, counts and journal of tests that run at once apart.
pub const TEST_ID: &str = "x-entrada-test-id";
/// Milliseconds to wait before answering.
pub const DELAY: &str = "x-entrada-delay-ms";
/// A failure: see the documentation of faults.
pub const FAULT: &str = "x-entrada-fault";

/// Longest test id.
const MAX_TEST_ID: usize = 128;

/// The client's wishes.
#[derive(Default, Debug, PartialEq, Eq)]
pub(super) struct Control {
    pub(super) test_id: String,
    pub(super) delay: Duration,
    pub(super) fault: Option<Fault>,
}

impl Control {
    /// Reads the headers. A wish that is not understood is refused: a test that
    /// misspells its fault must not pass by getting a good answer.
    pub(super) fn read(headers: &HeaderMap) -> Result<Self, Invalid> {
        let text = |name: &'static str| match headers.get(name).map(|value| value.to_str()) {
            None => Ok(None),
            Some(Ok(text)) => Ok(Some(text.trim())),
            Some(Err(_)) => Err(Invalid::new(name, "is not ASCII")),
        };
        let mut control = Self::default();
        if let Some(id) = text(TEST_ID)? {
            if id.len() > MAX_TEST_ID {
                return Err(Invalid::new(
                    TEST_ID,
                    format!("is longer than {MAX_TEST_ID}"),
                ));
            }
            id.clone_into(&mut control.test_id);
        }
        if let Some(delay) = text(DELAY)? {
            let delay = delay
                .parse()
                .ok()
                .map(Duration::from_millis)
                .filter(|delay| *delay <= MAX_DELAY);
            control.delay = delay.ok_or_else(|| {
                Invalid::new(DELAY, "is not a number of milliseconds up to 600000")
            })?;
        }
        if let Some(fault) = text(FAULT)? {
            let known = "is none of a status from 400 to 599 (`429`, `503;retry-after=2`), timeout, disconnect, cut, \
                         malformed and content-filter";
            control.fault = Some(Fault::parse(fault).ok_or_else(|| Invalid::new(FAULT, known))?);
        }
        Ok(control)
    }
}
