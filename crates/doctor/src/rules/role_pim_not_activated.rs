use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// With Privileged Identity Management a role can be *eligible*: the caller may activate it for some hours. Until then it gives nothing, and it does not show among the role assignments.
///
/// ## How to recognise it
///
/// - a permission is missing although an administrator "assigned" the role;
/// - the assignment does not appear in the list of role assignments;
/// - the tenant uses PIM, or access worked yesterday and not today.
///
/// ## Fix
///
/// Activate the role in PIM for the resource, then sign in again. Applications cannot activate: give them an active assignment.
///
/// ## Example
///
/// ```text
/// PermissionDenied
/// - an administrator assigned the role; it does not appear in `az role assignment list`; the tenant uses PIM
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Activate my Azure resource roles in Privileged Identity Management".
    "ROL008" "role-pim-not-activated": "The role is eligible in PIM and not active",
    fires: "status: 401
The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/responses/write` to perform `POST /openai/v1/responses` operation.
- the role is an eligible assignment in PIM
",
    silent: "status: 401
The principal `x` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/responses/write` to perform `POST /openai/v1/responses` operation.
- the role was assigned directly last month
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    w.situations(
        case,
        &[
            (Denied, 0.7),
            (Bare401, 0.1),
            (Bare403, 0.2),
            (ManagementRefused, 0.4),
        ],
    );
    let pim = w.add(3.8, case.clue(&role::PIM));
    w.lean(-0.6, !pim);
    w.add(-3.0, case.clue(&role::PIM_DIRECTORY_ROLE));
}

fn cause(_case: &Case<'_>) -> String {
    "The role is eligible in Privileged Identity Management and has not been activated.".to_owned()
}

fn fix(case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::portal("Privileged Identity Management > My roles > Azure resources > Activate"),
        fix::run(
            "See eligible assignments",
            format!(
                "az rest --method get --url \"https://management.azure.com{}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances?api-version=2020-10-01&\\$filter=asTarget()\"",
                case.account_scope()
            ),
        ),
    ]
}
