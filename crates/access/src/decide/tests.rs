//! The rules of Azure RBAC, one by one.

use super::*;
use crate::builtin;
use crate::decision::PathGroup;
use crate::policy::{Group, ManagementGroup};
use crate::role::Permission;

const CHAT: &str =
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
const MAAS: &str = "Microsoft.CognitiveServices/accounts/MaaS/chat/completions/action";
const MESSAGES: &str = "Microsoft.CognitiveServices/accounts/AIServices/providers/action";
const LIST_KEYS: &str = "Microsoft.CognitiveServices/accounts/listKeys/action";
const ASSIGN: &str = "Microsoft.Authorization/roleAssignments/write";
const GROUP: &str = "/subscriptions/s/resourceGroups/rg";
const ACCOUNT: &str =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.CognitiveServices/accounts/contoso";

/// A policy in the making, and the questions asked of it.
#[derive(Default)]
struct World {
    policy: Policy,
    token_groups: Vec<PrincipalId>,
}

impl World {
    /// `who` holds the built-in role `role` at `scope`.
    fn grant(mut self, who: &str, role: &str, scope: &str) -> Self {
        let role = builtin::by_name(role).unwrap().id.clone();
        let id = format!("{}", self.policy.assignments.len() + 1);
        let assignment = RoleAssignment::new(&id, PrincipalId::new(who), role, at(scope));
        self.policy.assignments.push(assignment);
        self
    }

    /// Changes the last assignment.
    fn but(mut self, change: impl FnOnce(&mut RoleAssignment)) -> Self {
        change(self.policy.assignments.last_mut().unwrap());
        self
    }

    /// A custom role with these blocks, held by alice at the account.
    fn custom(mut self, blocks: Vec<Permission>) -> Self {
        let mut role = RoleDefinition::new(RoleId::parse("custom"), "Custom");
        role.permissions = blocks;
        self.policy.roles.push(role);
        let id = RoleId::parse("custom");
        let assignment = RoleAssignment::new("custom", PrincipalId::new("alice"), id, at(ACCOUNT));
        self.policy.assignments.push(assignment);
        self
    }

    fn deny(
        mut self,
        principal: &str,
        scope: &str,
        change: impl FnOnce(&mut DenyAssignment),
    ) -> Self {
        let mut deny = DenyAssignment::new("deny-1", at(scope));
        deny.name = "No inference".to_owned();
        deny.principals.push(PrincipalId::new(principal));
        deny.permissions.push(Permission {
            actions: patterns(&["*"]),
            data_actions: patterns(&["*"]),
            ..Permission::default()
        });
        change(&mut deny);
        self.policy.denies.push(deny);
        self
    }

    fn group(mut self, id: &str, members: &[&str]) -> Self {
        self.policy.groups.push(Group {
            id: PrincipalId::new(id),
            name: format!("Group {id}"),
            members: members.iter().map(|id| PrincipalId::new(id)).collect(),
        });
        self
    }

    fn management_group(mut self, id: &str, children: &[&str]) -> Self {
        self.policy.management_groups.push(ManagementGroup {
            id: id.to_owned(),
            children: children.iter().map(|child| (*child).to_owned()).collect(),
        });
        self
    }

    fn token_group(mut self, id: &str) -> Self {
        self.token_groups.push(PrincipalId::new(id));
        self
    }

    fn ask(&self, action: &str, scope: &str) -> Decision {
        let plane = match action {
            LIST_KEYS | ASSIGN => Plane::Control,
            _ => Plane::Data,
        };
        decide(
            &self.policy,
            &Question {
                principal: &PrincipalId::new("alice"),
                groups: &self.token_groups,
                action,
                plane,
                scope: &at(scope),
                now: Timestamp(1000),
            },
        )
    }

    fn check(&self, action: &str, expected: Verdict) -> Decision {
        let decision = self.ask(action, ACCOUNT);
        assert_eq!(decision.verdict, expected, "{decision:#?}");
        decision
    }
}

fn at(scope: &str) -> Scope {
    Scope::parse(scope).unwrap()
}

fn patterns(list: &[&str]) -> Vec<crate::action::ActionPattern> {
    list.iter()
        .map(|text| crate::action::ActionPattern::new(text))
        .collect()
}

