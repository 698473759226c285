//! Values that are handed out under a secret and taken back once: codes, device codes, pages under way. Bounded, expiring, and stored under the secret's hash only.

use std::collections::{HashMap, VecDeque};

use access::Timestamp;

use super::directory::sha256;
use super::random;

/// Values of one kind, all with the same lifetime.
pub(crate) struct Vault<T> {
    lifetime: i64,
    capacity: usize,
    values: HashMap<[u8; 32], (T, Timestamp)>,
    /// Keys in the order of their expiry, of values taken out too: the bound is on this.
    order: VecDeque<([u8; 32], Timestamp)>,
}

impl<T> Vault<T> {
    /// At most `capacity` values, for `lifetime` seconds each.
    pub(crate) fn new(lifetime: i64, capacity: usize) -> Vault<T> {
        Vault {
            lifetime,
            capacity,
            values: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Stores a value and returns the secret that opens it. Where there is no room, the oldest goes:
    /// a flood costs whoever waited longest, never memory.
    pub(crate) fn insert(&mut self, value: T, now: Timestamp) -> String {
        let secret = random::secret();
        self.insert_as(&secret, value, now);
        secret
    }

    /// Stores a value under a given secret.
    pub(crate) fn insert_as(&mut self, secret: &str, value: T, now: Timestamp) {
        while let Some((key, expires)) = self.order.front() {
            if now < *expires && self.order.len() < self.capacity {
                break;
            }
            self.values.remove(key);
            self.order.pop_front();
        }
        let (key, expires) = (sha256(secret.as_bytes()), now.plus(self.lifetime));
        self.values.insert(key, (value, expires));
        self.order.push_back((key, expires));
    }

    /// Takes a value out, for good.
    pub(crate) fn take(&mut self, secret: &str, now: Timestamp) -> Option<T> {
        let (value, expires) = self.values.remove(&sha256(secret.as_bytes()))?;
        (now < expires).then_some(value)
    }

    /// Looks at a value and leaves it there.
    pub(crate) fn get_mut(&mut self, secret: &str, now: Timestamp) -> Option<&mut T> {
        let (value, expires) = self.values.get_mut(&sha256(secret.as_bytes()))?;
        (now < *expires).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1000);

    #[test]
    fn a_value_is_taken_once_and_in_time() {
        let mut vault = Vault::new(60, 10);
        let secret = vault.insert("value", NOW);
        assert_eq!(vault.take("another", NOW), None);
        assert_eq!(vault.get_mut(&secret, NOW.plus(59)), Some(&mut "value"));
        assert_eq!(vault.take(&secret, NOW.plus(59)), Some("value"));
        assert_eq!(vault.take(&secret, NOW), None);
        let late = vault.insert("value", NOW);
        assert_eq!(vault.get_mut(&late, NOW.plus(60)), None);
        assert_eq!(vault.take(&late, NOW.plus(60)), None);
    }

    #[test]
    fn a_flood_pushes_out_the_oldest_and_never_grows() {
        let mut vault = Vault::new(60, 3);
        let secrets: Vec<String> = (0..1000).map(|number| vault.insert(number, NOW)).collect();
        assert_eq!(vault.values.len(), 3);
        assert_eq!(vault.order.len(), 3);
        assert_eq!(vault.take(&secrets[0], NOW), None);
        assert_eq!(vault.take(&secrets[999], NOW), Some(999));
        for _ in 0..1000 {
            let secret = vault.insert(0, NOW);
            vault.take(&secret, NOW);
        }
        assert_eq!(vault.order.len(), 3);
        vault.insert(0, NOW.plus(60));
        assert_eq!(vault.order.len(), 1);
    }
}
