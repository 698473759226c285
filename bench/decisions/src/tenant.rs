//! A tenant of any size, in no engine's terms: users, nested groups, a hierarchy of scopes, and
//! assignments of six built-in roles to users and groups at subscriptions, resource groups and accounts.

#[cfg(feature = "peers")]
use access::{action::Plane, builtin, condition::Attributes, condition::Truth};

use crate::random::Random;

/// Roles that are assigned.
pub(crate) const ROLES: &[&str] = &[
    "Cognitive Services OpenAI User",
    "Cognitive Services User",
    "Cognitive Services OpenAI Contributor",
    "Reader",
    "Contributor",
    "Owner",
];

/// What is asked for.
pub(crate) const ACTION: &str =
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";

#[derive(Debug)]
pub(crate) struct Tenant {
    pub(crate) users: Vec<String>,
    pub(crate) groups: Vec<Group>,
    pub(crate) subscriptions: Vec<String>,
    pub(crate) resource_groups: Vec<Place>,
    pub(crate) accounts: Vec<Place>,
    pub(crate) assignments: Vec<Assignment>,
}

#[derive(Debug)]
pub(crate) struct Group {
    pub(crate) id: String,
    /// Users and groups.
    pub(crate) members: Vec<String>,
}

/// A scope and the one above it.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) scope: String,
    #[cfg_attr(
        not(feature = "peers"),
        allow(dead_code, reason = "Entrada reads it off the scope")
    )]
    pub(crate) parent: String,
}

#[derive(Debug)]
pub(crate) struct Assignment {
    pub(crate) id: String,
    pub(crate) principal: String,
    pub(crate) role: &'static str,
    pub(crate) scope: String,
}

/// May this principal do [`ACTION`] at this account?
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) principal: String,
    pub(crate) account: String,
}

impl Tenant {
    /// A tenant with this many assignments: four to a user, ten to a group, fifty to an account.
    pub(crate) fn new(size: usize) -> Self {
        let mut random = Random(size as u64);
        let users: Vec<_> = (0..(size / 4).max(8)).map(|number| id(1, number)).collect();
        let groups = groups(&users, (size / 10).max(4), &mut random);
        let subscriptions: Vec<_> = (0..size.div_ceil(1_000))
            .map(|number| format!("/subscriptions/{}", id(3, number)))
            .collect();
        let resource_groups = below(&subscriptions, 4, "resourceGroups/rg");
        let scopes: Vec<_> = resource_groups
            .iter()
            .map(|place| place.scope.clone())
            .collect();
        let accounts = below(
            &scopes,
            5,
            "providers/Microsoft.CognitiveServices/accounts/account",
        );
        let mut tenant = Self {
            users,
            groups,
            subscriptions,
            resource_groups,
            accounts,
            assignments: Vec::new(),
        };
        tenant.assignments = (0..size)
            .map(|number| tenant.assignment(number, &mut random))
            .collect();
        tenant
    }

    /// Questions of which every second is about somebody who has some role there or above.
    pub(crate) fn questions(&self, count: usize) -> Vec<Question> {
        let mut random = Random(1);
        let mut question = |number: usize| {
            let mut principal = random.of(&self.users).clone();
            let mut account = random.of(&self.accounts).scope.clone();
            if number.is_multiple_of(2) {
                let assignment = random.of(&self.assignments);
                principal = self.someone(&assignment.principal, &mut random);
                let covered = |place: &&Place| place.scope.starts_with(&assignment.scope);
                account = match self.accounts.iter().find(covered) {
                    Some(place) => place.scope.clone(),
                    None => account,
                };
            }
            Question { principal, account }
        };
        (0..count).map(&mut question).collect()
    }

    fn assignment(&self, number: usize, random: &mut Random) -> Assignment {
        let principal = match random.below(2) {
            0 => random.of(&self.users),
            _ => &random.of(&self.groups).id,
        };
        let scope = match random.below(10) {
            0 => random.of(&self.subscriptions),
            1 | 2 => &random.of(&self.resource_groups).scope,
            _ => &random.of(&self.accounts).scope,
        };
        Assignment {
            id: id(4, number),
            principal: principal.clone(),
            role: random.of::<&str>(ROLES),
            scope: scope.clone(),
        }
    }

    /// The principal, or a user who is in that group, perhaps through another.
    fn someone<'t>(&'t self, principal: &'t String, random: &mut Random) -> String {
        let mut found: &String = principal;
        while let Some(group) = group_number(found).and_then(|number| self.groups.get(number)) {
            found = random.of(&group.members);
        }
        found.clone()
    }
}

/// The roles that permit [`ACTION`]: the peers are told which, and need not match Azure's patterns.
#[cfg(feature = "peers")]
pub(crate) fn permitting() -> Vec<&'static str> {
    let permits = |name: &&str| {
        builtin::by_name(name).is_some_and(|role| {
            role.permits(ACTION, Plane::Data, Attributes::none()) == Truth::True
        })
    };
    ROLES.iter().copied().filter(permits).collect()
}

/// Groups of eight users; two in three contain the group before them too, never more than three deep.
fn groups(users: &[String], count: usize, random: &mut Random) -> Vec<Group> {
    let group = |number: usize| {
        let mut members: Vec<_> = (0..8).map(|_| random.of(users).clone()).collect();
        if !number.is_multiple_of(3) {
            members.push(id(2, number - 1));
        }
        members.sort();
        members.dedup();
        Group {
            id: id(2, number),
            members,
        }
    };
    (0..count).map(group).collect()
}

fn below(parents: &[String], each: usize, path: &str) -> Vec<Place> {
    let children = parents.iter().enumerate().flat_map(|(at, parent)| {
        (0..each).map(move |number| Place {
            scope: format!("{parent}/{path}-{}", at * each + number),
            parent: parent.clone(),
        })
    });
    children.collect()
}

/// A GUID whose first digit says what it is of.
fn id(kind: usize, number: usize) -> String {
    format!("{kind}0a70500-7e4a-4c0d-9e1d-{number:012x}")
}

fn group_number(id: &str) -> Option<usize> {
    let number = id.strip_prefix("20a70500-7e4a-4c0d-9e1d-")?;
    usize::from_str_radix(number, 16).ok()
}
