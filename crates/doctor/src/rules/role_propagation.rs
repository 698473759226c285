use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// A new role assignment takes up to ten minutes to reach the data plane, and longer for built-in roles with data actions at a management group. Until then the service answers exactly as if there were no role, and it may answer differently from call to call.
///
/// ## How to recognise it
///
/// - a data action is missing, and the role was assigned minutes ago, or in the same deployment run as the first call;
/// - the same call works later without a change.
///
/// ## Fix
///
/// Wait five to ten minutes and call again. In automation, retry on `401 PermissionDenied` for ten minutes after an assignment. Nothing else needs to change.
///
/// ## Example
///
/// ```text
/// 401 Principal does not have access to API/Operation
/// - Cognitive Services OpenAI User was assigned one minute ago
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Troubleshoot Azure RBAC": up to 10 minutes; the keyless guide says 5.
    "ROL006" "role-propagation": "The role was granted moments ago and is not effective yet",
    fires: "endpoint: https://contoso.openai.azure.com
status: 401
Principal does not have access to API/Operation.
- Cognitive Services OpenAI User was assigned two minutes ago
",
    silent: "endpoint: https://contoso.openai.azure.com
status: 401
Principal does not have access to API/Operation.
- Cognitive Services OpenAI User is assigned on another resource
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (Denied, 1.2),
            (Bare401, 0.3),
            (Bare403, 0.3),
            (ManagementRefused, 0.4),
        ],
    );
    let granted = w.add(2.8, case.clue(&role::GRANTED_RECENTLY));
    w.add(
        if granted { 0.8 } else { 1.8 },
        case.clue(&role::STARTED_WORKING_LATER),
    );
    w.add(0.8, case.clue(&network::INTERMITTENT).filter(|_| granted));
    w.about(case, &topic::TIME_SINCE_GRANT, [0.8, 0.6, 0.8, 1.6]);
    w.add(0.6, case.holds_enough());
    w.add(-1.0, case.group());
    w.add(
        -1.2,
        case.clue(&role::NO_ROLE)
            .filter(|_| case.clue(&role::STARTED_WORKING_LATER).is_none()),
    );
    w.add(-1.5, case.holds(Reach::ManagementOnly));
    w.add(-1.2, case.clue(&role::PIM));
}

fn cause(_case: &Case<'_>) -> String {
    "The role is assigned, and the data plane does not know it yet: this takes up to ten minutes."
        .to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "Wait, and call again after five to ten minutes",
            "sleep 300",
        ),
        fix::list_roles(case),
    ]
}
