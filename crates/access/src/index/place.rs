//! Who asks and where, as numbers.

use hashbrown::HashSet;

use super::Index;
use crate::principal::PrincipalId;
use crate::scope::Scope;

impl Index {
    /// The numbers of the caller, its groups and the groups of its token; nearest first.
    pub(super) fn closure(&self, principal: &PrincipalId, groups: &[PrincipalId]) -> Vec<u32> {
        let mut closure = Numbers::default();
        let known = std::iter::once(principal).chain(groups);
        for id in known.filter_map(|id| self.principals.find(id)) {
            closure.enter(id);
        }
        let mut next = 0;
        while let Some(&id) = closure.order.get(next) {
            for &parent in self.parents.of(id) {
                closure.enter(parent);
            }
            next += 1;
        }
        closure.order
    }

    /// The numbers of all scopes at which something is assigned and that are at or above this one.
    pub(super) fn place(&self, scope: &Scope) -> Place {
        let mut place = Place::default();
        self.find_place(scope, &mut place);
        place
    }

    /// [`Index::place`] into a place that was used before.
    pub(super) fn find_place(&self, scope: &Scope, place: &mut Place) {
        place.scopes.clear();
        let text = scope.folded();
        let ends = text.match_indices('/').map(|(at, _)| at).skip(1);
        let above = std::iter::once(0).chain(ends).filter(|_| !text.is_empty());
        for end in above {
            place.scopes.extend(self.scopes.find_str(&text[..end]));
        }
        place.own = self.scopes.find_str(text);
        place.scopes.extend(place.own);
        let management_groups = if let Some(id) = scope.subscription_id() {
            self.above_subscription.get(id)
        } else if let Some(name) = scope.management_group_name() {
            self.above_management_group.get(name)
        } else {
            None
        };
        for &id in management_groups.into_iter().flatten() {
            if !place.scopes.contains(&id) {
                place.scopes.push(id);
            }
        }
    }
}

/// Scopes as numbers: the one asked about (if anything is assigned there) and those above it.
#[derive(Debug, Default)]
pub(super) struct Place {
    pub(super) scopes: Vec<u32>,
    pub(super) own: Option<u32>,
}

/// Numbers in the order of their first appearance.
#[derive(Default)]
struct Numbers {
    order: Vec<u32>,
    /// Only kept for long lists: most callers have a handful of groups.
    seen: HashSet<u32>,
}

impl Numbers {
    fn enter(&mut self, number: u32) {
        const SHORT: usize = 32;
        if self.order.len() < SHORT {
            if !self.order.contains(&number) {
                self.order.push(number);
            }
            return;
        }
        if self.seen.is_empty() {
            self.seen.extend(&self.order);
        }
        if self.seen.insert(number) {
            self.order.push(number);
        }
    }
}
