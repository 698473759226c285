//! Changes that take effect later, as on Azure, where the configuration wants that (`propagation_seconds`).
//!
//! A new role assignment waits by itself, from when it was made. What else changes (an assignment that is
//! taken away, what a role permits, deny assignments, the members of a group) is held back here: decisions go
//! on by the policy of before until the change is due, while lists show it at once. Only a local server does
//! this: on a gateway a right that is taken away is gone. A restart makes everything effective.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

use access::Timestamp;
use access::assignment::RoleAssignment;
use access::policy::Policy;

/// Changes that wait at the same time; further ones wait together with the last.
const WAITING: usize = 64;

/// The policy by which decisions are made, and those that will come after it.
#[derive(Debug)]
pub(crate) struct Propagation {
    /// Seconds; with 0, every change is effective at once.
    delay: i64,
    /// What was changed last and is effective.
    settled: Arc<Policy>,
    /// When each is effective, the earliest in front.
    waiting: VecDeque<(Timestamp, Arc<Policy>)>,
}

impl Propagation {
    /// Everything of `policy` is effective; what comes waits so many seconds.
    pub(crate) fn new(delay: i64, policy: Arc<Policy>) -> Self {
        Self {
            delay,
            settled: policy,
            waiting: VecDeque::new(),
        }
    }

    /// A change was made.
    pub(crate) fn change(&mut self, policy: Arc<Policy>, now: Timestamp) {
        if self.delay <= 0 {
            self.settled = policy;
            return;
        }
        if self.waiting.len() == WAITING {
            self.waiting.pop_back();
        }
        self.waiting.push_back((now.plus(self.delay), policy));
    }

    /// Makes effective what is due; whether anything was.
    pub(crate) fn settle(&mut self, now: Timestamp) -> bool {
        let mut moved = false;
        while let Some((due, _)) = self.waiting.front()
            && *due <= now
        {
            if let Some((_, policy)) = self.waiting.pop_front() {
                self.settled = policy;
                moved = true;
            }
        }
        moved
    }

    /// The policy by which decisions are made, if it is another than the newest.
    ///
    /// New assignments are in it: they say themselves that they are not effective yet.
    pub(crate) fn held_back(&self) -> Option<Arc<Policy>> {
        let (_, newest) = self.waiting.back()?;
        let mut policy = Policy::clone(&self.settled);
        let settled = self.settled.assignments.iter();
        let known: HashSet<String> = settled.map(|one| one.id.to_ascii_lowercase()).collect();
        let is_new = |one: &&RoleAssignment| !known.contains(&one.id.to_ascii_lowercase());
        let new = newest.assignments.iter().filter(is_new);
        policy.assignments.extend(new.cloned());
        Some(Arc::new(policy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use access::principal::PrincipalId;
    use access::role::RoleId;
    use access::scope::Scope;

    fn policy(assignments: &[&str]) -> Arc<Policy> {
        let one = |id: &&str| {
            let (principal, role) = (PrincipalId::new("ana"), RoleId::parse("reader"));
            RoleAssignment::new(id, principal, role, Scope::root())
        };
        Arc::new(Policy {
            assignments: assignments.iter().map(one).collect(),
            ..Policy::default()
        })
    }

    fn names(policy: Option<Arc<Policy>>) -> Option<Vec<String>> {
        let names = |policy: Arc<Policy>| {
            let all = policy.assignments.iter();
            all.map(|one| one.id.to_string()).collect()
        };
        policy.map(names)
    }

    #[test]
    fn what_is_taken_away_stays_until_it_is_due_and_what_is_new_is_there() {
        let mut propagation = Propagation::new(10, policy(&["old", "gone"]));
        assert_eq!(propagation.held_back(), None);
        propagation.change(policy(&["old", "new"]), Timestamp(100));
        let held = names(propagation.held_back()).unwrap();
        assert_eq!(held, ["old", "gone", "new"]);
        assert!(!propagation.settle(Timestamp(109)));
        assert!(propagation.settle(Timestamp(110)));
        assert_eq!(propagation.held_back(), None);
    }

    #[test]
    fn each_change_waits_for_itself() {
        let mut propagation = Propagation::new(10, policy(&["a", "b", "c"]));
        propagation.change(policy(&["a", "b"]), Timestamp(100));
        propagation.change(policy(&["a"]), Timestamp(105));
        assert!(propagation.settle(Timestamp(110)));
        assert_eq!(names(propagation.held_back()).unwrap(), ["a", "b"]);
        assert!(propagation.settle(Timestamp(115)));
        assert_eq!(propagation.held_back(), None);
    }

    #[test]
    fn without_a_delay_nothing_is_held_back() {
        let mut propagation = Propagation::new(0, policy(&["a"]));
        propagation.change(policy(&[]), Timestamp(100));
        assert_eq!(propagation.held_back(), None);
    }

    #[test]
    fn what_waits_is_bounded_and_the_newest_wins() {
        let mut propagation = Propagation::new(10, policy(&[]));
        for number in 0..200 {
            propagation.change(policy(&[&number.to_string()]), Timestamp(100));
        }
        assert_eq!(propagation.waiting.len(), WAITING);
        assert!(propagation.settle(Timestamp(110)));
        assert_eq!(names(Some(propagation.settled)).unwrap(), ["199"]);
    }
}
