//! The one place that asks what time it is.

use std::time::{SystemTime, UNIX_EPOCH};

use access::Timestamp;

/// Now, in whole seconds.
pub(crate) fn now() -> Timestamp {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs());
    Timestamp(i64::try_from(seconds).unwrap_or(i64::MAX))
}