fn data(actions: &[&str], excluded: &[&str]) -> Permission {
    Permission {
        data_actions: patterns(actions),
        not_data_actions: patterns(excluded),
        ..Permission::default()
    }
}

fn alice(role: &str, scope: &str) -> World {
    World::default().grant("alice", role, scope)
}

const fn denied(denial: Denial) -> Verdict {
    Verdict::Denied(denial)
}

#[test]
fn owner_cannot_infer() {
    for role in [
        "Owner",
        "Contributor",
        "Cognitive Services Contributor",
        "Azure AI Administrator",
    ] {
        let decision = alice(role, GROUP).check(CHAT, denied(Denial::ControlPlaneOnly));
        let miss = &decision.near_misses[0];
        assert_eq!(
            miss.summary(),
            format!("{role} at resource group `rg`: management rights only")
        );
        let suggested = decision.suggested_role.unwrap();
        assert_eq!(suggested.name, "Cognitive Services OpenAI User");
    }
}

#[test]
fn owner_can_list_keys_and_so_can_the_cognitive_services_user() {
    alice("Owner", "/subscriptions/S").check(LIST_KEYS, Verdict::Allowed);
    alice("Cognitive Services User", ACCOUNT).check(LIST_KEYS, Verdict::Allowed);
    alice("Foundry Project Manager", ACCOUNT).check(LIST_KEYS, denied(Denial::ActionMissing));
}

#[test]
fn data_rights_do_not_manage() {
    let world = alice("Cognitive Services Data Contributor (Preview)", ACCOUNT);
    world.check(CHAT, Verdict::Allowed);
    world.check(LIST_KEYS, denied(Denial::DataPlaneOnly));
}

#[test]
fn the_openai_user_calls_openai_models_only() {
    let world = alice("Cognitive Services OpenAI User", ACCOUNT);
    world.check(CHAT, Verdict::Allowed);
    let decision = world.check(MAAS, denied(Denial::OtherFamilyOnly));
    assert_eq!(
        decision.suggested_role.unwrap().name,
        "Cognitive Services User"
    );
    world.check(MESSAGES, denied(Denial::OtherFamilyOnly));
    let stored = "Microsoft.CognitiveServices/accounts/OpenAI/stored-completions/read";
    let decision = world.check(stored, denied(Denial::DataActionMissing));
    assert_eq!(decision.near_misses[0].outcome, GrantOutcome::Excluded);
}

#[test]
fn the_articles_custom_role_does_not_cover_the_articles_own_sample() {
    let world = World::default().custom(vec![data(
        &["Microsoft.CognitiveServices/accounts/MaaS/*"],
        &[],
    )]);
    world.check(MAAS, Verdict::Allowed);
    let responses = "Microsoft.CognitiveServices/accounts/OpenAI/responses/write";
    world.check(responses, denied(Denial::OtherFamilyOnly));
}

#[test]
fn a_data_reader_lacks_the_action_and_not_the_family() {
    alice("Cognitive Services Data Reader", ACCOUNT).check(CHAT, denied(Denial::DataActionMissing));
}

#[test]
fn foundry_project_manager_can_infer_despite_its_condition() {
    let world = alice("Foundry Project Manager", ACCOUNT);
    world.check(CHAT, Verdict::Allowed);
    world.check(MESSAGES, Verdict::Allowed);
    alice("Azure AI Owner", ACCOUNT).check(CHAT, Verdict::Allowed);
    // To assign a role is another matter: which role decides.
    let decision = world.check(ASSIGN, Verdict::Conditional);
    assert!(
        matches!(decision.decisive(), Some(Step::Grant(grant)) if grant.outcome == GrantOutcome::MayGrant)
    );
}

