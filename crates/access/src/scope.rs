//! Scopes: the places where a role can be assigned, and everything below them.
//!
//! A scope is a resource id. `/` is the tenant's root; a management group is
//! `/providers/Microsoft.Management/managementGroups/{name}`; then come subscription, resource
//! group, resource and child resource:
//!
//! ```text
//! /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.CognitiveServices/accounts/{name}/projects/{name}
//! ```
//!
//! An assignment at a scope holds at all scopes below, and "below" is a matter of whole segments:
//! `/…/accounts/kv2` is not below `/…/accounts/kv`. Which subscriptions are below a management
//! group is not in the text; the policy's management groups say it.

use std::borrow::Cow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::text::fold;

/// The longest scope that is accepted, in bytes. ARM ids are far shorter.
pub const MAX_LENGTH: usize = 4096;

const MANAGEMENT_GROUPS: &str = "/providers/microsoft.management/managementgroups/";
const SUBSCRIPTIONS: &str = "/subscriptions/";
const ACCOUNTS: &str = "/providers/microsoft.cognitiveservices/accounts/";

/// A resource id at which permissions hold. Two spellings that differ in case are equal.
#[derive(Clone)]
pub struct Scope {
    /// As given, without a trailing slash; `/` for the root.
    text: Arc<str>,
    /// As compared; empty for the root, so that "at or below" is one rule.
    folded: Arc<str>,
}

impl Scope {
    /// Reads a resource id. A single trailing slash is dropped.
    pub fn parse(text: &str) -> Result<Self, ScopeError> {
        if text.is_empty() {
            return Err(ScopeError::Empty);
        }
        if text.len() > MAX_LENGTH {
            return Err(ScopeError::TooLong(text.len()));
        }
        let shown = || text.chars().take(120).collect();
        if !text.starts_with('/') {
            return Err(ScopeError::NotAbsolute(shown()));
        }
        let control = match text.is_ascii() {
            true => text.bytes().any(|byte| byte.is_ascii_control()),
            false => text.chars().any(char::is_control),
        };
        if control {
            return Err(ScopeError::ControlCharacter);
        }
        let trimmed = text.strip_suffix('/').unwrap_or(text);
        if trimmed.is_empty() {
            return Ok(Self::root());
        }
        if trimmed.contains("//") || trimmed.ends_with('/') {
            return Err(ScopeError::EmptySegment(shown()));
        }
        Ok(Self::from_checked(trimmed))
    }

    /// The tenant's root, `/`.
    pub fn root() -> Self {
        Self {
            text: Arc::from("/"),
            folded: Arc::from(""),
        }
    }

    /// A management group by name.
    pub fn management_group(name: &str) -> Self {
        Self::from_checked(&format!(
            "/providers/Microsoft.Management/managementGroups/{name}"
        ))
    }

    /// The scope `path/name` below this one, for instance `child("projects", "web")`. The name may
    /// come from a caller and stays one segment: a slash in it is escaped.
    #[must_use]
    pub fn child(&self, path: &str, name: &str) -> Self {
        let base = if self.is_root() { "" } else { &self.text };
        Self::from_checked(&format!("{base}/{path}/{}", name.replace('/', "%2F")))
    }

    fn from_checked(text: &str) -> Self {
        let folded = fold(text);
        let text: Arc<str> = Arc::from(text);
        let folded = match folded {
            Cow::Borrowed(_) => Arc::clone(&text),
            Cow::Owned(folded) => Arc::from(folded),
        };
        Self { text, folded }
    }

    /// The scope as it was given (without a trailing slash).
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The form that is compared: folded, empty for the root.
    pub(crate) fn folded(&self) -> &str {
        &self.folded
    }

    /// Whether this is the tenant's root.
    pub fn is_root(&self) -> bool {
        self.folded.is_empty()
    }

    /// Whether `self` is `other` or below it by its own text, on segment boundaries. Subscriptions
    /// below management groups are not seen here: [`crate::policy::Policy::management_groups`].
    pub fn is_at_or_below(&self, other: &Self) -> bool {
        self.folded
            .strip_prefix(&*other.folded)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }

    /// What kind of place this is.
    pub fn kind(&self) -> ScopeKind {
        if self.is_root() {
            return ScopeKind::Root;
        }
        if let Some(rest) = self.folded.strip_prefix(MANAGEMENT_GROUPS)
            && !rest.contains('/')
        {
            return ScopeKind::ManagementGroup;
        }
        if let Some(rest) = self.folded.strip_prefix(SUBSCRIPTIONS) {
            let segments: Vec<&str> = rest.split('/').collect();
            match segments[..] {
                [_] => return ScopeKind::Subscription,
                [_, "resourcegroups", _] => return ScopeKind::ResourceGroup,
                _ => {}
            }
        }
        ScopeKind::Resource
    }

