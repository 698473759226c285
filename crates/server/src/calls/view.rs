//! Calls and counts as Entrada's own API shows them.

use access::operation::ModelFormat;
use wire::entrada::{CallCount, CallRecord, CallRefused};

use super::tally::What;
use super::{Asked, Call, Count, Did, Who};
use crate::authenticate::Caller;
use crate::config::World;

/// What holders of keys are called.
const KEY_HOLDER: &str = "a key holder";

/// A call, with the names that people know.
pub(crate) fn shown(call: Call, world: &World) -> CallRecord {
    let (principal, principal_id) = match &call.caller {
        None => (None, None),
        Some(Caller::KeyHolder) => (Some(KEY_HOLDER.to_owned()), None),
        Some(Caller::Principal(identity)) => {
            let id = identity.principal.to_string();
            (Some(name(world, &id)), Some(id))
        }
    };
    let (operation, resource, deployment) = match &call.asked {
        Asked::Inference {
            operation,
            account,
            project,
            deployment,
        } => (
            operation.to_string(),
            Some(project.as_ref().unwrap_or(&account.scope).to_string()),
            deployment
                .as_ref()
                .map(|deployment| deployment.name.to_string()),
        ),
        Asked::Management(found) => (
            format!("{} {}", found.row.method, found.row.path),
            Some(found.scope.to_string()),
            None,
        ),
        Asked::Other(text) => (text.clone(), None, None),
    };
    CallRecord {
        sequence: call.sequence,
        time: call.time.to_string(),
        microseconds: u64::try_from(call.took.as_micros()).unwrap_or(u64::MAX),
        status: call.status,
        principal,
        principal_id,
        operation,
        resource,
        deployment,
        refused: call.refused.map(|refused| CallRefused {
            id: refused.id,
            cause: refused.cause.to_owned(),
        }),
    }
}

/// A count, with the action that a role must permit; `None` when its account is gone.
pub(crate) fn counted(did: &Did, count: Count, world: &World) -> Option<CallCount> {
    let (principal, principal_id) = match &did.who {
        Who::KeyHolder => (KEY_HOLDER.to_owned(), None),
        Who::Principal(id) => (name(world, &id.to_string()), Some(id.to_string())),
    };
    let (operation, action, resource, deployment) = match &did.what {
        What::Inference {
            operation,
            account,
            project,
            deployment,
        } => {
            let account = world.account(account)?;
            let known = deployment
                .as_deref()
                .and_then(|name| account.deployment(name));
            let format = known.map_or(&ModelFormat::OpenAi, |known| &known.model.format);
            let action = world.endpoint.operations.data_action(*operation, format);
            (
                Some(operation.to_string()),
                action.as_str().to_owned(),
                project.as_ref().unwrap_or(&account.scope).to_string(),
                deployment.as_deref().map(str::to_owned),
            )
        }
        What::Action { action, scope } => (None, (*action).to_owned(), scope.to_string(), None),
    };
    Some(CallCount {
        principal,
        principal_id,
        plane: if operation.is_some() {
            "data"
        } else {
            "control"
        }
        .to_owned(),
        operation,
        action,
        resource,
        deployment,
        permitted: count.permitted,
        refused: count.refused,
        first: count.first.to_string(),
        last: count.last.to_string(),
    })
}

fn name(world: &World, id: &str) -> String {
    let known = world.principal(id);
    known.map_or_else(|| id.to_owned(), |known| known.name.clone())
}
