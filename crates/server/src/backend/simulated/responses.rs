//! Kept responses. Each account has its own, and never sees another's.

use std::collections::{HashMap, VecDeque};

use bytes::Bytes;

use super::prompt::Context;

/// Most accounts with responses; then the whole of the oldest account's go.
const MAX_ACCOUNTS: usize = 256;
/// Most responses of one account; then the oldest goes.
const MAX_RESPONSES: usize = 1_000;
/// Most bytes of one account's responses.
const MAX_BYTES: usize = 32 * 1024 * 1024;

/// A response that is kept.
#[derive(Clone)]
pub(super) struct Kept {
    /// As it was answered.
    pub(super) body: Bytes,
    /// What was asked, as a JSON list of items.
    pub(super) items: Bytes,
    /// What a response that continues it needs to know.
    pub(super) context: Context,
    /// How many bytes it takes, about.
    pub(super) size: usize,
}

/// All kept responses.
#[derive(Default)]
pub(super) struct Responses {
    accounts: HashMap<String, Account>,
    order: VecDeque<String>,
}

#[derive(Default)]
struct Account {
    kept: HashMap<String, Kept>,
    order: VecDeque<String>,
    bytes: usize,
}

impl Responses {
    /// Keeps a response. One that is larger than an account's whole room is not kept.
    pub(super) fn keep(&mut self, account: &str, id: &str, kept: Kept) {
        if kept.size > MAX_BYTES {
            return;
        }
        if !self.accounts.contains_key(account) {
            if self.accounts.len() >= MAX_ACCOUNTS
                && let Some(oldest) = self.order.pop_front()
            {
                self.accounts.remove(&oldest);
            }
            self.order.push_back(account.to_owned());
        }
        self.accounts
            .entry(account.to_owned())
            .or_default()
            .keep(id, kept);
    }

    /// A response of this account.
    pub(super) fn find(&self, account: &str, id: &str) -> Option<&Kept> {
        self.accounts.get(account)?.kept.get(id)
    }

    /// Forgets a response of this account; whether there was one.
    pub(super) fn delete(&mut self, account: &str, id: &str) -> bool {
        self.accounts
            .get_mut(account)
            .is_some_and(|account| account.delete(id))
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}

impl Account {
    fn keep(&mut self, id: &str, kept: Kept) {
        self.delete(id);
        self.bytes += kept.size;
        self.kept.insert(id.to_owned(), kept);
        self.order.push_back(id.to_owned());
        while self.kept.len() > MAX_RESPONSES || self.bytes > MAX_BYTES {
            let Some(oldest) = self.order.front().cloned() else {
                break;
            };
            self.delete(&oldest);
        }
    }

    fn delete(&mut self, id: &str) -> bool {
        let Some(kept) = self.kept.remove(id) else {
            return false;
        };
        self.bytes -= kept.size;
        self.order.retain(|other| other != id);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept(size: usize) -> Kept {
        Kept {
            body: Bytes::new(),
            items: Bytes::new(),
            context: Context::default(),
            size,
        }
    }

    #[test]
    fn an_account_never_sees_another_accounts_responses() {
        let mut responses = Responses::default();
        responses.keep("contoso", "resp_1", kept(1));
        assert!(responses.find("contoso", "resp_1").is_some());
        assert!(responses.find("fabrikam", "resp_1").is_none());
        assert!(!responses.delete("fabrikam", "resp_1"));
        assert!(responses.delete("contoso", "resp_1"));
        assert!(responses.find("contoso", "resp_1").is_none());
    }

    #[test]
    fn an_account_holds_a_bounded_number_and_size() {
        let mut responses = Responses::default();
        for n in 0..MAX_RESPONSES + 5 {
            responses.keep("contoso", &n.to_string(), kept(1));
        }
        assert!(responses.find("contoso", "4").is_none());
        assert!(responses.find("contoso", "5").is_some());
        responses.keep("contoso", "large", kept(MAX_BYTES));
        assert!(responses.find("contoso", "large").is_some());
        assert!(
            responses.find("contoso", "9").is_none(),
            "everything else made room"
        );
        responses.keep("contoso", "larger", kept(MAX_BYTES + 1));
        assert!(responses.find("contoso", "larger").is_none());
    }

    #[test]
    fn accounts_are_bounded() {
        let mut responses = Responses::default();
        for n in 0..=MAX_ACCOUNTS {
            responses.keep(&n.to_string(), "resp", kept(1));
        }
        assert!(responses.find("0", "resp").is_none());
        assert!(responses.find("1", "resp").is_some());
        assert_eq!(responses.accounts.len(), MAX_ACCOUNTS);
    }
}