#[test]
fn a_supplied_attribute_settles_the_condition() {
    let world = alice("Foundry Project Manager", ACCOUNT);
    let (principal, scope) = (PrincipalId::new("alice"), at(ACCOUNT));
    let question = Question {
        principal: &principal,
        groups: &[],
        action: ASSIGN,
        plane: Plane::Control,
        scope: &scope,
        now: Timestamp(0),
    };
    let granting = |role: &str| {
        let id = builtin::by_name(role).unwrap().id.to_string();
        let name = "Microsoft.Authorization/roleAssignments:RoleDefinitionId";
        let attributes = Attributes::default().with("Request", name, &[&id]);
        decide_with(&world.policy, &question, &attributes).verdict
    };
    assert_eq!(granting("Foundry User"), Verdict::Allowed);
    assert_eq!(
        granting("Cognitive Services User"),
        denied(Denial::ConditionNotMet)
    );
}

#[test]
fn a_role_above_the_account_is_inherited() {
    for scope in [
        "/",
        "/subscriptions/s",
        "/SUBSCRIPTIONS/S/resourcegroups/RG/",
        GROUP,
        ACCOUNT,
    ] {
        alice("Cognitive Services User", scope).check(CHAT, Verdict::Allowed);
    }
}

#[test]
fn resource_group_prefix_is_not_inheritance() {
    let decision = alice(
        "Cognitive Services User",
        "/subscriptions/s/resourceGroups/r",
    )
    .check(CHAT, denied(Denial::WrongScope));
    assert!(decision.steps.is_empty());
    alice(
        "Cognitive Services User",
        &format!("{GROUP}/providers/Microsoft.CognitiveServices/accounts/conto"),
    )
    .check(CHAT, denied(Denial::WrongScope));
}

#[test]
fn the_right_role_on_another_account_is_a_near_miss() {
    let other = ACCOUNT.replace("contoso", "other");
    let decision = alice("Cognitive Services User", &other).check(CHAT, denied(Denial::WrongScope));
    assert_eq!(
        decision.near_misses[0].summary(),
        "Cognitive Services User at account `other`: the right role, assigned elsewhere"
    );
}

#[test]
fn a_role_on_a_project_does_not_cover_the_account() {
    let project = format!("{ACCOUNT}/projects/p");
    let world = alice("Foundry User", &project);
    world.check(CHAT, denied(Denial::BelowScope));
    assert!(world.ask(CHAT, &project).is_allowed());
}

#[test]
fn management_groups_are_inherited_through_their_whole_tree() {
    let root = "/providers/Microsoft.Management/managementGroups/Root";
    let world = alice("Cognitive Services User", root);
    world.check(CHAT, denied(Denial::WrongScope));
    let world = world
        .management_group(
            "root",
            &["/providers/Microsoft.Management/managementGroups/corp"],
        )
        .management_group("corp", &["/subscriptions/S"]);
    world.check(CHAT, Verdict::Allowed);
    assert!(
        !world
            .ask(CHAT, &ACCOUNT.replace("/s/", "/s2/"))
            .is_allowed()
    );
}

#[test]
fn groups_are_followed_and_the_path_is_told() {
    let world = World::default()
        .grant("devs", "Cognitive Services User", ACCOUNT)
        .group("team", &["alice"])
        .group("devs", &["TEAM", "bob"]);
    let decision = world.check(CHAT, Verdict::Allowed);
    let Some(Step::Grant(grant)) = decision.decisive() else {
        panic!("{decision:#?}")
    };
    let path: Vec<&str> = grant.path.iter().map(|group| &*group.name).collect();
    assert_eq!(path, ["Group team", "Group devs"]);
    assert_eq!(decision.groups_considered, 2);
}

#[test]
fn groups_of_the_token_count_and_lead_on() {
    let world = World::default()
        .grant("outer", "Cognitive Services User", ACCOUNT)
        .group("outer", &["claimed"]);
    world.check(CHAT, denied(Denial::RoleMissing));
    let world = world.token_group("CLAIMED");
    let decision = world.check(CHAT, Verdict::Allowed);
    let Some(Step::Grant(grant)) = decision.decisive() else {
        panic!("{decision:#?}")
    };
    let claimed = PathGroup {
        id: PrincipalId::new("claimed"),
        name: String::new(),
        from_token: true,
    };
    assert_eq!(grant.path[0], claimed);
}

#[test]
fn group_cycles_end() {
    World::default()
        .grant("c", "Cognitive Services User", ACCOUNT)
        .group("a", &["alice", "b"])
        .group("b", &["a"])
        .group("c", &["b", "c"])
        .check(CHAT, Verdict::Allowed);
}

