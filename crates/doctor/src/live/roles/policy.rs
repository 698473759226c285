//! What the Resource Manager and Graph listed, as one policy.

use std::collections::BTreeSet;

use access::policy::Policy;
use serde_json::{Value, json};

use crate::live::ask::{Answer, Purpose, Request};
use crate::live::examination::Examination;
use crate::live::surroundings::shown;

impl Examination {
    /// Everything that was read, as one policy. The Resource Manager resolved memberships and the
    /// management groups above when it listed what is assigned to the caller; that is put into words here.
    pub(super) fn policy(&self, caller: &str) -> Option<Policy> {
        let of_caller = |request: &Request| request.path.contains(caller);
        let assignments: Vec<Value> = self
            .answers_for(&Purpose::Assignments)
            .into_iter()
            .filter(|(request, _)| of_caller(request))
            .filter_map(|(_, answer)| match answer {
                Answer::Response(response) if response.ok() => Some(response.list().to_vec()),
                _ => None,
            })
            .flatten()
            .collect();
        let subscription = self.account.as_ref()?.id.split('/').nth(2)?.to_owned();
        let own = self.caller().is_some_and(|(own, _)| own == caller);
        let eligible = if own {
            self.lists(&Purpose::Eligible)
        } else {
            Vec::new()
        };
        let (mut groups, mut above) = (BTreeSet::new(), BTreeSet::new());
        for entry in assignments.iter().chain(&eligible) {
            let properties = &entry["properties"];
            let principal = properties["principalId"].as_str().unwrap_or_default();
            if !principal.eq_ignore_ascii_case(caller) {
                groups.insert(principal.to_owned());
            }
            let scope = properties["scope"].as_str().unwrap_or_default();
            if let Some(name) = management_group(scope) {
                above.insert(name.to_owned());
            }
        }
        if own {
            groups.extend(self.lists(&Purpose::Groups).iter().filter_map(|group| {
                let id = group.as_str().or_else(|| group["id"].as_str());
                id.map(str::to_owned)
            }));
        }
        let definitions: Vec<Value> = self
            .answers_for(&Purpose::Definition)
            .into_iter()
            .filter_map(|(_, answer)| match answer {
                Answer::Response(response) if response.ok() => response.json.clone(),
                _ => None,
            })
            .collect();
        let policy = json!({
            "roleAssignments": assignments,
            "roleEligibilityScheduleInstances": eligible,
            "denyAssignments": self.lists(&Purpose::Denies),
            "roleDefinitions": definitions,
            "groups": groups.iter().map(|group| json!({
                "id": group, "displayName": self.group_name(group), "members": [caller],
            })).collect::<Vec<_>>(),
            "managementGroups": above.iter().map(|name| json!({
                "id": name, "children": [format!("/subscriptions/{subscription}")],
            })).collect::<Vec<_>>(),
        });
        wire::arm::read_policy(policy.to_string().as_bytes()).ok()
    }

    fn group_name(&self, group: &str) -> String {
        let listed = self.lists(&Purpose::Groups);
        let named = listed.iter().find(|one| one["id"].as_str() == Some(group));
        named
            .and_then(|one| one["displayName"].as_str())
            .map_or_else(String::new, shown)
    }

    pub(super) fn lists(&self, purpose: &Purpose) -> Vec<Value> {
        let answers = self.answers_for(purpose);
        let read = answers.iter().filter_map(|(_, answer)| match answer {
            Answer::Response(response) if response.ok() => Some(response.list().to_vec()),
            _ => None,
        });
        read.flatten().collect()
    }
}

fn management_group(scope: &str) -> Option<&str> {
    const PREFIX: &str = "/providers/microsoft.management/managementgroups/";
    let start = scope.get(..PREFIX.len())?;
    start
        .eq_ignore_ascii_case(PREFIX)
        .then(|| &scope[PREFIX.len()..])
}
