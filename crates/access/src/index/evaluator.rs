//! Many questions of one index, each with a bare answer.

use hashbrown::HashMap;

use super::{Folded, Index, Place, TIME_BOUND};
use crate::Timestamp;
use crate::action::Plane;
use crate::condition::Truth;
use crate::decide::Question;
use crate::scope::Scope;
use crate::text::fold;

/// The most results that are remembered; then remembering starts afresh.
const MAX_REMEMBERED: usize = 4 << 20;

/// A verdict without its reasons. The order is that of step 5 of [`crate::decide`]: of what several
/// assignments come to, the greatest counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// No.
    Denied,
    /// A role is assigned whose definition is not known.
    Unknown,
    /// It hangs on an attribute that was not supplied.
    Conditional,
    /// Yes.
    Allowed,
}

impl Outcome {
    /// `allowed`, `denied`, `unknown` or `conditional`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Denied => "denied",
            Self::Unknown => "unknown",
            Self::Conditional => "conditional",
            Self::Allowed => "allowed",
        }
    }
}

impl From<crate::decision::Verdict> for Outcome {
    fn from(verdict: crate::decision::Verdict) -> Self {
        use crate::decision::Verdict;
        match verdict {
            Verdict::Allowed => Self::Allowed,
            Verdict::Denied(_) => Self::Denied,
            Verdict::Unknown => Self::Unknown,
            Verdict::Conditional => Self::Conditional,
        }
    }
}

/// Asks an index many questions, remembering what each grant comes to for each action and who
/// belongs to which groups. Memory is bounded; what is remembered never changes an answer.
#[derive(Debug)]
pub struct Evaluator<'i> {
    index: &'i Index,
    /// By plane, then by action as spelled.
    columns: [HashMap<String, Column>; 2],
    /// Of callers that are in groups.
    closures: HashMap<u32, Vec<u32>>,
    /// How much is remembered, for the bound.
    remembered: usize,
    scope: Option<Scope>,
    place: Place,
    closure: Vec<u32>,
}

/// What the grants and the deny assignments come to for one action, as far as it was asked.
#[derive(Debug)]
struct Column {
    folded: String,
    grants: Vec<Option<Outcome>>,
    denies: Vec<Option<Truth>>,
}

impl<'i> Evaluator<'i> {
    pub(super) fn new(index: &'i Index) -> Self {
        Self {
            index,
            columns: [HashMap::new(), HashMap::new()],
            closures: HashMap::new(),
            remembered: 0,
            scope: None,
            place: Place::default(),
            closure: Vec::new(),
        }
    }

    /// The index that is asked.
    pub fn index(&self) -> &'i Index {
        self.index
    }

    /// The verdict of [`crate::decide::decide`], without its reasons.
    pub fn decide(&mut self, question: &Question<'_>) -> Outcome {
        self.make_room();
        let index = self.index;
        if self.scope.as_ref() != Some(question.scope) {
            index.find_place(question.scope, &mut self.place);
            self.scope = Some(question.scope.clone());
        }
        self.find_closure(question);
        let columns = &mut self.columns[usize::from(question.plane == Plane::Data)];
        let remembered = &mut self.remembered;
        let column = columns.entry_ref(question.action).or_insert_with(|| {
            *remembered += index.grants.len() + index.denies.len() + 16;
            Column::new(index, question.action)
        });
        answer(
            index,
            column,
            question.plane,
            question.now,
            &self.closure,
            &self.place,
        )
    }

    /// The caller and its groups, into `self.closure`.
    fn find_closure(&mut self, question: &Question<'_>) {
        let index = self.index;
        self.closure.clear();
        if !question.groups.is_empty() {
            self.closure = index.closure(question.principal, question.groups);
            return;
        }
        let Some(caller) = index.principals.find(question.principal) else {
            return;
        };
        if index.parents.of(caller).is_empty() {
            self.closure.push(caller);
            return;
        }
        let remembered = &mut self.remembered;
        let closure = self.closures.entry(caller).or_insert_with(|| {
            let closure = index.closure(question.principal, &[]);
            *remembered += closure.len() + 8;
            closure
        });
        self.closure.extend_from_slice(closure);
    }

    fn make_room(&mut self) {
        if self.remembered > MAX_REMEMBERED {
            self.columns.iter_mut().for_each(HashMap::clear);
            self.closures.clear();
            self.remembered = 0;
        }
    }
}

impl Column {
    fn new(index: &Index, action: &str) -> Self {
        Self {
            folded: fold(action).into_owned(),
            grants: vec![None; index.grants.len()],
            denies: vec![None; index.denies.len()],
        }
    }
}

fn answer(
    index: &Index,
    column: &mut Column,
    plane: Plane,
    now: Timestamp,
    closure: &[u32],
    place: &Place,
) -> Outcome {
    let question = Folded {
        action: &column.folded,
        plane,
    };
    let mut may_deny = false;
    for (number, deny) in index.denies_at(place) {
        let truth = *column.denies[number as usize]
            .get_or_insert_with(|| index.deny_truth(deny, &question));
        if truth != Truth::False && deny.means(closure) {
            if truth == Truth::True {
                return Outcome::Denied;
            }
            may_deny = true;
        }
    }
    let mut best = Outcome::Denied;
    index.each_held(closure, place, |held| {
        let number = (held.grant & !TIME_BOUND) as usize;
        let outcome = *column.grants[number]
            .get_or_insert_with(|| index.grant_outcome(&index.grants[number], &question));
        if outcome > best && index.in_force(held, now) {
            best = outcome;
        }
        best != Outcome::Allowed
    });
    match best {
        Outcome::Allowed if may_deny => Outcome::Conditional,
        best => best,
    }
}
