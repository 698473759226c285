use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// Azure keeps two planes apart. Owner, Contributor, Cognitive Services Contributor, Azure AI Administrator and the like hold *actions*: they create, configure and delete, and they may read the keys. They hold no *data actions*, so with a token of their own they may not call a model. That is why everything works with a key and nothing with a token.
///
/// ## How to recognise it
///
/// - a data action is missing (`401 PermissionDenied`);
/// - the caller is Owner, Contributor, administrator, or created the resource;
/// - management calls (portal, `az`, deployments) succeed for the same caller.
///
/// ## Fix
///
/// Assign a role with data actions as well: Cognitive Services User, Cognitive Services OpenAI User or Foundry User. Owners may assign it to themselves.
///
/// ## Example
///
/// ```text
/// lacks the required data action Microsoft.CognitiveServices/accounts/AIServices/agents/write
/// - the user is Owner of the subscription
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, the same table: "Roles like Owner or Contributor don't provide access via Microsoft Entra ID".
/// - Built-in role definitions of August 2026.
    "ROL002" "role-control-plane-only": "The caller may manage the resource but not use it",
    fires: "status: 401
Principal does not have access to API/Operation.
- endpoint https://contoso.openai.azure.com
- the app has Contributor on the resource group
",
    silent: "status: 401
Principal does not have access to API/Operation.
- endpoint https://contoso.openai.azure.com
- the app has no role on the account
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Denied, 1.6), (Bare401, 0.4), (Bare403, 0.7)]);
    let manages = w.add(3.0, case.holds(Reach::ManagementOnly));
    w.add(
        if manages { 0.3 } else { 1.6 },
        case.clue(&role::CREATED_RESOURCE),
    );
    w.add(1.2, case.clue(&role::MANAGEMENT_WORKS));
    w.add(0.4, case.clue(&role::KEY_WORKS));
    w.add(-2.5, case.holds(Reach::OpenAiOnly));
    w.add(-2.5, case.holds_enough());
    w.add(-1.5, case.holds(Reach::Inference));
    w.add(-1.5, case.clue(&role::PIM));
    w.add(
        -2.0,
        case.clue(&role::ROLE_ASSIGNMENT_WRITE)
            .filter(|_| case.value(Name::DataAction).is_none()),
    );
    w.lean(
        -2.0,
        case.in_any(&[ManagementRefused]) && case.value(Name::DataAction).is_none(),
    );
}

fn cause(case: &Case<'_>) -> String {
    let held = case
        .role(|role| role.stance == Stance::Held && role.reach() == Some(Reach::ManagementOnly));
    let held = match held.map(|fact| &fact.kind) {
        Some(Kind::Role(role)) => role.name.as_str(),
        _ => "the caller's role",
    };
    format!(
        "{held} carries management rights only; calling a model needs a role with data actions."
    )
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::assign_role(case, fix::role_for(case)),
        fix::list_roles(case),
        fix::portal(
            "The resource > Access control (IAM) > Check access: look for a role with data actions",
        ),
    ]
}