#[test]
fn deny_assignment_beats_owner() {
    let world = alice("Owner", "/").deny("alice", ACCOUNT, |_| {});
    let decision = world.check(LIST_KEYS, denied(Denial::DenyAssignment));
    assert!(matches!(&decision.steps[0], Step::Deny(deny) if deny.name == "No inference"));
    assert_eq!(
        decision.suggested_role, None,
        "no role helps against a deny assignment"
    );
}

#[test]
fn a_deny_assignment_reaches_groups_and_spares_exclusions_through_groups() {
    let world = || alice("Cognitive Services User", ACCOUNT).group("devs", &["alice"]);
    world()
        .deny("devs", "/subscriptions/s", |_| {})
        .check(CHAT, denied(Denial::DenyAssignment));
    let spare = |id: &'static str| {
        move |deny: &mut DenyAssignment| deny.exclude_principals.push(PrincipalId::new(id))
    };
    world()
        .deny("alice", GROUP, spare("devs"))
        .check(CHAT, Verdict::Allowed);
    world()
        .deny("devs", GROUP, spare("ALICE"))
        .check(CHAT, Verdict::Allowed);
    world()
        .deny("devs", GROUP, spare("bob"))
        .check(CHAT, denied(Denial::DenyAssignment));
}

#[test]
fn the_zero_guid_means_everyone_among_the_principals_only() {
    let everyone = "00000000-0000-0000-0000-000000000000";
    let world = || alice("Cognitive Services User", ACCOUNT);
    world()
        .deny(everyone, "/", |_| {})
        .check(CHAT, denied(Denial::DenyAssignment));
    world()
        .deny(everyone, "/", |deny| {
            deny.exclude_principals.push(PrincipalId::new("alice"));
        })
        .check(CHAT, Verdict::Allowed);
    world()
        .deny("alice", "/", |deny| {
            deny.exclude_principals.push(PrincipalId::everyone());
        })
        .check(CHAT, denied(Denial::DenyAssignment));
    // A role assignment to the zero GUID is an assignment to nobody in particular.
    World::default()
        .grant(everyone, "Cognitive Services User", ACCOUNT)
        .check(CHAT, denied(Denial::RoleMissing));
}

#[test]
fn a_deny_assignment_may_stop_at_its_own_scope() {
    let world = |scope: &str| {
        alice("Cognitive Services User", "/")
            .deny("alice", scope, |deny| deny.not_to_children = true)
    };
    world(GROUP).check(CHAT, Verdict::Allowed);
    world(&ACCOUNT.to_uppercase()).check(CHAT, denied(Denial::DenyAssignment));
    assert!(
        world(ACCOUNT)
            .ask(CHAT, &format!("{ACCOUNT}/projects/p"))
            .is_allowed()
    );
}

#[test]
fn a_deny_assignment_names_actions_as_a_role_does() {
    let world = |block: Permission| {
        alice("Cognitive Services User", ACCOUNT)
            .deny("alice", ACCOUNT, |deny| deny.permissions = vec![block])
    };
    world(data(&["*/MaaS/*"], &[])).check(CHAT, Verdict::Allowed);
    world(data(&["*"], &["*/chat/completions/action"])).check(CHAT, Verdict::Allowed);
    world(data(&["*"], &["*/models/*"])).check(CHAT, denied(Denial::DenyAssignment));
    // Denying management does not deny use.
    let management = Permission {
        actions: patterns(&["*"]),
        ..Permission::default()
    };
    world(management).check(CHAT, Verdict::Allowed);
}

#[test]
fn not_data_actions_subtract_only_inside_their_block() {
    let two_blocks = vec![
        data(&["*"], &["*/OpenAI/*"]),
        data(&["*/chat/completions/action"], &[]),
    ];
    World::default()
        .custom(two_blocks)
        .check(CHAT, Verdict::Allowed);
    World::default()
        .custom(vec![data(&["*"], &["*/OpenAI/*"])])
        .check(CHAT, denied(Denial::DataActionMissing));
    // Nor do they take away what another role gives.
    World::default()
        .custom(vec![data(&["*"], &["*/OpenAI/*"])])
        .grant("alice", "Cognitive Services OpenAI User", GROUP)
        .check(CHAT, Verdict::Allowed);
}

