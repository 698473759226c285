//! A policy file from what `az … list` printed.
//!
//! Each printed list is recognised by what its entries have. What could not be read is noted: a group
//! whose members were not listed, a role without definition, deny or eligible assignments that nobody
//! listed. An answer that hangs on it is then "unknown", or carries the note; never a plain "no".

use std::collections::BTreeSet;

use access::policy::Group;
use access::principal::{PrincipalId, PrincipalKind};
use access::scope::ScopeKind;
use serde_json::{Map, Value, json};

use super::estate::Estate;
use super::policy::{PolicyError, read_estate};

/// Collects what was printed.
#[derive(Clone, Debug, Default)]
pub struct Importer {
    lists: Map<String, Value>,
    /// Lists that somebody printed, though they may be empty.
    seen: BTreeSet<&'static str>,
    members: Vec<(String, Vec<PrincipalId>)>,
    /// Groups whose entries brought their members along.
    listed: BTreeSet<PrincipalId>,
    notes: Vec<String>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The policy, and what is known beside it.
    pub estate: Estate,
    /// What was not understood, as sentences.
    pub notes: Vec<String>,
}

/// Why what was printed cannot be imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The text is not JSON.
    #[error("`{0}` is not JSON: {1}")]
    Json(String, serde_json::Error),
    /// An entry makes no sense.
    #[error(transparent)]
    Policy(#[from] PolicyError),
    /// No entry of any file was recognised.
    #[error("nothing in the files is a list of roles, assignments, principals or accounts")]
    Nothing,
}

/// The lists of a policy file, and the word in its file's name that tells an empty one.
const LISTS: &[(&str, &str)] = &[
    ("roleEligibilityScheduleInstances", "eligib"),
    ("denyAssignments", "deny"),
    ("roleAssignments", "assignment"),
    ("roleDefinitions", "definition"),
    ("managementGroups", "management"),
    ("groups", "group"),
    ("users", "user"),
    ("servicePrincipals", "principal"),
    ("subscriptions", "subscription"),
    ("deployments", "deployment"),
    ("accounts", "account"),
];

impl Importer {
    /// Adds a printed list, a page of one, one entry, or a whole policy file.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn add(&mut self, file: &str, json: &[u8]) -> Result<(), ImportError> {
        let value = read(file, json)?;
        match value {
            Value::Object(map) if map.keys().any(|key| listed(key).is_some()) => {
                self.add_policy(map);
            }
            value => self.add_list(file, entries(value)),
        }
        Ok(())
    }

    fn add_policy(&mut self, map: Map<String, Value>) {
        for (key, value) in map {
            match listed(&key) {
                Some(list) => {
                    self.seen.insert(list);
                    entries(value)
                        .into_iter()
                        .for_each(|entry| self.put(list, entry));
                }
                None => {
                    self.lists.insert(key, value);
                }
            }
        }
    }

    fn add_list(&mut self, file: &str, list: Vec<Value>) {
        if list.is_empty() {
            let name = file.to_ascii_lowercase();
            match LISTS.iter().find(|(_, word)| name.contains(word)) {
                Some((list, _)) => drop(self.seen.insert(list)),
                None => self
                    .notes
                    .push(format!("`{file}` is an empty list of nobody knows what")),
            }
            return;
        }
        let mut unrecognised = 0;
        for entry in list {
            match kind(&entry) {
                Some(list) => self.put(list, entry),
                None => unrecognised += 1,
            }
        }
        if unrecognised > 0 {
            self.notes.push(format!(
                "`{file}` has {unrecognised} entries that are none of the known things"
            ));
        }
    }

    /// Adds what `az ad group member list` printed of a group, by its id or name.
    ///
    /// # Errors
    /// The text is not JSON.
    pub fn add_members(&mut self, group: &str, file: &str, json: &[u8]) -> Result<(), ImportError> {
        let mut ids = Vec::new();
        for member in entries(read(file, json)?) {
            ids.extend(member["id"].as_str().map(PrincipalId::new));
            // Members bring their names along.
            if let Some(list) = kind(&member) {
                self.put(list, member);
            }
        }
        self.members.push((group.to_owned(), ids));
        Ok(())
    }

    /// The policy file, with notes on what was not read.
    ///
    /// # Errors
    /// An entry makes no sense, or there is none.
    pub fn finish(self) -> Result<Imported, ImportError> {
        if self.seen.is_empty() && self.members.is_empty() {
            return Err(ImportError::Nothing);
        }
        let mut estate = read_estate(Value::Object(self.lists).to_string().as_bytes())?;
        let mut listed = self.listed;
        for (group, members) in self.members {
            listed.insert(enter_members(&mut estate, &group, members));
        }
        once(&mut estate);
        note_groups(&mut estate, &listed);
        note_roles(&mut estate);
        note_lists(&mut estate, &self.seen);
        Ok(Imported {
            estate,
            notes: self.notes,
        })
    }

    fn put(&mut self, list: &'static str, entry: Value) {
        self.seen.insert(list);
        if let (Some(id), true) = (entry["id"].as_str(), entry["members"].is_array()) {
            self.listed.insert(PrincipalId::new(id));
        }
        let entries = self.lists.entry(list).or_insert_with(|| json!([]));
        if let Value::Array(entries) = entries {
            entries.push(entry);
        }
    }
}

