//! Applications, their passwords, and the service principals by which they sign in.

use access::Timestamp;
use access::principal::PrincipalId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use store::{Change, Kind};
use wire::graph::{
    AddPasswordRequest, ApplicationRequest, RemovePasswordRequest, ServicePrincipalRequest,
};

use super::super::GraphFault;
use super::super::directory::{self, Directory};
use super::{Answer, Asked, LIMIT, checked_name, full, nothing, put, shortened};
use crate::config::{PrincipalDetails, World};
use crate::provisioned::{ApplicationRecord, DirectoryPlace, PasswordRecord};
use crate::route::table::ObjectKind;
use crate::token_service::directory::sha256;
use crate::token_service::random;

/// Passwords of an application.
const PASSWORDS: usize = 20;

/// How long a password lasts if nobody says, in seconds.
const PASSWORD_LIFETIME: i64 = 2 * 365 * 24 * 3600;

const DECLARED: &str = "This application is declared by the configuration, and changed there.";

impl Asked<'_> {
    pub(super) async fn create_application(&self) -> Answer {
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
        Ok((StatusCode::CREATED, super::super::json(&shown)?))
    }

    pub(super) async fn update_application(&self) -> Answer {
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

    pub(super) async fn delete_application(&self) -> Answer {
        self.change(|snapshot| {
            let (id, _) = registered(&snapshot.world, self.name(0))?;
            let place = DirectoryPlace::Application(id);
            Ok(vec![Change::Remove(Kind::Resource, place.id())])
        })
        .await?;
        nothing()
    }

    pub(super) async fn add_password(&self) -> Answer {
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
        Ok((StatusCode::OK, super::super::json(&shown)?))
    }

    pub(super) async fn remove_password(&self) -> Answer {
        let asked: RemovePasswordRequest = self.json()?;
        self.change_application(|record| {
            let before = record.passwords.len();
            let other = |one: &PasswordRecord| !one.key_id.eq_ignore_ascii_case(&asked.key_id);
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

    pub(super) async fn create_service_principal(&self) -> Answer {
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

    pub(super) async fn delete_service_principal(&self) -> Answer {
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