#[test]
fn definitions_in_the_input_win_over_built_in_ones() {
    let mut world = alice("Cognitive Services User", ACCOUNT);
    let id = builtin::by_name("Cognitive Services User")
        .unwrap()
        .id
        .clone();
    let mut role = RoleDefinition::new(id, "Cognitive Services User");
    role.permissions.push(data(&["*/MaaS/*"], &[]));
    world.policy.roles.push(role);
    world.check(CHAT, denied(Denial::OtherFamilyOnly));
    world.check(MAAS, Verdict::Allowed);
}

#[test]
fn an_unknown_role_is_named_and_counts_only_if_nothing_else_decides() {
    let unknown = "11111111-2222-3333-4444-555555555555";
    let world = |role: &str| {
        alice(role, ACCOUNT)
            .grant("alice", "Reader", ACCOUNT)
            .but(|assignment| assignment.role = RoleId::parse(unknown))
    };
    let decision = world("Owner").check(CHAT, Verdict::Unknown);
    assert_eq!(decision.unknown_roles, [RoleId::parse(unknown)]);
    world("Cognitive Services User").check(CHAT, Verdict::Allowed);
    world("Owner")
        .deny("alice", ACCOUNT, |_| {})
        .check(CHAT, denied(Denial::DenyAssignment));
    // Elsewhere, over, or under a condition that fails, it would not have mattered.
    let moved = |change: fn(&mut RoleAssignment)| world("Owner").but(change);
    moved(|one| one.scope = at("/subscriptions/t")).check(CHAT, denied(Denial::ControlPlaneOnly));
    moved(|one| one.ends = Some(Timestamp(1000))).check(CHAT, denied(Denial::ControlPlaneOnly));
    moved(|one| one.condition = Some(Condition::new("ActionMatches{'x'}")))
        .check(CHAT, denied(Denial::ControlPlaneOnly));
}

#[test]
fn assignments_hold_from_their_start_until_before_their_end() {
    let world = |starts: Option<i64>, ends: Option<i64>| {
        alice("Cognitive Services User", ACCOUNT).but(|assignment| {
            assignment.starts = starts.map(Timestamp);
            assignment.ends = ends.map(Timestamp);
        })
    };
    world(Some(1000), Some(1001)).check(CHAT, Verdict::Allowed);
    world(Some(1001), None).check(CHAT, denied(Denial::StartsLater));
    world(None, Some(1000)).check(CHAT, denied(Denial::Expired));
    world(Some(0), Some(500)).check(CHAT, denied(Denial::Expired));
}

#[test]
fn a_new_assignment_is_effective_after_the_propagation_delay() {
    let mut world = alice("Cognitive Services User", ACCOUNT)
        .but(|assignment| assignment.created = Some(Timestamp(900)));
    world.check(CHAT, Verdict::Allowed);
    world.policy.propagation_delay = 300;
    let decision = world.check(CHAT, denied(Denial::NotYetEffective));
    let outcome = &decision.near_misses[0].outcome;
    let effective = Some(Timestamp(1200));
    assert_eq!(
        *outcome,
        GrantOutcome::NotInForce(AssignmentState::Propagating, effective)
    );
    world.policy.propagation_delay = 100;
    world.check(CHAT, Verdict::Allowed);
}

#[test]
fn an_eligible_assignment_grants_nothing() {
    let decision = alice("Cognitive Services User", ACCOUNT)
        .but(|assignment| assignment.eligible = true)
        .check(CHAT, denied(Denial::NotActivated));
    assert!(
        decision.near_misses[0]
            .summary()
            .ends_with("eligible but not activated")
    );
}

