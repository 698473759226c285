use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The caller has a role with data actions of the right family, yet not this one: a custom role that lists too few, a reader's role used for writing, a role whose `notDataActions` take the operation out, or a definition from before the operation existed.
///
/// ## How to recognise it
///
/// - a data action is missing, and a data role of the same family is assigned;
/// - a custom role is in use, or a role such as Cognitive Services Data Reader.
///
/// ## Fix
///
/// Add the missing data action to the custom role, or assign a built-in role that has it. A custom role with only `accounts/MaaS/*` cannot call `/openai/v1/responses`.
///
/// ## Example
///
/// ```text
/// lacks the required data action Microsoft.CognitiveServices/accounts/OpenAI/responses/write
/// - a custom role with accounts/OpenAI/deployments/* is assigned
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Azure custom roles"; built-in role definitions of August 2026.
    "ROL004" "role-data-action-missing": "The caller's data role lacks this one operation",
    fires: "status: 401
The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/responses/write` to perform `POST /openai/v1/responses` operation.
- the caller has a custom role whose dataActions list only deployments/chat/completions/action
",
    silent: "status: 401
The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/responses/write` to perform `POST /openai/v1/responses` operation.
- no role is assigned
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Denied, 1.4), (Bare401, 0.1), (Bare403, 0.2)]);
    w.add(3.0, case.clue(&role::CUSTOM_ROLE));
    let action = case.value(Name::DataAction);
    let lacking = case.role(|role| {
        let permits = action.and_then(|action| role.permits(action));
        let touches = action.and_then(|action| role.touches_family(action));
        role.stance == Stance::Held && permits == Some(false) && touches == Some(true)
    });
    w.add(3.2, lacking);
    w.add(1.8, case.holds(Reach::Partial));
    // A role that should do, with nothing said of time or place: its definition may differ.
    w.add(1.6, case.holds_enough());
    w.add(0.5, case.about(&topic::OPERATION, Says::Works));
    w.add(
        -1.0,
        case.holds(Reach::ManagementOnly)
            .filter(|_| case.holds_enough().is_none()),
    );
    w.add(-1.2, case.clue(&role::GRANTED_RECENTLY));
    w.add(-1.2, case.clue(&role::SCOPE_OTHER_PROJECT));
    w.add(-1.0, case.clue(&role::SCOPE_LEVEL));
    w.add(
        -1.0,
        case.clue(&role::AT_PROJECT)
            .filter(|_| case.family() == Some(access::operation::Family::OpenAi)),
    );
    w.add(-0.8, case.clue(&identity::SEVERAL_TENANTS));
    w.add(-1.5, case.clue(&role::PIM));
    w.add(-0.8, case.clue(&identity::CHAIN_PICKED_OTHER));
    w.add(-3.0, case.clue(&role::TEMPLATE_ASSIGNS_ROLES));
    w.lean(-2.0, !case.speaks_of_roles());
}

fn cause(case: &Case<'_>) -> String {
    let action = case.or(Name::DataAction, "the data action of this call");
    format!("The caller has a data role, and `{action}` is not in it.")
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    let action = case.or(Name::DataAction, "data-action");
    vec![
        fix::run(
            "See what the caller's roles hold",
            "az role definition list --name \"<role>\" --query \"[].permissions[].{data:dataActions,not:notDataActions}\"",
        ),
        fix::run(
            "Add the data action to the custom role",
            format!(
                "az role definition list --name \"<role>\" --query \"[0]\" > role.json\n# add \"{action}\" to permissions[0].dataActions\naz role definition update --role-definition role.json"
            ),
        ),
        fix::assign_role(case, fix::role_for(case)),
    ]
}
