//! People: those that Graph made are changed and removed here; of all of them, what they signed in to is ended.

use access::Timestamp;
use access::principal::PrincipalId;
use http::StatusCode;
use serde_json::json;
use store::{Change, Kind};
use wire::graph::{PasswordProfile, UserRequest};

use super::super::GraphFault;
use super::super::directory::Directory;
use super::{Answer, Asked, LIMIT, checked_name, full, nothing, put, shortened};
use crate::config::{PrincipalDetails, World};
use crate::provisioned::{DirectoryPlace, SignInsRecord, UserRecord};
use crate::route::table::ObjectKind;
use crate::snapshot::Snapshot;
use crate::token_service::directory::SecretDigest;
use crate::token_service::random;

/// Passwords are this long at least (Entra's own rule), and at most, in characters.
const PASSWORD: std::ops::RangeInclusive<usize> = 8..=256;

const DECLARED: &str = "This user is declared by the configuration, and changed there.";

impl Asked<'_> {
    pub(super) async fn create_user(&self) -> Answer {
        let asked: UserRequest = self.json()?;
        let upn = asked.user_principal_name.unwrap_or_default();
        let password = asked
            .password_profile
            .ok_or_else(|| required("passwordProfile"))?;
        let record = UserRecord {
            name: checked_name(asked.display_name.as_deref().unwrap_or_default())?,
            nickname: checked_name(asked.mail_nickname.as_deref().unwrap_or_default())?,
            enabled: asked
                .account_enabled
                .ok_or_else(|| required("accountEnabled"))?,
            password: kept(&password)?,
            upn: upn.clone(),
        };
        let id = PrincipalId::new(&random::guid());
        self.change(|snapshot| {
            let world = &snapshot.world;
            check_sign_in_name(world, &upn)?;
            if world.directory.users.len() >= LIMIT {
                return Err(full());
            }
            if Directory::new(snapshot).find(ObjectKind::User, &upn).is_some() {
                let problem = "Another object with the same value for property userPrincipalName already exists.";
                return Err(GraphFault::Conflict(problem.to_owned()));
            }
            Ok(vec![put(&DirectoryPlace::User(id.clone()), &record)?])
        })
        .await?;
        self.created(&id)
    }

    pub(super) async fn update_user(&self) -> Answer {
        let asked: UserRequest = self.json()?;
        if asked.user_principal_name.is_some() || asked.mail_nickname.is_some() {
            let problem = "Sign-in names are not changed here.";
            return Err(GraphFault::Bad(problem.to_owned()));
        }
        let name = asked
            .display_name
            .as_deref()
            .map(checked_name)
            .transpose()?;
        let password = asked.password_profile.as_ref().map(kept).transpose()?;
        self.change(|snapshot| {
            let (id, mut record) = made(snapshot, self.name(0))?;
            record.name = name.unwrap_or_else(|| record.name.clone());
            record.enabled = asked.account_enabled.unwrap_or(record.enabled);
            let mut changes = Vec::new();
            if let Some(password) = password {
                // Who knew the old one may have signed in with it.
                changes.push(sign_out(&id, self.now)?);
                record.password = password;
            }
            changes.push(put(&DirectoryPlace::User(id), &record)?);
            Ok(changes)
        })
        .await?;
        nothing()
    }

    pub(super) async fn delete_user(&self) -> Answer {
        self.change(|snapshot| {
            let (id, _) = made(snapshot, self.name(0))?;
            let places = [
                DirectoryPlace::User(id.clone()),
                DirectoryPlace::SignIns(id),
            ];
            let gone = |place: &DirectoryPlace| Change::Remove(Kind::Resource, place.id());
            Ok(places.iter().map(gone).collect())
        })
        .await?;
        nothing()
    }

    /// Ends what a person signed in to before now: no refresh token from then works any more.
    pub(super) async fn revoke_sign_ins(&self) -> Answer {
        self.change(|snapshot| {
            let id = known(snapshot, self.name(0))?;
            Ok(vec![sign_out(&id, self.now)?])
        })
        .await?;
        let done = super::super::json(&json!({ "value": true }))?;
        Ok((StatusCode::OK, done))
    }
}

fn sign_out(id: &PrincipalId, now: Timestamp) -> Result<Change, GraphFault> {
    let record = SignInsRecord { valid_after: now.0 };
    put(&DirectoryPlace::SignIns(id.clone()), &record)
}

/// A person, by object id or sign-in name.
fn known(snapshot: &Snapshot, name: &str) -> Result<PrincipalId, GraphFault> {
    let found = Directory::new(snapshot).find(ObjectKind::User, name);
    let found = found.ok_or_else(|| GraphFault::NotFound(shortened(name)))?;
    Ok(PrincipalId::new(&found.id))
}

/// A person whom Graph made.
fn made(snapshot: &Snapshot, name: &str) -> Result<(PrincipalId, UserRecord), GraphFault> {
    let id = known(snapshot, name)?;
    let mut made = snapshot.world.directory.users.iter();
    let found = made.find(|(one, _)| *one == id).cloned();
    found.ok_or(GraphFault::Unchangeable(DECLARED))
}

fn check_sign_in_name(world: &World, upn: &str) -> Result<(), GraphFault> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"'.-_!#^~".contains(&byte);
    let (local, domain) = upn.rsplit_once('@').unwrap_or_default();
    if !domain.eq_ignore_ascii_case(&world.tenant.domain) {
        return Err(GraphFault::Bad(format!(
            "The domain portion of the userPrincipalName property is invalid. You must use one of the verified \
             domain names in your organization: {}.",
            world.tenant.domain
        )));
    }
    if !(1..=64).contains(&local.len()) || !local.bytes().all(plain) {
        let problem = "Property userPrincipalName is invalid.";
        return Err(GraphFault::Bad(problem.to_owned()));
    }
    // Nobody is known by what names somebody else in the configuration.
    let taken = |one: &crate::config::Principal| {
        !matches!(one.details, PrincipalDetails::User { .. }) && one.name.eq_ignore_ascii_case(upn)
    };
    match world.principals.iter().any(taken) {
        true => Err(GraphFault::Conflict("This name is in use.".to_owned())),
        false => Ok(()),
    }
}

fn kept(profile: &PasswordProfile) -> Result<String, GraphFault> {
    let password = profile.password.as_deref().unwrap_or_default();
    if !PASSWORD.contains(&password.chars().count()) {
        let problem =
            "The specified password does not comply with password complexity requirements.";
        return Err(GraphFault::Bad(problem.to_owned()));
    }
    Ok(SecretDigest::stretched(password).to_text())
}

fn required(name: &str) -> GraphFault {
    GraphFault::Bad(format!(
        "A value is required for property '{name}' of resource 'User'."
    ))
}
