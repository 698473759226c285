//! Changes of the directory: people, groups and their members, applications with their passwords and principals.
//!
//! In Entra, roles of the directory decide who may do this; here nobody has such roles. Whoever is put into a
//! group holds the group's roles, so changing it takes the right to give any role anywhere: to write role
//! assignments, without a condition, in every subscription and wherever else roles are assigned.

mod applications;
mod groups;
mod users;

use access::Timestamp;
use access::condition::Attributes;
use access::principal::PrincipalId;
use access::scope::Scope;
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use store::Change;

use super::GraphFault;
use super::directory::Directory;
use crate::app::App;
use crate::audit::Actor;
use crate::authenticate::Identity;
use crate::control_plane::permit;
use crate::policy::Plan;
use crate::provisioned::{self, DirectoryPlace};
use crate::route::table::GraphChange;
use crate::snapshot::Snapshot;

/// People, groups, and applications, that there may be.
const LIMIT: usize = 500;

const OF_ENTRA: &str = "The directory of a real tenant is Entra's to change.";

/// A change that somebody asked for.
pub(super) struct Asked<'a> {
    pub(super) app: &'a App,
    pub(super) caller: &'a Identity,
    pub(super) actor: Actor,
    /// What the path names.
    pub(super) names: &'a [String],
    pub(super) body: Bytes,
    pub(super) now: Timestamp,
}

/// Status and body of an answer.
type Answer = Result<(StatusCode, String), GraphFault>;

/// Whether somebody may change the directory.
///
/// # Errors
/// They may not give every role everywhere.
pub(super) fn permitted(
    snapshot: &Snapshot,
    caller: &Identity,
    now: Timestamp,
) -> Result<(), GraphFault> {
    const ACTION: &str = "Microsoft.Authorization/roleAssignments/write";
    let world = &snapshot.world;
    if world.entra.is_some() {
        return Err(GraphFault::Unchangeable(OF_ENTRA));
    }
    let subscriptions: Vec<Scope> = world
        .subscriptions
        .iter()
        .filter_map(|one| Scope::parse(&format!("/subscriptions/{}", one.id)).ok())
        .collect();
    let assigned = world.policy.assignments.iter().map(|one| &one.scope);
    let elsewhere = assigned.filter(|scope| {
        !subscriptions
            .iter()
            .any(|subscription| scope.is_at_or_below(subscription))
    });
    // At the root it is asked too where there is nothing below.
    let root = subscriptions.is_empty().then(Scope::root);
    for scope in subscriptions.iter().chain(elsewhere).chain(&root) {
        permit::allows(snapshot, caller, ACTION, scope, Attributes::default(), now)?;
    }
    Ok(())
}

impl Asked<'_> {
    pub(super) async fn perform(&self, change: GraphChange) -> Answer {
        match change {
            GraphChange::CreateUser => self.create_user().await,
            GraphChange::UpdateUser => self.update_user().await,
            GraphChange::DeleteUser => self.delete_user().await,
            GraphChange::RevokeSignIns => self.revoke_sign_ins().await,
            GraphChange::CreateGroup => self.create_group().await,
            GraphChange::DeleteGroup => self.delete_group().await,
            GraphChange::AddMember => self.add_member().await,
            GraphChange::RemoveMember => self.remove_member().await,
            GraphChange::CreateApplication => self.create_application().await,
            GraphChange::UpdateApplication => self.update_application().await,
            GraphChange::DeleteApplication => self.delete_application().await,
            GraphChange::AddPassword => self.add_password().await,
            GraphChange::RemovePassword => self.remove_password().await,
            GraphChange::CreateServicePrincipal => self.create_service_principal().await,
            GraphChange::DeleteServicePrincipal => self.delete_service_principal().await,
        }
    }

    /// Changes the directory by what `plan` makes of its present state; whoever asks must be permitted still.
    async fn change(
        &self,
        plan: impl FnOnce(&Snapshot) -> Result<Vec<Change>, GraphFault>,
    ) -> Result<(), GraphFault> {
        let changed = self.app.policy.change(&self.actor, |snapshot| {
            permitted(snapshot, self.caller, self.now)?;
            let changes = plan(snapshot)?;
            Ok::<_, GraphFault>(Plan {
                changes,
                answer: (),
            })
        });
        changed.await.map_err(|_| GraphFault::Internal)??;
        match &self.app.local {
            Some(local) => local
                .follow(&self.app.snapshot)
                .map_err(|_| GraphFault::Internal),
            None => Ok(()),
        }
    }

    fn created(&self, id: &PrincipalId) -> Answer {
        let snapshot = self.app.snapshot.load_full();
        let object = Directory::new(&snapshot).by_id(&id.to_string());
        let object = object.ok_or(GraphFault::Internal)?;
        Ok((StatusCode::CREATED, super::json(&object)?))
    }

    fn name(&self, place: usize) -> &str {
        self.names.get(place).map_or("", String::as_str)
    }

    fn json<T: DeserializeOwned>(&self) -> Result<T, GraphFault> {
        let bad = |_| GraphFault::Bad("Unable to read JSON request payload.".to_owned());
        serde_json::from_slice(&self.body).map_err(bad)
    }
}

fn nothing() -> Answer {
    Ok((StatusCode::NO_CONTENT, String::new()))
}

fn put(place: &DirectoryPlace, record: &impl serde::Serialize) -> Result<Change, GraphFault> {
    provisioned::put_in_directory(place, record).map_err(|_| GraphFault::Internal)
}

fn checked_name(name: &str) -> Result<String, GraphFault> {
    let fits = (1..=256).contains(&name.chars().count()) && !name.chars().any(char::is_control);
    if fits && !name.trim().is_empty() {
        Ok(name.to_owned())
    } else {
        let problem = "Invalid value specified for property 'displayName' of resource.";
        Err(GraphFault::Bad(problem.to_owned()))
    }
}

fn full() -> GraphFault {
    GraphFault::Bad("There may be no more of these.".to_owned())
}

fn shortened(text: &str) -> String {
    text.chars().take(200).collect()
}
