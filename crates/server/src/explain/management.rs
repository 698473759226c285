//! Refusals of the management plane and of Graph.

use access::decision::{Denial, Verdict};
use access::token::TokenFault;
use doctor::evidence::user_agent;
use doctor::known::{Call, Refused};
use doctor::{Facts, RuleId};

use super::ring::{Known, Record};
use super::{Explanations, Told, facts, name_of};
use crate::authenticate::{Authority, Credential};
use crate::control_plane::{Attempt, Denied};
use crate::question::Names;
use crate::settings::Settings;
use crate::snapshot::Snapshot;

impl Explanations {
    /// Records a refusal, so that its explanation can be opened.
    pub(crate) fn record_management(
        &self,
        denied: &Denied,
        attempt: &Attempt<'_>,
        status: u16,
        snapshot: &Snapshot,
        authority: &Authority,
        settings: &Settings,
    ) -> Told {
        let id = uuid::Uuid::new_v4().to_string();
        let principal = attempt.caller().map(|caller| name_of(caller, snapshot));
        let Some(place) = self.place(principal.as_deref(), attempt.now) else {
            return Told::silently(id, cause(denied).as_str());
        };
        let call = Call {
            principal: principal.clone(),
            operation: Some(facts::quoted(&attempt.operation())),
            tenant: Some(snapshot.world.tenant.id.clone()),
            ..Call::default()
        };
        let cause = cause(denied).as_str();
        let mut facts = explained(denied, attempt, authority, &call);
        facts.extend(attempt.user_agent.map(user_agent).unwrap_or_default());
        let scope = attempt.found.as_ref().map(|found| &found.scope);
        let record = Record {
            id: id.clone(),
            time: attempt.now,
            count: 1,
            status,
            operation: facts::quoted(&attempt.operation()),
            place: scope.map_or_else(
                || "the management plane".to_owned(),
                |scope| facts::quoted(&snapshot.world.short_scope(scope)),
            ),
            command: grant_command(denied, attempt, snapshot),
            principal,
            cause,
            known: Known::Facts(Some(facts)),
        };
        self.keep(record, place, attempt.peer, settings);
        Told::at(place, id, cause)
    }
}

fn cause(denied: &Denied) -> RuleId {
    match denied {
        Denied::Action(decision) => {
            RuleId::of_decision(decision).unwrap_or(RuleId::ControlPlanePermissionMissing)
        }
        Denied::Token(fault) => RuleId::of_token_fault(fault),
        Denied::Credential(fault) => RuleId::of_refused(&facts::credential(*fault)),
        Denied::ApiVersionMissing => RuleId::of_refused(&Refused::ApiVersionMissing),
    }
}

fn explained(denied: &Denied, attempt: &Attempt<'_>, authority: &Authority, call: &Call) -> Facts {
    match denied {
        Denied::Action(decision) => Facts::from_denial(decision, call),
        Denied::Token(fault) => {
            Facts::from_token_faults(&token_faults(fault, attempt, authority), call)
        }
        Denied::Credential(fault) => Facts::from_refused(&facts::credential(*fault), call),
        Denied::ApiVersionMissing => Facts::from_refused(&Refused::ApiVersionMissing, call),
    }
}

/// Every fault of the token, the one that decided first.
fn token_faults(
    fault: &TokenFault,
    attempt: &Attempt<'_>,
    authority: &Authority,
) -> Vec<TokenFault> {
    let mut faults = match attempt.presented.credential {
        Credential::Token(token) => authority.faults(token, attempt.family, attempt.now),
        Credential::Key(..) | Credential::None => Vec::new(),
    };
    if faults.first() != Some(fault) {
        faults.insert(0, fault.clone());
    }
    faults
}

/// The command that mends a missing role on this very server.
fn grant_command(denied: &Denied, attempt: &Attempt<'_>, snapshot: &Snapshot) -> Option<String> {
    let Denied::Action(decision) = denied else {
        return None;
    };
    // Neither a deny assignment nor a condition goes away by a further role.
    if decision.verdict == Verdict::Denied(Denial::DenyAssignment) {
        return None;
    }
    let role = &decision.suggested_role.as_ref()?.name;
    let caller = attempt.caller()?;
    let id = caller.principal.to_string();
    let name = match snapshot.world.principal(&id) {
        Some(known) => known.name.clone(),
        None => id,
    };
    let scope = snapshot.world.short_scope(&decision.scope);
    Some(format!("entrada grant {name} \"{role}\" {scope}"))
}
