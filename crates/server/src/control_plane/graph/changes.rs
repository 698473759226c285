//! Changes of the directory: groups and their members, applications with their passwords and principals.
//!
//! In Entra, roles of the directory decide who may do this; here nobody has such roles. Whoever is put into a
//! group holds the group's roles, so changing it takes the right to give any role anywhere: to write role
//! assignments, without a condition, in every subscription and wherever else roles are assigned.

use access::Timestamp;
use access::condition::Attributes;
use access::principal::PrincipalId;
use access::scope::Scope;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use store::{Change, Kind};
use wire::graph::{
    AddPasswordRequest, ApplicationRequest, GroupRequest, ReferenceRequest, RemovePasswordRequest,
    ServicePrincipalRequest,
};

use super::GraphFault;
use super::directory::{self, Directory};
use crate::app::App;
use crate::audit::Actor;
use crate::authenticate::Identity;
use crate::config::{PrincipalDetails, World};
use crate::control_plane::permit;
use crate::policy::Plan;
use crate::provisioned::{
    self, ApplicationRecord, DirectoryGroupRecord as GroupRecord, DirectoryPlace, PasswordRecord,
};
use crate::route::table::{GraphChange, ObjectKind};
use crate::snapshot::Snapshot;
use crate::token_service::directory::sha256;
use crate::token_service::random;

/// Groups, and applications, that there may be.
const LIMIT: usize = 500;

/// Members of a group, and passwords of an application.
const MEMBERS: usize = 1000;
const PASSWORDS: usize = 20;

/// How long a password lasts if nobody says.
const PASSWORD_LIFETIME: i64 = 2 * 365 * 24 * 3600;

const DECLARED: &str = "This application is declared by the configuration, and changed there.";
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
    for scope in subscriptions.iter().chain(elsewhere) {
        permit::allows(snapshot, caller, ACTION, scope, Attributes::default(), now)?;
    }
    Ok(())
}

