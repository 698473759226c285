//! Microsoft Graph's directory objects, as far as clients of Azure ask for them.

use serde::{Deserialize, Serialize};

/// A user, group or service principal.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DirectoryObject {
    /// `#microsoft.graph.user`, `…group`, `…servicePrincipal`.
    #[serde(rename = "@odata.type")]
    pub kind: &'static str,
    /// Object id.
    pub id: String,
    /// The name for people.
    pub display_name: String,
    /// Of a user: its sign-in name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_principal_name: Option<String>,
    /// Of a user: its mail address, which nobody here has.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail: Option<String>,
    /// Of a service principal: the application's id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_id: Option<String>,
    /// Of a service principal: `Application` or `ManagedIdentity`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_principal_type: Option<&'static str>,
    /// Of a service principal: the names by which it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service_principal_names: Option<Vec<String>>,
    /// Of a managed identity: its ARM id, among others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternative_names: Option<Vec<String>>,
    /// Whether it may sign in. Groups do not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_enabled: Option<bool>,
    /// Of a group: that it is for access control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub security_enabled: Option<bool>,
    /// Of a group: that it has no mailbox.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_enabled: Option<bool>,
    /// Of a group, or of a user that was made here: the name that a mailbox would have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mail_nickname: Option<String>,
    /// Of a group: what it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Of a service principal: the tenant of its application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_owner_organization_id: Option<String>,
}

/// An application's registration.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Application {
    /// `#microsoft.graph.application`.
    #[serde(rename = "@odata.type")]
    pub kind: &'static str,
    /// Object id; not that of the service principal.
    pub id: String,
    /// Application (client) id.
    pub app_id: String,
    /// The name for people.
    pub display_name: String,
    /// Who may sign in to it.
    pub sign_in_audience: &'static str,
    /// Names of its own API, which nobody here has but `api://{appId}`.
    pub identifier_uris: Vec<String>,
    /// Passwords, without their text.
    pub password_credentials: Vec<PasswordCredential>,
    /// Certificates, which cannot be read here.
    pub key_credentials: Vec<serde_json::Value>,
}

/// A password of an application. No `Debug`: the text may be in it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PasswordCredential {
    /// Its id.
    pub key_id: String,
    /// The name for people.
    pub display_name: Option<String>,
    /// The first characters.
    pub hint: String,
    /// From when it can be used.
    pub start_date_time: String,
    /// Until when.
    pub end_date_time: String,
    /// The password, shown once: when it is made.
    pub secret_text: Option<String>,
}

impl std::fmt::Debug for PasswordCredential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordCredential")
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

/// The body that makes or changes a person. Properties that have no meaning here are not read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UserRequest {
    /// The name for people.
    #[serde(default)]
    pub display_name: Option<String>,
    /// The sign-in name.
    #[serde(default)]
    pub user_principal_name: Option<String>,
    /// The name that a mailbox would have.
    #[serde(default)]
    pub mail_nickname: Option<String>,
    /// Whether they may sign in.
    #[serde(default)]
    pub account_enabled: Option<bool>,
    /// With what.
    #[serde(default)]
    pub password_profile: Option<PasswordProfile>,
}

/// A password that somebody gives a person. That it is to be changed at the next sign-in is not read.
#[derive(Clone, Deserialize)]
pub struct PasswordProfile {
    /// The password.
    #[serde(default)]
    pub password: Option<String>,
}

impl std::fmt::Debug for PasswordProfile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordProfile(…)")
    }
}

/// The body that makes a group.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupRequest {
    /// The name for people.
    pub display_name: String,
    /// The name that a mailbox would have.
    pub mail_nickname: String,
    /// What it is for.
    #[serde(default)]
    pub description: Option<String>,
    /// Whether it has a mailbox.
    #[serde(default)]
    pub mail_enabled: bool,
    /// Whether it is for access control.
    #[serde(default)]
    pub security_enabled: bool,
}

/// The body that adds a member: a reference to an object.
#[derive(Clone, Debug, Deserialize)]
pub struct ReferenceRequest {
    /// The object's URL; its last segment is the id.
    #[serde(rename = "@odata.id")]
    pub object: String,
}

/// The body that registers or renames an application. Properties that have no meaning here are not read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApplicationRequest {
    /// The name for people.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Certificates.
    #[serde(default)]
    pub key_credentials: Vec<serde_json::Value>,
}

/// The body that makes a service principal.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipalRequest {
    /// Application (client) id.
    pub app_id: String,
}

/// The body of `addPassword`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AddPasswordRequest {
    /// What the password shall be.
    pub password_credential: AskedPassword,
}

/// What a password shall be.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AskedPassword {
    /// The name for people.
    pub display_name: Option<String>,
    /// From when, as RFC 3339; else from now on.
    pub start_date_time: Option<String>,
    /// Until when, as RFC 3339; else for two years.
    pub end_date_time: Option<String>,
}

/// The body of `removePassword`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RemovePasswordRequest {
    /// The password's id.
    pub key_id: String,
}

/// A list of Graph's.
#[derive(Clone, Debug, Serialize)]
pub struct Collection<T> {
    /// What the list is of.
    #[serde(rename = "@odata.context")]
    pub context: String,
    /// Where the next page is, if there is one.
    #[serde(rename = "@odata.nextLink", skip_serializing_if = "Option::is_none")]
    pub next_link: Option<String>,
    /// The items.
    pub value: Vec<T>,
}

/// The body of `directoryObjects/getByIds`.
#[derive(Clone, Debug, Deserialize)]
pub struct IdsRequest {
    /// Object ids.
    pub ids: Vec<String>,
    /// Kinds to look among; without it, all.
    #[serde(default)]
    pub types: Vec<String>,
}

/// The body of `getMemberGroups` and `getMemberObjects`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct MembershipRequest {
    /// Whether only groups for access control count; all groups here are.
    pub security_enabled_only: bool,
}

/// The body of `checkMemberGroups`.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GroupsRequest {
    /// Object ids of groups; Graph takes at most 20.
    pub group_ids: Vec<String>,
}