fn read(file: &str, json: &[u8]) -> Result<Value, ImportError> {
    let json = json.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(json);
    serde_json::from_slice(json).map_err(|error| ImportError::Json(file.to_owned(), error))
}

/// The policy file's list of this name, in any case.
fn listed(key: &str) -> Option<&'static str> {
    let known = LISTS
        .iter()
        .find(|(list, _)| key.eq_ignore_ascii_case(list));
    known.map(|(list, _)| *list)
}

/// A list, a page of one, or a single entry.
fn entries(value: Value) -> Vec<Value> {
    match value {
        Value::Array(list) => list,
        Value::Object(mut map) => match map.remove("value") {
            Some(Value::Array(list)) => list,
            other => {
                map.extend(other.map(|value| ("value".to_owned(), value)));
                vec![Value::Object(map)]
            }
        },
        _ => Vec::new(),
    }
}

/// Which list an entry belongs to, by what it has.
fn kind(entry: &Value) -> Option<&'static str> {
    let has = |name: &str| !entry[name].is_null() || !entry["properties"][name].is_null();
    let text = |name: &str| {
        entry[name]
            .as_str()
            .unwrap_or_default()
            .to_ascii_lowercase()
    };
    let (id, r#type, odata) = (text("id"), text("type"), text("@odata.type"));
    let account = "/providers/microsoft.cognitiveservices/accounts/";
    let below_account = id.split_once(account).map(|(_, rest)| rest);
    if has("denyAssignmentName") || id.contains("/denyassignments/") {
        Some("denyAssignments")
    } else if id.contains("/roleeligibilityscheduleinstances/") {
        Some("roleEligibilityScheduleInstances")
    } else if id.contains("/roleassignmentscheduleinstances/") {
        None // The role assignments have them already.
    } else if has("principalId") && (has("roleDefinitionId") || has("roleDefinitionName")) {
        Some("roleAssignments")
    } else if has("permissions") && (has("roleName") || has("assignableScopes")) {
        Some("roleDefinitions")
    } else if let Some(rest) = below_account {
        let mut segments = rest.split('/').skip(1);
        match segments.next() {
            None => Some("accounts"),
            Some("deployments") => Some("deployments"),
            Some(_) => None,
        }
    } else if r#type.ends_with("/managementgroups")
        || id.contains("/microsoft.management/managementgroups/")
    {
        Some("managementGroups")
    } else if has("userPrincipalName") || odata.ends_with(".user") {
        Some("users")
    } else if has("servicePrincipalType")
        || has("servicePrincipalNames")
        || odata.ends_with(".serviceprincipal")
    {
        Some("servicePrincipals")
    } else if has("securityEnabled") || has("members") || odata.ends_with(".group") {
        Some("groups")
    } else if has("tenantId")
        && (has("isDefault") || has("environmentName") || has("subscriptionId"))
    {
        Some("subscriptions")
    } else {
        None
    }
}

/// Sets the members of a group, by its id or name; which it is.
fn enter_members(estate: &mut Estate, group: &str, members: Vec<PrincipalId>) -> PrincipalId {
    let id = PrincipalId::new(group);
    let mut groups = estate.policy.groups.iter_mut();
    let known = groups.find(|known| known.id == id || known.name.eq_ignore_ascii_case(group));
    if let Some(known) = known {
        known.members.extend(members);
        return known.id.clone();
    }
    estate.policy.groups.push(Group {
        id: id.clone(),
        name: String::new(),
        members,
    });
    id
}

