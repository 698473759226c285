//! People, groups and applications that Graph made or changed at run time.
//!
//! They are kept as resources below `/directory`, whole: a group with its members, an application with its
//! service principal and the digests of its passwords. Of people whom the configuration declares, it is kept since
//! when their sign-ins count.

use access::policy::Group;
use access::principal::PrincipalId;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use store::Resource;

use crate::config::{Principal, PrincipalDetails, World};

const GROUPS: &str = "/directory/groups/";
const USERS: &str = "/directory/users/";
const SIGN_INS: &str = "/directory/sign-ins/";
const APPLICATIONS: &str = "/directory/applications/";

/// What was made or changed.
#[derive(Clone, Debug, Default)]
pub(crate) struct MadeDirectory {
    /// Groups by object id; one of the configuration is here once it was changed.
    pub(crate) groups: Vec<(PrincipalId, GroupRecord)>,
    /// People by object id.
    pub(crate) users: Vec<(PrincipalId, UserRecord)>,
    /// Since when people's sign-ins count, by object id.
    pub(crate) sign_ins: Vec<(PrincipalId, SignInsRecord)>,
    /// Applications by object id, which is not that of their service principal.
    pub(crate) applications: Vec<(String, ApplicationRecord)>,
}

/// Where an object is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DirectoryPlace {
    User(PrincipalId),
    SignIns(PrincipalId),
    Group(PrincipalId),
    Application(String),
}

/// A person.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct UserRecord {
    pub(crate) name: String,
    pub(crate) upn: String,
    pub(crate) nickname: String,
    pub(crate) enabled: bool,
    /// What recognises the password: see [`SecretDigest`](crate::token_service::directory::SecretDigest).
    pub(crate) password: String,
}

/// When a person was signed out everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct SignInsRecord {
    /// Refresh tokens of this second and before are refused. Seconds since the Unix epoch.
    pub(crate) valid_after: i64,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct GroupRecord {
    pub(crate) name: String,
    pub(crate) nickname: String,
    #[serde(default)]
    pub(crate) description: Option<String>,
    /// Object ids.
    pub(crate) members: Vec<String>,
}

/// An application.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct ApplicationRecord {
    pub(crate) name: String,
    pub(crate) client_id: String,
    /// Object id of its service principal, if it has one.
    #[serde(default)]
    pub(crate) service_principal: Option<String>,
    #[serde(default)]
    pub(crate) passwords: Vec<PasswordRecord>,
}

/// A password of an application: how to recognise it, and nothing by which to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasswordRecord {
    pub(crate) key_id: String,
    #[serde(default)]
    pub(crate) name: Option<String>,
    /// The first characters, by which people tell passwords apart.
    pub(crate) hint: String,
    /// SHA-256, base64.
    pub(crate) digest: String,
    /// Seconds since the Unix epoch.
    pub(crate) starts: i64,
    pub(crate) ends: i64,
}

impl PasswordRecord {
    /// The digest's bytes; `None` if they are not what they should be, and then nothing matches.
    pub(crate) fn digest(&self) -> Option<[u8; 32]> {
        STANDARD.decode(&self.digest).ok()?.try_into().ok()
    }
}

impl DirectoryPlace {
    pub(crate) fn parse(id: &str) -> Option<Self> {
        let one = |rest: &str| (!rest.is_empty() && !rest.contains('/')).then(|| rest.to_owned());
        if let Some(rest) = id.strip_prefix(GROUPS) {
            return one(rest).map(|id| Self::Group(PrincipalId::new(&id)));
        }
        if let Some(rest) = id.strip_prefix(USERS) {
            return one(rest).map(|id| Self::User(PrincipalId::new(&id)));
        }
        if let Some(rest) = id.strip_prefix(SIGN_INS) {
            return one(rest).map(|id| Self::SignIns(PrincipalId::new(&id)));
        }
        one(id.strip_prefix(APPLICATIONS)?).map(Self::Application)
    }

    /// The id under which it is kept.
    pub(crate) fn id(&self) -> String {
        match self {
            Self::User(id) => format!("{USERS}{id}"),
            Self::SignIns(id) => format!("{SIGN_INS}{id}"),
            Self::Group(id) => format!("{GROUPS}{id}"),
            Self::Application(id) => format!("{APPLICATIONS}{id}"),
        }
    }
}

/// Whether a resource is an object of the directory.
pub(crate) fn is_of_directory(id: &str) -> bool {
    DirectoryPlace::parse(id).is_some()
}

