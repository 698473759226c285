//! How many bytes of request bodies are in memory at once, whoever sent them.
//!
//! Connections, streams and the size of one body have limits of their own, whose product is more memory than
//! a machine has. A body takes its bytes from the budget as they arrive and gives them back when the last
//! part of it is dropped; what does not fit is refused, and may be sent again in a moment.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;

/// The budget. Clones share it.
#[derive(Clone, Debug)]
pub(crate) struct Budget(Arc<AtomicI64>);

/// What one body has taken. Gives it back when dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Budget,
    taken: i64,
}

/// Nothing is left.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Exhausted;

impl Budget {
    /// So many bytes.
    pub(crate) fn new(bytes: usize) -> Self {
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        Self(Arc::new(AtomicI64::new(bytes)))
    }

    /// Nothing yet.
    pub(crate) fn share(&self) -> Share {
        Share {
            budget: self.clone(),
            taken: 0,
        }
    }
}

impl Share {
    /// Takes more.
    ///
    /// # Errors
    /// There is not so much; what was taken before stays taken.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Exhausted> {
        let bytes = i64::try_from(bytes).map_err(|_| Exhausted)?;
        let left = &self.budget.0;
        if left.fetch_sub(bytes, Ordering::Relaxed) < bytes {
            left.fetch_add(bytes, Ordering::Relaxed);
            return Err(Exhausted);
        }
        self.taken += bytes;
        Ok(())
    }

    /// The body, which holds its share for as long as any part of it is held.
    pub(crate) fn hold(self, body: Bytes) -> Bytes {
        Bytes::from_owner(Held { body, _share: self })
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.0.fetch_add(self.taken, Ordering::Relaxed);
    }
}

struct Held {
    body: Bytes,
    _share: Share,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_given_back_with_the_last_part_of_the_body() {
        let budget = Budget::new(100);
        let mut share = budget.share();
        share.grow(60).unwrap();
        assert_eq!(share.grow(60), Err(Exhausted));
        share.grow(40).unwrap();
        let body = share.hold(Bytes::from(vec![7; 100]));
        let part = body.slice(10..20);
        drop(body);
        assert_eq!(budget.share().grow(1), Err(Exhausted));
        assert_eq!(part, vec![7; 10]);
        drop(part);
        budget.share().grow(100).unwrap();
        budget.share().grow(100).unwrap();
    }
}
