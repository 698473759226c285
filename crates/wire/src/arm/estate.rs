//! What is known beside a policy: names, and the places where models are.
//!
//! A policy speaks of object ids. People speak of names, and ask about accounts. The lists are those that
//! `az ad user list`, `az ad sp list`, `az account list`, `az cognitiveservices account list` and
//! `az cognitiveservices account deployment list` print.

use access::operation::ModelFormat;
use access::policy::Policy;
use access::principal::{PrincipalId, PrincipalKind};
use access::scope::Scope;
use serde::Deserialize;

use super::entries::EntryError;
use super::resource::entry;

/// A policy, and what is known beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estate {
    /// Roles, assignments, groups.
    pub policy: Policy,
    /// Users and applications by name. Groups are in the policy.
    pub principals: Vec<KnownPrincipal>,
    /// Subscriptions by name.
    pub subscriptions: Vec<KnownSubscription>,
    /// Accounts that serve models.
    pub accounts: Vec<Scope>,
    /// Their deployments.
    pub deployments: Vec<KnownDeployment>,
    /// Groups whose members are not known: everybody may be one.
    pub unread_groups: Vec<PrincipalId>,
    /// What could not be read, as sentences: an answer "no" may hang on it.
    pub not_read: Vec<String>,
}

/// A user or an application.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPrincipal {
    /// Its object id.
    pub id: PrincipalId,
    /// The name shown to people.
    pub name: String,
    /// User principal name or application id: another name for it. May be empty.
    pub alias: String,
    /// What it is.
    pub kind: PrincipalKind,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownSubscription {
    /// Its id.
    pub id: String,
    /// The name shown to people.
    pub name: String,
}

/// A deployment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownDeployment {
    /// Its ARM id.
    pub scope: Scope,
    /// Whose model it serves.
    pub format: ModelFormat,
    /// The model's name; may be empty.
    pub model: String,
    /// The model's version; may be empty.
    pub version: String,
}

entry! {
    /// A user or a service principal, as Graph and `az ad` show it.
    DirectoryEntry ("a user or a service principal") {
        "id" => id: String,
        "displayname" => display_name: String,
        "userprincipalname" => user_principal_name: String,
        "appid" => app_id: String,
    }
}

entry! {
    /// A subscription, as ARM and `az account list` show it.
    SubscriptionEntry ("a subscription") {
        "id" => id: String,
        "subscriptionid" => subscription_id: String,
        "displayname" => display_name: String,
        "name" => name: String,
    }
}

entry! {
    /// A Cognitive Services account.
    AccountEntry ("an account") {
        "id" => id: String,
    }
}

entry! {
    /// A deployment of a model.
    DeploymentEntry ("a deployment") {
        "id" => id: String,
        "model" => model: ModelEntry,
    }
}

/// The model of a deployment.
#[derive(Debug, Deserialize)]
pub(super) struct ModelEntry {
    format: String,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    version: Option<String>,
}

impl DirectoryEntry {
    pub(super) fn known(self, kind: PrincipalKind) -> Result<KnownPrincipal, EntryError> {
        let id = self.id.ok_or(EntryError::Missing("id"))?;
        Ok(KnownPrincipal {
            id: PrincipalId::new(&id),
            name: self.display_name.unwrap_or_default(),
            alias: self.user_principal_name.or(self.app_id).unwrap_or_default(),
            kind,
        })
    }
}

impl TryFrom<SubscriptionEntry> for KnownSubscription {
    type Error = EntryError;

    fn try_from(entry: SubscriptionEntry) -> Result<Self, EntryError> {
        let id = entry.subscription_id.or(entry.id);
        let id = id.ok_or(EntryError::Missing("id"))?;
        Ok(Self {
            id: id.rsplit('/').next().unwrap_or(&id).to_owned(),
            name: entry.display_name.or(entry.name).unwrap_or_default(),
        })
    }
}

impl AccountEntry {
    pub(super) fn scope(self) -> Result<Scope, EntryError> {
        Ok(Scope::parse(&self.id.ok_or(EntryError::Missing("id"))?)?)
    }
}

impl TryFrom<DeploymentEntry> for KnownDeployment {
    type Error = EntryError;

    fn try_from(entry: DeploymentEntry) -> Result<Self, EntryError> {
        let model = entry.model.ok_or(EntryError::Missing("model"))?;
        Ok(Self {
            scope: Scope::parse(&entry.id.ok_or(EntryError::Missing("id"))?)?,
            format: ModelFormat::parse(&model.format),
            model: model.name.unwrap_or_default(),
            version: model.version.unwrap_or_default(),
        })
    }
}
