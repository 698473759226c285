//! Changes of a policy in words and commands.

use access::assignment::{DenyAssignment, RoleAssignment};
use access::change::Change;
use access::principal::{PrincipalId, PrincipalKind};
use wire::entrada::ChangeEntry;

use super::Asker;

impl Asker<'_> {
    pub(super) fn change_entry(&self, change: &Change) -> ChangeEntry {
        let (kind, summary, commands) = match change {
            Change::Assign(one) => {
                let what = format!(
                    "assign {} to {}",
                    self.held(one),
                    self.name_of(&one.principal)
                );
                ("assign", what, self.grant_commands(one))
            }
            Change::Unassign(one) => {
                let from = self.name_of(&one.principal);
                (
                    "unassign",
                    format!("take {} from {from}", self.held(one)),
                    Vec::new(),
                )
            }
            Change::Activate(one) => {
                let who = self.name_of(&one.principal);
                let what = format!(
                    "activate the eligible assignment: {} for {who}",
                    self.held(one)
                );
                ("activate", what, Vec::new())
            }
            Change::LiftCondition(one) => {
                let who = self.name_of(&one.principal);
                let what = format!(
                    "remove the condition of the assignment: {} for {who}",
                    self.held(one)
                );
                ("lift-condition", what, Vec::new())
            }
            Change::AddMember { group, member } => (
                "add-member",
                format!(
                    "add {} to the group {}",
                    self.name_of(member),
                    self.name_of(group)
                ),
                vec![format!(
                    "az ad group member add --group {group} --member-id {member}"
                )],
            ),
            Change::RemoveMember { group, member } => (
                "remove-member",
                format!(
                    "remove {} from the group {}",
                    self.name_of(member),
                    self.name_of(group)
                ),
                vec![format!(
                    "az ad group member remove --group {group} --member-id {member}"
                )],
            ),
            Change::Define(role) => (
                "define-role",
                format!("change the role {}", role.name),
                Vec::new(),
            ),
            Change::Undefine(role) => (
                "remove-role",
                format!("remove the role {}", self.role_name(role)),
                Vec::new(),
            ),
            Change::Deny(deny) => ("deny", format!("add {}", described(deny)), Vec::new()),
            Change::RemoveDeny(deny) => {
                let command = format!(
                    "az role deny-assignment delete --id {} --yes",
                    quoted(&deny.id)
                );
                let what = format!("remove {}", described(deny));
                ("remove-deny", what, vec![command])
            }
            Change::Spare { deny, principal } => (
                "spare",
                format!(
                    "exclude {} from {}",
                    self.name_of(principal),
                    described(deny)
                ),
                Vec::new(),
            ),
        };
        ChangeEntry {
            kind: kind.to_owned(),
            summary,
            commands,
        }
    }

    /// "Cognitive Services User at account `contoso`".
    fn held(&self, assignment: &RoleAssignment) -> String {
        let role = self.role_name(&assignment.role);
        format!("{role} at {}", assignment.scope.described())
    }

    pub(super) fn role_name(&self, id: &access::role::RoleId) -> String {
        let role = self.index.policy().role(id);
        role.map_or_else(|| format!("role {id}"), |role| role.name.clone())
    }

    pub(super) fn grant_commands(&self, assignment: &RoleAssignment) -> Vec<String> {
        let (role, scope) = (self.role_name(&assignment.role), &assignment.scope);
        let (name, short) = (
            self.name_of(&assignment.principal),
            self.names.short_scope(scope),
        );
        let id = &assignment.principal;
        let kind = match self.kind_of(id) {
            PrincipalKind::Unknown => String::new(),
            kind => format!(" --assignee-principal-type {}", kind.as_str()),
        };
        vec![
            format!("entrada grant {} \"{role}\" {short}", quoted(&name)),
            format!(
                "az role assignment create --assignee-object-id {id}{kind} --role \"{role}\" --scope {}",
                quoted(scope.as_str())
            ),
        ]
    }

    fn kind_of(&self, id: &PrincipalId) -> PrincipalKind {
        let known = self.names.principal(&id.to_string());
        known.map_or(PrincipalKind::Unknown, |known| known.kind)
    }
}

fn described(deny: &DenyAssignment) -> String {
    let protected = if deny.system_protected {
        " (system-protected: only where it was made)"
    } else {
        ""
    };
    let name = if deny.name.is_empty() {
        &*deny.id
    } else {
        &deny.name
    };
    format!(
        "the deny assignment \"{name}\" at {}{protected}",
        deny.scope.described()
    )
}

/// As one word of a shell.
fn quoted(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/.-_:@+".contains(c);
    match !text.is_empty() && text.chars().all(plain) {
        true => text.to_owned(),
        false => format!("'{}'", text.replace('\'', "'\\''")),
    }
}
