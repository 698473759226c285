//! Transitive group membership: every principal whose assignments are the caller's too.

use std::collections::{HashMap, VecDeque};

use crate::decision::PathGroup;
use crate::principal::PrincipalId;

/// The caller and its groups, each with the way that leads to it.
///
/// Nesting is followed breadth first and each group is entered once, so a cycle ends and the way
/// shown is a shortest one.
pub(crate) struct Closure<'a> {
    order: Vec<Member<'a>>,
    places: HashMap<&'a PrincipalId, usize>,
}

struct Member<'a> {
    id: &'a PrincipalId,
    /// The member of this group through which it was reached; the caller and groups that only the
    /// token names have none.
    through: Option<usize>,
    from_token: bool,
}

impl<'a> Closure<'a> {
    /// Follows `parents` (the groups that list a principal as a direct member) from the caller and
    /// from the groups that its token names.
    pub(crate) fn new<P>(
        caller: &'a PrincipalId,
        token_groups: &'a [PrincipalId],
        parents: impl Fn(&PrincipalId) -> P,
    ) -> Self
    where
        P: IntoIterator<Item = &'a PrincipalId>,
    {
        let mut closure = Self {
            order: Vec::new(),
            places: HashMap::new(),
        };
        let mut queue = VecDeque::new();
        closure.enter(caller, None, false, &mut queue);
        // The directory first: where both know a membership, its way is the longer explanation.
        closure.follow(&mut queue, &parents);
        for group in token_groups {
            closure.enter(group, None, true, &mut queue);
        }
        closure.follow(&mut queue, &parents);
        closure
    }

    fn follow<P>(&mut self, queue: &mut VecDeque<usize>, parents: &impl Fn(&PrincipalId) -> P)
    where
        P: IntoIterator<Item = &'a PrincipalId>,
    {
        while let Some(place) = queue.pop_front() {
            for parent in parents(self.order[place].id) {
                self.enter(parent, Some(place), false, queue);
            }
        }
    }

    fn enter(
        &mut self,
        id: &'a PrincipalId,
        through: Option<usize>,
        from_token: bool,
        queue: &mut VecDeque<usize>,
    ) {
        let place = self.order.len();
        if let std::collections::hash_map::Entry::Vacant(entry) = self.places.entry(id) {
            entry.insert(place);
            self.order.push(Member {
                id,
                through,
                from_token,
            });
            queue.push_back(place);
        }
    }

    /// Whether this principal is the caller or one of its groups.
    pub(crate) fn contains(&self, id: &PrincipalId) -> bool {
        self.places.contains_key(id)
    }

    /// The caller, then its groups, nearest first.
    pub(crate) fn principals(&self) -> impl Iterator<Item = &'a PrincipalId> {
        self.order.iter().map(|member| member.id)
    }

    /// The groups from the caller's own to this one; empty for the caller itself.
    pub(crate) fn path(
        &self,
        id: &PrincipalId,
        name: impl Fn(&PrincipalId) -> String,
    ) -> Vec<PathGroup> {
        let mut path = Vec::new();
        let mut place = self.places.get(id).copied();
        while let Some(at) = place.filter(|at| *at > 0) {
            let member = &self.order[at];
            path.push(PathGroup {
                id: member.id.clone(),
                name: name(member.id),
                from_token: member.from_token,
            });
            place = member.through;
        }
        path.reverse();
        path
    }
}

#[cfg(test)]
mod tests;