#[test]
fn conditions_on_assignments_decide_per_action() {
    let world = |condition: &str| {
        alice("Cognitive Services User", ACCOUNT)
            .but(|assignment| assignment.condition = Some(Condition::new(condition)))
    };
    let not_chat = format!("!(ActionMatches{{'{CHAT}'}})");
    world(&not_chat).check(CHAT, denied(Denial::ConditionNotMet));
    world(&not_chat).check(MAAS, Verdict::Allowed);
    let tagged = format!("{not_chat} OR @Resource[tag] StringEquals 'x'");
    world(&tagged).check(CHAT, Verdict::Conditional);
    world(&tagged).check(MAAS, Verdict::Allowed);
    // A second, plain assignment settles it.
    world(&tagged)
        .grant("alice", "Cognitive Services OpenAI User", "/")
        .check(CHAT, Verdict::Allowed);
}

#[test]
fn an_unreadable_condition_never_grants_and_never_lifts_a_deny() {
    let broken = || Some(Condition::new("@Resource[x] StringEquals"));
    let decision = alice("Cognitive Services User", ACCOUNT)
        .but(|assignment| assignment.condition = broken())
        .check(CHAT, denied(Denial::ConditionUnreadable));
    assert!(
        decision.near_misses[0]
            .summary()
            .contains("cannot be read: expected")
    );
    alice("Cognitive Services User", ACCOUNT)
        .deny("alice", ACCOUNT, |deny| deny.condition = broken())
        .check(CHAT, denied(Denial::DenyAssignment));
    let block = Permission {
        condition: broken(),
        ..data(&["*"], &[])
    };
    World::default()
        .custom(vec![block])
        .check(CHAT, denied(Denial::ConditionUnreadable));
}

#[test]
fn a_deny_that_hangs_on_an_attribute_makes_the_answer_conditional() {
    let deny =
        |deny: &mut DenyAssignment| deny.condition = Some(Condition::new("Exists @Resource[x]"));
    alice("Cognitive Services User", ACCOUNT)
        .deny("alice", ACCOUNT, deny)
        .check(CHAT, Verdict::Conditional);
    World::default()
        .deny("alice", ACCOUNT, deny)
        .check(CHAT, denied(Denial::RoleMissing));
}

#[test]
fn nobody_without_a_role_may_do_anything() {
    let decision = World::default()
        .grant("bob", "Owner", "/")
        .check(CHAT, denied(Denial::RoleMissing));
    assert!(decision.steps.is_empty() && decision.near_misses.is_empty());
}

#[test]
fn near_misses_are_sorted_and_capped() {
    let mut world = World::default().grant("alice", "Owner", GROUP);
    for n in 0..30 {
        let other = ACCOUNT.replace("contoso", &format!("other{n}"));
        world = world.grant("alice", "Cognitive Services User", &other);
    }
    let decision = world
        .grant("alice", "Cognitive Services OpenAI User", ACCOUNT)
        .but(|assignment| assignment.ends = Some(Timestamp(5)))
        .check(CHAT, denied(Denial::Expired));
    assert_eq!(decision.near_miss_total, 32);
    assert_eq!(decision.near_misses.len(), MAX_NEAR_MISSES);
    assert!(matches!(
        decision.near_misses[0].outcome,
        GrantOutcome::NotInForce(..)
    ));
    assert_eq!(decision.near_misses[1].outcome, GrantOutcome::OtherScope);
}

#[test]
fn steps_are_capped_and_the_deciding_one_is_kept() {
    let mut world = World::default();
    for _ in 0..1000 {
        world = world.grant("alice", "Reader", ACCOUNT);
    }
    let decision = world
        .grant("alice", "Cognitive Services User", ACCOUNT)
        .check(CHAT, Verdict::Allowed);
    assert_eq!(decision.steps.len() + decision.steps_omitted, 1001);
    assert!(decision.steps.len() <= MAX_STEPS);
    assert!(decision.decisive().is_some());
}

#[test]
fn deployment_scope_is_ours_and_only_adds() {
    use crate::scope::AuthorizationScope;
    let deployment = AuthorizationScope::Deployment.of_call(&at(ACCOUNT), None, Some("gpt-4o"));
    let world = alice("Cognitive Services OpenAI User", deployment.as_str());
    assert!(world.ask(CHAT, deployment.as_str()).is_allowed());
    world.check(CHAT, denied(Denial::BelowScope));
    let world = alice("Cognitive Services OpenAI User", ACCOUNT);
    assert!(world.ask(CHAT, deployment.as_str()).is_allowed());
}
