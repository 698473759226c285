use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The role is assigned to a group, and the caller became a member after the token was issued, or after the service last looked. Memberships travel with the token and are cached: a user needs a new sign-in, a managed identity may keep its old token for up to 24 hours.
///
/// ## How to recognise it
///
/// - a data action is missing, and the role comes through a group;
/// - the membership is new, or a fresh sign-in or a direct assignment helps.
///
/// ## Fix
///
/// Sign out and in again (`az logout`, `az login`), restart the application, or wait. For a managed identity assign the role directly: its token cannot be renewed by force.
///
/// ## Example
///
/// ```text
/// 401 PermissionDenied
/// - the user was added to the group that has Cognitive Services OpenAI User an hour ago
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Managed identity limitations": group membership changes can take several hours.
    "ROL007" "group-membership-stale": "The caller's new group membership is not known yet",
    fires: "status: 401
Principal does not have access to API/Operation.
- endpoint https://contoso.openai.azure.com
- the role is assigned to a security group and the user was added to the group today
- signing in again helps
",
    silent: "status: 401
Principal does not have access to API/Operation.
- endpoint https://contoso.openai.azure.com
- the role was assigned to the user two minutes ago
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(case, &[(Denied, 0.7), (Bare401, 0.1), (Bare403, 0.1)]);
    let group = w.add(2.0, case.group());
    w.lean(-1.5, !group);
    w.add(
        1.6,
        case.clue(&role::GROUP_MEMBERSHIP_NEW).filter(|_| group),
    );
    w.add(0.6, case.clue(&role::GRANTED_RECENTLY).filter(|_| group));
    w.about(case, &topic::TIME_SINCE_GRANT, [0.2, 0.2, 0.2, 0.6]);
    if let Some((claims, fact)) = case.claims() {
        w.add(0.6, claims.groups_overage.then_some(fact));
    }
}

fn cause(_case: &Case<'_>) -> String {
    "The role comes through a group, and the caller's membership is newer than what the service knows of it.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Get a token that knows the membership",
            "az logout\naz login --tenant <tenant-id>",
        ),
        fix::run(
            "See whether the caller is a member",
            format!(
                "az ad group member check --group <group> --member-id {}",
                case.or(Name::Principal, "principal-object-id")
            ),
        ),
        fix::assign_role(case, fix::role_for(case)),
    ]
}
