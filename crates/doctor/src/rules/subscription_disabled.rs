use crate::rule::prelude::*;

declare_rule! {
/// ## What it means
///
/// The subscription is disabled (spending limit, payment, end of a trial) and therefore read-only, the resource provider is not registered in it, or the model needs an approval or a kind of subscription that is not there.
///
/// ## How to recognise it
///
/// - `ReadOnlyDisabledSubscription`, `SubscriptionNotRegistered`, `MissingSubscriptionRegistration`, a text about eligibility or approval.
///
/// ## Fix
///
/// Re-enable the subscription, register the provider, or apply for access.
///
/// ## Example
///
/// ```text
/// 403 ReadOnlyDisabledSubscription: The subscription is disabled and therefore marked as read only.
/// ```
///
/// ## Sources
///
/// - Microsoft Learn, "Reactivate a disabled Azure subscription".
    "SVC002" "subscription-disabled": "The subscription is disabled, or lacks a registration or approval",
    fires: "client: az cognitiveservices
status: 403
ReadOnlyDisabledSubscription: The subscription '11111111-1111-1111-1111-111111111111' is disabled and therefore marked as read only.
",
    silent: "client: az cognitiveservices
status: 403
(AuthorizationFailed) The client 'x' with object id 'y' does not have authorization to perform action 'Microsoft.CognitiveServices/accounts/deployments/write' over scope 'z' or the scope is invalid.
",
}

fn weigh<'f>(case: &Case<'f>, w: &mut Weight<'f>) {
    let off = w.add(3.4, case.clue(&service::SUBSCRIPTION_OFF));
    w.lean(-2.0, !off);
    let failing = case
        .status(403)
        .or_else(|| case.status(400))
        .or_else(|| case.status(409));
    w.add(0.5, failing);
    w.lean(
        -1.5,
        case.in_any(&[Denied, DeploymentMissing, TokenRejected, PublicAccessOff]),
    );
    w.lean(-1.2, case.in_any(&[KeyRejected]));
}

fn cause(_case: &Case<'_>) -> String {
    "The subscription is disabled, not registered for the provider, or not approved for this."
        .to_owned()
}

fn fix(_case: &Case<'_>) -> Vec<Fix> {
    vec![
        fix::run(
            "See the subscription's state",
            "az account list --query '[].{name:name,id:id,state:state,tenant:tenantId}' -o table",
        ),
        fix::run(
            "Register the provider",
            "az provider register --namespace Microsoft.CognitiveServices --wait",
        ),
        fix::portal("Subscriptions > the subscription > Overview: status, and what re-enables it"),
    ]
}