/// Lists overlap: the same assignment is printed for several scopes, the same user for several groups.
fn once(estate: &mut Estate) {
    fn retain_first<T, K: Ord>(list: &mut Vec<T>, key: impl Fn(&T) -> K) {
        let mut seen = BTreeSet::new();
        list.retain(|one| seen.insert(key(one)));
    }
    let policy = &mut estate.policy;
    retain_first(&mut policy.assignments, |one| {
        (
            one.id.to_ascii_lowercase(),
            one.principal.clone(),
            one.scope.clone(),
            one.eligible,
        )
    });
    retain_first(&mut policy.denies, |deny| {
        (deny.id.to_ascii_lowercase(), deny.scope.clone())
    });
    retain_first(&mut estate.principals, |known| known.id.clone());
    retain_first(&mut estate.accounts, Clone::clone);
    retain_first(&mut estate.deployments, |known| known.scope.clone());
    // A group that is a member of another is printed there, too, without its own members.
    let mut groups: Vec<Group> = Vec::new();
    for group in std::mem::take(&mut policy.groups) {
        match groups.iter_mut().find(|known| known.id == group.id) {
            Some(known) if known.members.is_empty() => *known = group,
            Some(_) => {}
            None => groups.push(group),
        }
    }
    policy.groups = groups;
    // Azure prints some nine hundred built-in roles: those that nobody holds do not matter.
    let held: BTreeSet<_> = policy
        .assignments
        .iter()
        .map(|one| one.role.clone())
        .collect();
    policy
        .roles
        .retain(|role| role.kind == access::role::RoleKind::Custom || held.contains(&role.id));
}

/// Groups that hold something, are denied something or were listed, and whose members nobody listed.
fn note_groups(estate: &mut Estate, listed: &BTreeSet<PrincipalId>) {
    let policy = &estate.policy;
    let holding = policy.assignments.iter();
    let holding = holding.filter(|one| one.principal_kind == PrincipalKind::Group);
    let known = policy.groups.iter().map(|group| &group.id);
    let groups: BTreeSet<PrincipalId> = holding
        .map(|one| &one.principal)
        .chain(known)
        .cloned()
        .collect();
    for id in groups.difference(listed) {
        if estate.unread_groups.contains(id) {
            continue;
        }
        let named = estate.policy.groups.iter().find(|group| group.id == *id);
        let name = named
            .map(|group| group.name.clone())
            .filter(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| id.to_string());
        estate.unread_groups.push(id.clone());
        estate.not_read.push(format!(
            "who is in the group {name}: `az ad group member list --group {id}` was not given"
        ));
    }
}

fn note_roles(estate: &mut Estate) {
    let policy = &estate.policy;
    let book = policy.role_book();
    let unknown: BTreeSet<_> = policy
        .assignments
        .iter()
        .map(|one| &one.role)
        .filter(|role| book.role(role).is_none())
        .collect();
    let notes = unknown.into_iter().map(|role| {
        format!("what the role {role} permits: `az role definition list` did not print it")
    });
    let notes: Vec<String> = notes.collect();
    add_notes(estate, notes);
}

fn note_lists(estate: &mut Estate, seen: &BTreeSet<&'static str>) {
    let mut notes = Vec::new();
    if !seen.contains("denyAssignments") {
        notes.push("deny assignments: `az role deny-assignment list` was not given".to_owned());
    }
    if !seen.contains("roleEligibilityScheduleInstances") {
        notes.push("eligible assignments (Privileged Identity Management)".to_owned());
    }
    let above = |kind| matches!(kind, ScopeKind::Root | ScopeKind::ManagementGroup);
    let mut assignments = estate.policy.assignments.iter();
    if !assignments.any(|one| above(one.scope.kind())) && !seen.contains("managementGroups") {
        notes.push(
            "assignments above the subscription: `--include-inherited` prints them".to_owned(),
        );
    }
    let mut assignments = estate.policy.assignments.iter();
    let at_management_group =
        |one: &access::assignment::RoleAssignment| one.scope.kind() == ScopeKind::ManagementGroup;
    if assignments.any(at_management_group) && !seen.contains("managementGroups") {
        notes.push("which subscriptions are below the management groups".to_owned());
    }
    add_notes(estate, notes);
}

fn add_notes(estate: &mut Estate, notes: Vec<String>) {
    for note in notes {
        if !estate.not_read.contains(&note) {
            estate.not_read.push(note);
        }
    }
}
