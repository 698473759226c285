//! What a principal may do at all.

use access::action::Plane;
use access::decide::Question;
use access::decision::{Denial, Verdict};
use access::effective::{self, Block, Denied, Effective, Holding};
use access::index::{Evaluator, Outcome};
use access::operation::{Formats, Operation};
use access::scope::Scope;
use wire::entrada::{
    DenialEntry, EffectiveAnswer, EffectiveAt, EffectiveQuestion, HoldingEntry, OperationEntry,
    PermissionEntry,
};

use super::{Asker, Named, UnknownName, through};

/// The most places that an answer lists.
const MAX_SCOPES: usize = 50;
/// The most assignments, permissions and denials of one place that an answer lists.
const MAX_ENTRIES: usize = 100;

impl Asker<'_> {
    /// What this principal may do, at one place or wherever it holds something.
    ///
    /// # Errors
    /// A name means nothing.
    pub fn effective(&self, asked: &EffectiveQuestion) -> Result<EffectiveAnswer, UnknownName> {
        let principal = self.principal(&asked.principal)?;
        let mut scopes = match &asked.scope {
            Some(scope) => vec![self.scope(scope)?],
            None => self.places_of(&principal),
        };
        let scopes_total = scopes.len();
        scopes.truncate(MAX_SCOPES);
        let mut evaluator = self.index.evaluator();
        let at = scopes
            .iter()
            .map(|scope| self.effective_at(&principal, scope, &mut evaluator));
        Ok(EffectiveAnswer {
            scopes: at.collect(),
            scopes_total,
            principal: principal.name.clone(),
            id: principal.id.to_string(),
            not_known: self.names.not_known(),
        })
    }

    /// Where the principal holds something, and the accounts there.
    fn places_of(&self, principal: &Named) -> Vec<Scope> {
        let mut places = effective::scopes(self.index, &principal.id, &[]);
        for account in self.names.accounts() {
            let reached = places
                .iter()
                .any(|place| self.index.is_within(&account, place));
            if reached && !places.contains(&account) {
                places.push(account);
            }
        }
        places.sort();
        places
    }

    fn effective_at(
        &self,
        principal: &Named,
        scope: &Scope,
        evaluator: &mut Evaluator<'_>,
    ) -> EffectiveAt {
        let found = effective::at(self.index, &principal.id, &[], scope, self.now);
        let blocks = found.blocks();
        let operations = self.operations_at(principal, &found, evaluator);
        EffectiveAt {
            scope: scope.to_string(),
            assignments_total: found.holdings.len(),
            assignments: first(&found.holdings, holding_entry),
            permissions_total: blocks.len(),
            permissions: first(&blocks, permission_entry),
            denies_total: found.denies.len(),
            denies: first(&found.denies, denial_entry),
            operations,
        }
    }

    /// The data actions of the endpoint for which the answer is not plainly no.
    fn operations_at(
        &self,
        principal: &Named,
        found: &Effective<'_>,
        evaluator: &mut Evaluator<'_>,
    ) -> Vec<OperationEntry> {
        let table = self.names.operations();
        let mut operations = Vec::new();
        for action in table.data_actions() {
            let rows = table.rows().iter();
            let served: Vec<String> = rows
                .filter(|row| row.data_action == *action)
                .filter(|row| Operation::find(&row.method, &row.template).is_some())
                .map(|row| match &row.formats {
                    Formats::Any => format!("{} {}", row.method, row.template),
                    Formats::NotOpenAi => {
                        format!("{} {} (models not of OpenAI)", row.method, row.template)
                    }
                    Formats::Named(format) => {
                        format!("{} {} (models of {format})", row.method, row.template)
                    }
                })
                .collect();
            if served.is_empty() {
                continue;
            }
            let question = Question {
                principal: &principal.id,
                groups: &[],
                action: action.as_str(),
                plane: Plane::Data,
                scope: &found.scope,
                now: self.now,
            };
            let outcome = evaluator.decide(&question);
            if outcome == Outcome::Denied && !self.is_taken_away(found, &question) {
                continue;
            }
            operations.push(OperationEntry {
                action: action.to_string(),
                decision: outcome.as_str().to_owned(),
                operations: served,
            });
        }
        operations
    }

    /// Whether a deny assignment takes away what an assignment in force permits.
    fn is_taken_away(&self, found: &Effective<'_>, question: &Question<'_>) -> bool {
        if found.denies.is_empty() {
            return false;
        }
        let decision = self.index.decide(question);
        decision.verdict == Verdict::Denied(Denial::DenyAssignment)
            && found
                .blocks()
                .iter()
                .any(|block| block.names(question.action, question.plane))
    }
}

fn first<T, E>(all: &[T], entry: impl Fn(&T) -> E) -> Vec<E> {
    all.iter().take(MAX_ENTRIES).map(entry).collect()
}

fn holding_entry(holding: &Holding<'_>) -> HoldingEntry {
    let name = holding.definition.map(|role| role.name.clone());
    HoldingEntry {
        id: holding.assignment.to_string(),
        role_known: name.is_some(),
        role: name.unwrap_or_else(|| holding.role.to_string()),
        scope: holding.scope.to_string(),
        through: through(&holding.path),
        state: holding.state.as_str().to_owned(),
        when: holding.when.map(|when| when.to_string()),
        condition: holding
            .condition
            .as_ref()
            .map(|one| one.as_str().to_owned()),
    }
}

fn permission_entry(block: &Block) -> PermissionEntry {
    let texts =
        |list: &[access::action::ActionPattern]| list.iter().map(ToString::to_string).collect();
    PermissionEntry {
        data: block.plane == Plane::Data,
        actions: texts(&block.patterns),
        except: texts(&block.exclusions),
        conditions: block
            .conditions
            .iter()
            .map(|one| one.as_str().to_owned())
            .collect(),
        from: block.from.iter().map(ToString::to_string).collect(),
    }
}

fn denial_entry(denied: &Denied<'_>) -> DenialEntry {
    let blocks = denied.blocks();
    DenialEntry {
        id: denied.assignment.id.to_string(),
        name: denied.assignment.name.clone(),
        scope: denied.assignment.scope.to_string(),
        through: through(&denied.path),
        denied: blocks.iter().map(permission_entry).collect(),
    }
}
