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
    /// Of a service principal: the tenant of its application.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_owner_organization_id: Option<String>,
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
