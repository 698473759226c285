//! What the journal tells.

use std::net::IpAddr;

use access::Timestamp;
use access::assignment::RoleAssignment;
use serde_json::{Map, Value, json};
use store::{Change, Kind, Record};

use crate::config::World;
use crate::provisioned;

/// Who did something.
#[derive(Clone, Debug)]
pub(crate) struct Actor {
    /// The object id; nothing for the holder of the operator's token, which has no name.
    pub(crate) principal: Option<String>,
    /// Its name, if it has one here.
    pub(crate) name: Option<String>,
    /// The way it came: `operator` for Entrada's own routes, `arm` for the management plane.
    pub(crate) via: &'static str,
    /// Where from.
    pub(crate) address: IpAddr,
}

/// Something that happened.
#[derive(Debug)]
pub(crate) enum Event<'a> {
    /// The server started.
    Started,
    /// The policy, which was that of this world, was changed.
    Changed(&'a Change, &'a World),
    /// Calls of one kind were refused.
    Refused(&'a Refused, u64),
    /// So many refusals were not written.
    Dropped(u64),
}

/// A refused call. Of the request, only what the refusal's line shows.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    /// The id that opens the explanation.
    pub(crate) id: String,
    pub(crate) status: u16,
    pub(crate) cause: &'static str,
    pub(crate) operation: String,
    pub(crate) resource: String,
    /// The caller's name, if it proved who it is.
    pub(crate) principal: Option<String>,
    pub(crate) address: IpAddr,
}

impl Refused {
    /// Whether both are told in one row.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        self.cause == other.cause
            && self.status == other.status
            && self.operation == other.operation
            && self.resource == other.resource
            && self.principal == other.principal
            && self.address == other.address
    }
}

impl Event<'_> {
    /// The row's text: a JSON object with its members in alphabetical order, so that reading and writing it
    /// again gives the same bytes.
    pub(super) fn body(&self, by: Option<&Actor>, now: Timestamp) -> String {
        let (kind, details) = match self {
            Self::Started => ("start", json!({ "version": env!("CARGO_PKG_VERSION") })),
            Self::Changed(change, world) => changed(change, world),
            Self::Refused(refused, count) => ("refusal", refusal(refused, *count)),
            Self::Dropped(count) => ("dropped", json!({ "refusals": count })),
        };
        let mut body = Map::new();
        body.insert("kind".to_owned(), kind.into());
        body.insert("time".to_owned(), now.to_string().into());
        body.insert(kind.to_owned(), details);
        if let Some(by) = by {
            let by = json!({
                "principal": by.principal,
                "name": by.name,
                "via": by.via,
                "address": by.address.to_string(),
            });
            body.insert("by".to_owned(), by);
        }
        Value::Object(body).to_string()
    }
}

/// The kind of a change, and what it is about.
fn changed(change: &Change, world: &World) -> (&'static str, Value) {
    match change {
        Change::Put(Record::RoleAssignment(assignment)) => ("grant", told(assignment, world)),
        Change::Remove(Kind::RoleAssignment, id) => {
            let mut known = world.policy.assignments.iter();
            let removed = known.find(|known| known.id.eq_ignore_ascii_case(id));
            let told = removed.map(|removed| told(removed, world));
            (
                "revoke",
                told.unwrap_or_else(|| json!({ "assignment": id })),
            )
        }
        Change::Put(Record::Resource(resource)) if provisioned::is_of_directory(&resource.id) => {
            ("write", provisioned::directory_told(resource))
        }
        Change::Put(record) => ("write", thing(record.kind(), &record.id(), world)),
        Change::Remove(kind, id) => ("delete", thing(*kind, id, world)),
    }
}

/// A role definition, a deny assignment or a resource, with the name that it had before.
fn thing(kind: Kind, id: &str, world: &World) -> Value {
    let policy = &world.policy;
    let is_it = |known: &str| known.eq_ignore_ascii_case(id);
    let name = match kind {
        Kind::RoleDefinition => {
            let mut roles = policy.roles.iter();
            roles
                .find(|role| is_it(&role.id.to_string()))
                .map(|role| &role.name)
        }
        Kind::DenyAssignment => {
            let mut denies = policy.denies.iter();
            denies.find(|deny| is_it(&deny.id)).map(|deny| &deny.name)
        }
        Kind::RoleAssignment | Kind::Resource => None,
    };
    json!({ "type": kind.as_str(), "id": id, "name": name })
}

/// A role assignment, with the names that its parts have now.
fn told(assignment: &RoleAssignment, world: &World) -> Value {
    let principal = assignment.principal.to_string();
    let role = world.policy.role(&assignment.role);
    json!({
        "assignment": &*assignment.id,
        "principal": principal,
        "name": world.principal(&principal).map(|known| &known.name),
        "role": assignment.role.to_string(),
        "role_name": role.map(|role| &role.name),
        "scope": assignment.scope.as_str(),
        "condition": assignment.condition.as_ref().map(access::condition::Condition::as_str),
        "eligible": assignment.eligible,
    })
}

fn refusal(refused: &Refused, count: u64) -> Value {
    json!({
        "id": refused.id,
        "status": refused.status,
        "cause": refused.cause,
        "operation": refused.operation,
        "resource": refused.resource,
        "principal": refused.principal,
        "address": refused.address.to_string(),
        "count": count,
    })
}