impl Asked<'_> {
    pub(super) async fn perform(&self, change: GraphChange) -> Answer {
        match change {
            GraphChange::CreateGroup => self.create_group().await,
            GraphChange::DeleteGroup => self.delete_group().await,
            GraphChange::AddMember => self.add_member().await,
            GraphChange::RemoveMember => self.remove_member().await,
            GraphChange::CreateApplication => self.create_application().await,
            GraphChange::UpdateApplication => {
                let asked: ApplicationRequest = self.json()?;
                let name = asked
                    .display_name
                    .as_deref()
                    .map(checked_name)
                    .transpose()?;
                self.change_application(|record| {
                    record.name = name.unwrap_or_else(|| record.name.clone());
                    Ok(())
                })
                .await?;
                nothing()
            }
            GraphChange::DeleteApplication => self.delete_application().await,
            GraphChange::AddPassword => self.add_password().await,
            GraphChange::RemovePassword => {
                let asked: RemovePasswordRequest = self.json()?;
                self.change_application(|record| {
                    let before = record.passwords.len();
                    let other =
                        |one: &PasswordRecord| !one.key_id.eq_ignore_ascii_case(&asked.key_id);
                    record.passwords.retain(other);
                    if record.passwords.len() == before {
                        return Err(GraphFault::Bad(
                            "No password credential found with keyId.".to_owned(),
                        ));
                    }
                    Ok(())
                })
                .await?;
                nothing()
            }
            GraphChange::CreateServicePrincipal => self.create_service_principal().await,
            GraphChange::DeleteServicePrincipal => self.delete_service_principal().await,
        }
    }

    async fn create_group(&self) -> Answer {
        let asked: GroupRequest = self.json()?;
        if asked.mail_enabled || !asked.security_enabled {
            let problem = "Groups here are security groups without a mailbox.";
            return Err(GraphFault::Bad(problem.to_owned()));
        }
        let record = GroupRecord {
            name: checked_name(&asked.display_name)?,
            nickname: checked_name(&asked.mail_nickname)?,
            description: asked.description.filter(|text| text.len() <= 1024),
            members: Vec::new(),
        };
        let id = PrincipalId::new(&random::guid());
        self.change(|snapshot| {
            if snapshot.world.policy.groups.len() >= LIMIT {
                return Err(full());
            }
            Ok(vec![put(&DirectoryPlace::Group(id.clone()), &record)?])
        })
        .await?;
        self.created(&id)
    }

    async fn delete_group(&self) -> Answer {
        let id = PrincipalId::new(self.name(0));
        self.change(|snapshot| {
            record_of(&snapshot.world, &id)?;
            let place = DirectoryPlace::Group(id.clone());
            Ok(vec![Change::Remove(Kind::Resource, place.id())])
        })
        .await?;
        nothing()
    }

    async fn add_member(&self) -> Answer {
        let asked: ReferenceRequest = self.json()?;
        let member = asked.object.rsplit('/').next().unwrap_or_default();
        let (id, member) = (PrincipalId::new(self.name(0)), PrincipalId::new(member));
        self.change(|snapshot| {
            let mut record = record_of(&snapshot.world, &id)?;
            let known = Directory::new(snapshot).by_id(&member.to_string());
            if known.is_none() || member == id {
                return Err(GraphFault::NotFound(shortened(&member.to_string())));
            }
            let member = member.to_string();
            if record.members.contains(&member) {
                let problem = "One or more added object references already exist for the following \
                               modified properties: 'members'.";
                return Err(GraphFault::Bad(problem.to_owned()));
            }
            if record.members.len() >= MEMBERS {
                return Err(full());
            }
            record.members.push(member);
            Ok(vec![put(&DirectoryPlace::Group(id.clone()), &record)?])
        })
        .await?;
        nothing()
    }

    async fn remove_member(&self) -> Answer {
        let id = PrincipalId::new(self.name(0));
        let member = PrincipalId::new(self.name(1)).to_string();
        self.change(|snapshot| {
            let mut record = record_of(&snapshot.world, &id)?;
            let before = record.members.len();
            record.members.retain(|known| *known != member);
            if record.members.len() == before {
                return Err(GraphFault::NotFound(shortened(&member)));
            }
            Ok(vec![put(&DirectoryPlace::Group(id.clone()), &record)?])
        })
        .await?;
        nothing()
    }

    async fn create_application(&self) -> Answer {
        let asked: ApplicationRequest = self.json()?;
        if !asked.key_credentials.is_empty() {
            let problem = "Certificates of applications are the configuration's to say.";
            return Err(GraphFault::Bad(problem.to_owned()));
        }
        let record = ApplicationRecord {
            name: checked_name(asked.display_name.as_deref().unwrap_or_default())?,
            client_id: random::guid(),
            service_principal: None,
            passwords: Vec::new(),
        };
        let id = random::guid();
        self.change(|snapshot| {
            if snapshot.world.directory.applications.len() >= LIMIT {
                return Err(full());
            }
            Ok(vec![put(
                &DirectoryPlace::Application(id.clone()),
                &record,
            )?])
        })
        .await?;
        let shown = directory::registration(&id, &record);
        Ok((StatusCode::CREATED, super::json(&shown)?))
    }

    async fn delete_application(&self) -> Answer {
        self.change(|snapshot| {
            let (id, _) = registered(&snapshot.world, self.name(0))?;
            let place = DirectoryPlace::Application(id);
            Ok(vec![Change::Remove(Kind::Resource, place.id())])
        })
        .await?;
        nothing()
    }

    async fn add_password(&self) -> Answer {
        let asked: AddPasswordRequest = match self.body.is_empty() {
            true => AddPasswordRequest::default(),
            false => self.json()?,
        };
        let asked = asked.password_credential;
        let time = |text: Option<&str>, otherwise: Timestamp| match text {
            None => Ok(otherwise),
            Some(text) => Timestamp::parse(text)
                .map_err(|error| GraphFault::Bad(format!("Invalid date: {error}."))),
        };
        let starts = time(asked.start_date_time.as_deref(), self.now)?;
        let ends = time(
            asked.end_date_time.as_deref(),
            starts.plus(PASSWORD_LIFETIME),
        )?;
        if ends <= starts {
            return Err(GraphFault::Bad(
                "A password ends after it starts.".to_owned(),
            ));
        }
        let secret = random::secret();
        let record = PasswordRecord {
            key_id: random::guid(),
            name: asked
                .display_name
                .as_deref()
                .map(checked_name)
                .transpose()?,
            hint: secret.chars().take(3).collect(),
            digest: STANDARD.encode(sha256(secret.as_bytes())),
            starts: starts.0,
            ends: ends.0,
        };
        let made = record.clone();
        self.change_application(|application| {
            if application.passwords.len() >= PASSWORDS {
                return Err(full());
            }
            application.passwords.push(made);
            Ok(())
        })
        .await?;
        let mut shown = directory::password(&record);
        shown.secret_text = Some(secret);
        Ok((StatusCode::OK, super::json(&shown)?))
    }

    async fn create_service_principal(&self) -> Answer {
        let asked: ServicePrincipalRequest = self.json()?;
        let client_id = asked.app_id.to_ascii_lowercase();
        let principal = PrincipalId::new(&random::guid());
        self.change(|snapshot| {
            let world = &snapshot.world;
            let in_use = || {
                GraphFault::Conflict(format!(
                    "The service principal cannot be created, updated, or restored because the service \
                     principal name {} is already in use.",
                    shortened(&client_id)
                ))
            };
            let is_it = |one: &crate::config::Principal| {
                matches!(&one.details, PrincipalDetails::Application { client_id: known, .. }
                    if known.eq_ignore_ascii_case(&client_id))
            };
            if world.principals.iter().any(is_it) {
                return Err(in_use());
            }
            let mut made = world.directory.applications.iter();
            let found = made.find(|(_, record)| record.client_id == client_id);
            let (id, record) = found.ok_or_else(|| {
                GraphFault::Bad(format!(
                    "The appId '{}' of the service principal does not reference a valid application object.",
                    shortened(&client_id)
                ))
            })?;
            let record = ApplicationRecord {
                service_principal: Some(principal.to_string()),
                ..record.clone()
            };
            Ok(vec![put(&DirectoryPlace::Application(id.clone()), &record)?])
        })
        .await?;
        self.created(&principal)
    }

    async fn delete_service_principal(&self) -> Answer {
        let principal = PrincipalId::new(self.name(0));
        self.change(|snapshot| {
            let world = &snapshot.world;
            let known = Directory::new(snapshot);
            if known
                .find(ObjectKind::ServicePrincipal, self.name(0))
                .is_none()
            {
                return Err(GraphFault::NotFound(shortened(self.name(0))));
            }
            let mut made = world.directory.applications.iter();
            let own = principal.to_string();
            let found = made.find(|(_, record)| record.service_principal.as_ref() == Some(&own));
            let (id, record) = found.ok_or(GraphFault::Unchangeable(DECLARED))?;
            let record = ApplicationRecord {
                service_principal: None,
                ..record.clone()
            };
            Ok(vec![put(
                &DirectoryPlace::Application(id.clone()),
                &record,
            )?])
        })
        .await?;
        nothing()
    }

    async fn change_application(
        &self,
        change: impl FnOnce(&mut ApplicationRecord) -> Result<(), GraphFault>,
    ) -> Result<(), GraphFault> {
        self.change(|snapshot| {
            let (id, mut record) = registered(&snapshot.world, self.name(0))?;
            change(&mut record)?;
            Ok(vec![put(&DirectoryPlace::Application(id), &record)?])
        })
        .await
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

/// A group as it is, to be put changed.
fn record_of(world: &World, id: &PrincipalId) -> Result<GroupRecord, GraphFault> {
    let mut groups = world.policy.groups.iter();
    let group = groups.find(|known| known.id == *id);
    let group = group.ok_or_else(|| GraphFault::NotFound(shortened(&id.to_string())))?;
    let mut made = world.directory.groups.iter();
    let made = made.find(|(known, _)| known == id);
    Ok(GroupRecord {
        name: group.name.clone(),
        nickname: made.map_or_else(|| group.name.clone(), |(_, made)| made.nickname.clone()),
        description: made.and_then(|(_, made)| made.description.clone()),
        members: group.members.iter().map(ToString::to_string).collect(),
    })
}

/// An application that Graph made.
fn registered(world: &World, id: &str) -> Result<(String, ApplicationRecord), GraphFault> {
    let mut made = world.directory.applications.iter();
    if let Some(found) = made.find(|(known, _)| known.eq_ignore_ascii_case(id)) {
        return Ok(found.clone());
    }
    let declared = directory::applications(world);
    if declared.iter().any(|one| one.id.eq_ignore_ascii_case(id)) {
        return Err(GraphFault::Unchangeable(DECLARED));
    }
    Err(GraphFault::NotFound(shortened(id)))
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