/// What the journal tells of one: names and members, and nothing by which to sign in.
pub(crate) fn directory_told(resource: &Resource) -> Value {
    let member = |name: &str| resource.body.get(name).cloned().unwrap_or_default();
    let passwords = resource.body.get("passwords").and_then(Value::as_array);
    let key_ids = passwords.map(|all| {
        all.iter()
            .map(|one| one["keyId"].clone())
            .collect::<Value>()
    });
    json!({
        "type": "directory-object",
        "id": resource.id,
        "name": member("name"),
        "upn": member("upn"),
        "enabled": member("enabled"),
        "sign_ins_valid_after": member("validAfter"),
        "members": member("members"),
        "service_principal": member("servicePrincipal"),
        "passwords": key_ids,
    })
}

pub(super) fn put_user(world: &mut World, id: &PrincipalId, record: UserRecord) {
    let details = PrincipalDetails::User {
        upn: record.upn.clone(),
        display_name: record.name.clone(),
        // Nobody knows it any more: its digest is in the record.
        password: None,
    };
    put_principal(world, &record.nickname, id, details);
    let made = &mut world.directory.users;
    made.retain(|(known, _)| known != id);
    made.push((id.clone(), record));
}

pub(super) fn remove_user(world: &mut World, id: &PrincipalId) {
    world.principals.retain(|known| known.id != *id);
    world.directory.users.retain(|(known, _)| known != id);
    leave_groups(world, id);
}

pub(super) fn put_sign_ins(world: &mut World, id: &PrincipalId, record: Option<SignInsRecord>) {
    let known = &mut world.directory.sign_ins;
    known.retain(|(one, _)| one != id);
    known.extend(record.map(|record| (id.clone(), record)));
}

pub(super) fn put_group(world: &mut World, id: &PrincipalId, record: GroupRecord) {
    let group = Group {
        id: id.clone(),
        name: record.name.clone(),
        members: record
            .members
            .iter()
            .map(|id| PrincipalId::new(id))
            .collect(),
    };
    let groups = &mut std::sync::Arc::make_mut(&mut world.policy).groups;
    match groups.iter_mut().find(|known| known.id == *id) {
        Some(known) => *known = group,
        None => groups.push(group),
    }
    put_principal(world, &record.name, id, PrincipalDetails::Group);
    let made = &mut world.directory.groups;
    made.retain(|(known, _)| known != id);
    made.push((id.clone(), record));
}

pub(super) fn remove_group(world: &mut World, id: &PrincipalId) {
    let groups = &mut std::sync::Arc::make_mut(&mut world.policy).groups;
    groups.retain(|known| known.id != *id);
    for group in groups {
        group.members.retain(|member| member != id);
    }
    world.principals.retain(|known| known.id != *id);
    world.directory.groups.retain(|(known, _)| known != id);
}

pub(super) fn put_application(world: &mut World, id: &str, record: ApplicationRecord) {
    let before = remove_application(world, id);
    if let Some(principal) = &record.service_principal {
        let details = PrincipalDetails::Application {
            client_id: record.client_id.clone(),
            secrets: Vec::new(),
            certificates: Vec::new(),
            federated: Vec::new(),
        };
        put_principal(world, &record.name, &PrincipalId::new(principal), details);
    }
    if let Some(gone) = before.and_then(|before| before.service_principal)
        && record.service_principal.as_ref() != Some(&gone)
    {
        leave_groups(world, &PrincipalId::new(&gone));
    }
    world.directory.applications.push((id.to_owned(), record));
}

/// Takes an application away, and what it was.
pub(super) fn remove_application(world: &mut World, id: &str) -> Option<ApplicationRecord> {
    let made = &mut world.directory.applications;
    let at = made.iter().position(|(known, _)| known == id)?;
    let (_, record) = made.remove(at);
    if let Some(principal) = &record.service_principal {
        let principal = PrincipalId::new(principal);
        world.principals.retain(|known| known.id != principal);
    }
    Some(record)
}

/// Who is not there any more is in no group.
pub(super) fn leave_groups(world: &mut World, gone: &PrincipalId) {
    for group in &mut std::sync::Arc::make_mut(&mut world.policy).groups {
        group.members.retain(|member| member != gone);
    }
}

/// In its place among the others, so that nobody new stands before somebody of the same name.
pub(super) fn put_principal(
    world: &mut World,
    name: &str,
    id: &PrincipalId,
    details: PrincipalDetails,
) {
    let principal = Principal {
        name: name.to_owned(),
        id: id.clone(),
        details,
    };
    match world.principals.iter_mut().find(|known| known.id == *id) {
        Some(known) => *known = principal,
        None => world.principals.push(principal),
    }
}
