//! Questions about access, and changes to it.

use std::borrow::Cow;

use access::action::Plane;
use access::assignment::RoleAssignment;
use access::decide::Question;
use access::decision::Decision;
use access::role::RoleDefinition;
use access::scope::Scope;
use access::who::{Holder, who_can_by, who_could};
use bytes::Bytes;
use wire::entrada::{
    CheckAnswer, CheckQuestion, GrantAnswer, GrantRequest, RevokeAnswer, WhoCanAnswer, WhoCanEntry,
    WhoCanQuestion,
};

use super::{Answer, Trouble, json, read, unknown};
use crate::app::App;
use crate::audit::Actor;
use crate::clock;
use crate::config::{Principal, World, assignment_id};
use crate::question::{self, Asked};
use crate::wording;

/// `POST /entrada/check`
pub(super) fn check(app: &App, body: &Bytes) -> Answer {
    let asked: CheckQuestion = read(body)?;
    let snapshot = app.snapshot.load();
    let world = &snapshot.world;
    let principal = &*find_principal(world, &asked.principal)?;
    let scope = find_scope(world, &asked.resource)?;
    let Asked { action, plane, .. } = find_operation(world, &asked.operation, &scope)?;
    let decision = snapshot.index.decide(&Question {
        principal: &principal.id,
        groups: &[],
        action: &action,
        plane,
        scope: &scope,
        now: clock::now(),
    });
    json(&check_answer(principal, &decision, world))
}

fn check_answer(principal: &Principal, decision: &Decision, world: &World) -> CheckAnswer {
    let role = decision
        .suggested_role
        .as_ref()
        .map(|role| role.name.clone());
    let fix = match (&role, decision.is_allowed()) {
        (Some(role), false) => {
            let scope = question::short_scope(world, &decision.scope);
            Some(format!(
                "entrada grant {} \"{role}\" {scope}",
                principal.name
            ))
        }
        _ => None,
    };
    CheckAnswer {
        decision: decision.verdict.as_str().to_owned(),
        principal: principal.name.clone(),
        action: decision.action.clone(),
        data: decision.plane == Plane::Data,
        scope: decision.scope.to_string(),
        summary: wording::summary(decision, &principal.name),
        steps: decision.steps.iter().map(wording::step).collect(),
        near_misses: near_misses(decision, world),
        near_misses_total: decision.near_miss_total,
        least_privileged_role: role,
        fix,
    }
}

fn near_misses(decision: &Decision, world: &World) -> Vec<String> {
    let misses = decision.near_misses.iter();
    let mut misses: Vec<String> = misses.map(access::decision::NearMiss::summary).collect();
    if world.entra.is_some() && !decision.is_allowed() {
        misses.push(
            "groups that only a token names are not known here: a call may be allowed through one"
                .to_owned(),
        );
    }
    misses
}

/// `POST /entrada/who-can`
pub(super) fn who_can(app: &App, body: &Bytes) -> Answer {
    let asked: WhoCanQuestion = read(body)?;
    let snapshot = app.snapshot.load();
    let world = &snapshot.world;
    let scope = find_scope(world, &asked.resource)?;
    let Asked { action, plane, .. } = find_operation(world, &asked.operation, &scope)?;
    let now = clock::now();
    let found = who_can_by(&snapshot.index, &action, plane, &scope, now);
    let eligible = if asked.eligible {
        who_could(&snapshot.index, &action, plane, &scope, now)
    } else {
        Vec::new()
    };
    let name_of = |id: &access::principal::PrincipalId| {
        world
            .principals
            .iter()
            .find(|known| known.id == *id)
            .map_or_else(|| id.to_string(), |known| known.name.clone())
    };
    let entry = |holder: Holder| WhoCanEntry {
        principal: name_of(&holder.principal),
        id: holder.principal.to_string(),
        decision: holder.outcome.as_str().to_owned(),
        role: holder
            .by
            .as_ref()
            .and_then(|by| by.role_name.clone())
            .unwrap_or_default(),
        scope: holder
            .by
            .as_ref()
            .map(|by| by.scope.to_string())
            .unwrap_or_default(),
        through: holder
            .by
            .iter()
            .flat_map(|by| &by.path)
            .map(|group| group.name.clone())
            .collect(),
    };
    json(&WhoCanAnswer {
        principals: found.holders.into_iter().map(entry).collect(),
        eligible: eligible.into_iter().map(entry).collect(),
        action,
        scope: scope.to_string(),
    })
}

/// `POST /entrada/grant`: durable before it is acknowledged.
pub(super) async fn grant(app: &App, body: &Bytes, by: &Actor) -> Answer {
    let asked: GrantRequest = read(body)?;
    let world = app.snapshot.load().world.clone();
    let principal = &*find_principal(&world, &asked.principal)?;
    let role = find_role(&world, &asked.role)?;
    let scope = find_scope(&world, &asked.scope)?;
    let id = assignment_id(&principal.id, &role.id, &scope);
    let mut assignment =
        RoleAssignment::new(&id, principal.id.clone(), role.id.clone(), scope.clone());
    assignment.principal_kind = principal.kind();
    assignment.created = Some(clock::now());
    let created = app.policy.grant(assignment, by).await?;
    json(&GrantAnswer {
        id,
        principal: principal.name.clone(),
        role: role.name.clone(),
        scope: scope.to_string(),
        created,
        effective_in_seconds: if created {
            world.endpoint.propagation_seconds
        } else {
            0
        },
    })
}

/// `POST /entrada/revoke`: every assignment of that role to that principal at that scope.
pub(super) async fn revoke(app: &App, body: &Bytes, by: &Actor) -> Answer {
    let asked: GrantRequest = read(body)?;
    let world = app.snapshot.load().world.clone();
    let principal = &*find_principal(&world, &asked.principal)?;
    let role = find_role(&world, &asked.role)?;
    let scope = find_scope(&world, &asked.scope)?;
    let removed = app
        .policy
        .revoke(&principal.id, &role.id, &scope, by)
        .await?;
    json(&RevokeAnswer { removed })
}

pub(super) fn find_principal<'world>(
    world: &'world World,
    name: &str,
) -> Result<Cow<'world, Principal>, Trouble> {
    world.principal_or_object_id(name).ok_or_else(|| {
        let known: Vec<_> = world
            .principals
            .iter()
            .take(40)
            .map(|known| known.name.as_str())
            .collect();
        unknown("principal", name, &known.join(", "))
    })
}

fn find_role<'world>(world: &'world World, name: &str) -> Result<&'world RoleDefinition, Trouble> {
    let id = access::role::RoleId::parse(name);
    world
        .policy
        .role_by_name(name)
        .or_else(|| world.policy.role(&id))
        .ok_or_else(|| {
            unknown(
                "role",
                name,
                "the built-in roles around inference (`entrada rules roles`) and [[role]] entries",
            )
        })
}

fn find_scope(world: &World, text: &str) -> Result<Scope, Trouble> {
    world.scope(text).ok_or_else(|| {
        let known: Vec<_> = world
            .accounts
            .iter()
            .take(40)
            .map(|known| &*known.name)
            .collect();
        unknown("resource", text, &known.join(", "))
    })
}

fn find_operation(world: &World, text: &str, scope: &Scope) -> Result<Asked, Trouble> {
    question::read(world, text, scope)
        .ok_or_else(|| unknown("operation", text, &question::short_names()))
}