    /// The level and the name, for people: "resource group `rg`", "project `web`".
    pub fn described(&self) -> String {
        let level = match self.kind() {
            ScopeKind::Root => return "the tenant's root".to_owned(),
            ScopeKind::ManagementGroup => "management group",
            ScopeKind::Subscription => "subscription",
            ScopeKind::ResourceGroup => "resource group",
            ScopeKind::Resource => {
                let kind = self.folded.rsplit('/').nth(1).unwrap_or_default();
                match kind {
                    "accounts" => "account",
                    "projects" => "project",
                    "deployments" => "deployment",
                    _ => "resource",
                }
            }
        };
        format!("{level} `{}`", self.name())
    }

    /// The last segment: the name of the thing. Empty for the root.
    pub fn name(&self) -> &str {
        self.text.rsplit('/').next().unwrap_or_default()
    }

    /// The scope of the Cognitive Services account that this scope is or lies in.
    pub fn account(&self) -> Option<Self> {
        let at = self.folded.find(ACCOUNTS)? + ACCOUNTS.len();
        let end = self.folded[at..]
            .find('/')
            .map_or(self.folded.len(), |length| at + length);
        let segments = self.folded[..end].matches('/').count();
        Some(self.prefix(segments))
    }

    /// The first `segments` segments, in the spelling given.
    fn prefix(&self, segments: usize) -> Self {
        let end = self
            .text
            .match_indices('/')
            .nth(segments)
            .map_or(self.text.len(), |(at, _)| at);
        Self::from_checked(&self.text[..end])
    }

    /// The folded name of the management group that this scope is or lies in.
    pub(crate) fn management_group_name(&self) -> Option<&str> {
        self.folded
            .strip_prefix(MANAGEMENT_GROUPS)?
            .split('/')
            .next()
    }

    /// The folded id of the subscription that this scope is or lies in.
    pub(crate) fn subscription_id(&self) -> Option<&str> {
        self.folded.strip_prefix(SUBSCRIPTIONS)?.split('/').next()
    }
}

impl PartialEq for Scope {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded
    }
}

impl Eq for Scope {}

impl Hash for Scope {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.folded.hash(state);
    }
}

impl PartialOrd for Scope {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Scope {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.folded.cmp(&other.folded)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// The levels of Azure's hierarchy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ScopeKind {
    /// `/`
    Root,
    /// A management group.
    ManagementGroup,
    /// A subscription.
    Subscription,
    /// A resource group.
    ResourceGroup,
    /// A resource or a child resource.
    Resource,
}

/// Why a text is not a scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScopeError {
    /// Nothing was given.
    #[error("a scope is empty; the tenant's root is `/`")]
    Empty,
    /// It does not start with `/`.
    #[error("scope `{0}` does not start with `/`")]
    NotAbsolute(String),
    /// Two slashes in a row.
    #[error("scope `{0}` has an empty segment")]
    EmptySegment(String),
    /// A control character, which no resource id contains.
    #[error("a scope has a control character")]
    ControlCharacter,
    /// Longer than [`MAX_LENGTH`].
    #[error("a scope has {0} bytes; at most {MAX_LENGTH} are accepted")]
    TooLong(usize),
}

/// Where the data actions of a model call are checked.
///
/// Azure knows no data action per deployment: a grant is for an account or a project. A gateway may
/// want finer grants, so ours can count assignments at `…/deployments/{name}` as well. That is our
/// own extension, off unless configured, and never weaker: grants at the account still inherit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum AuthorizationScope {
    /// As Azure: at the account, or at the project for project routes.
    #[default]
    Account,
    /// Ours: at the deployment, where the call names one.
    Deployment,
}

impl AuthorizationScope {
    /// The scope to ask about for a call to `account`, through `project` or to `deployment`.
    /// Project routes are checked at the project in either mode: deployments belong to accounts.
    pub fn of_call(
        self,
        account: &Scope,
        project: Option<&str>,
        deployment: Option<&str>,
    ) -> Scope {
        match (self, project, deployment) {
            (_, Some(project), _) => account.child("projects", project),
            (Self::Deployment, None, Some(deployment)) => account.child("deployments", deployment),
            _ => account.clone(),
        }
    }
}

#[cfg(test)]
mod tests;
