//! Refusals, faults and replies of Azure Resource Manager, with its headers.

use access::Timestamp;
use access::action::Plane;
use access::decision::{Decision, DenyStep, Step};
use access::token::{Bearer, TokenFault};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use serde_json::json;
use wire::refusals::Refusal;

use super::Answer;
use crate::authenticate::{CredentialFault, Identity};
use crate::body::Body;
use crate::config::World;
use crate::control_plane::{Attempt, Denied, Fault, is_about_a_condition};

/// Where to sign in, for whoever has no good token.
const CHALLENGE: &str = "WWW-Authenticate";

/// The client's side of a refusal on the management plane.
pub(crate) fn management(denied: &Denied, attempt: &Attempt<'_>, world: &World) -> Answer {
    let mut answer: Answer = match denied {
        Denied::ApiVersionMissing => Refusal::ManagementApiVersionMissing.into(),
        Denied::Credential(CredentialFault::Missing | CredentialFault::AuthenticationHeader) => {
            Refusal::ManagementTokenMissing.into()
        }
        Denied::Credential(_) => Refusal::ManagementTokenInvalid.into(),
        Denied::Token(TokenFault::Tenant { .. }) => Refusal::TokenOfOtherTenant {
            tenant: world.tenant.id.clone(),
        }
        .into(),
        Denied::Token(TokenFault::Expired { expired, now }) => Refusal::ManagementTokenExpired {
            expiry: clock_time(*expired),
            now: clock_time(*now),
        }
        .into(),
        Denied::Token(TokenFault::Audience { found, accepted }) => {
            let accepted: Vec<String> = accepted.iter().map(|one| format!("'{one}'")).collect();
            Refusal::ManagementTokenAudience {
                found: found.clone(),
                accepted: accepted.join(","),
            }
            .into()
        }
        Denied::Token(TokenFault::KeysUnavailable { .. }) => Answer::management_busy(),
        Denied::Token(TokenFault::GroupsUnknown) => groups_unknown(attempt),
        Denied::Token(_) => Refusal::ManagementTokenInvalid.into(),
        Denied::Action(decision) => not_permitted(decision, attempt),
    };
    if answer.status() == 401 {
        answer.0.headers.retain(|(name, _)| *name != CHALLENGE);
        let sign_in = match &world.entra {
            None => attempt.origin().to_owned(),
            Some(entra) => entra.sign_in_origin(),
        };
        let challenge = format!(
            "Bearer authorization_uri=\"{sign_in}/{}\", error=\"invalid_token\", \
             error_description=\"The authentication failed because of missing 'Authorization' header or an \
             invalid token.\"",
            world.tenant.id
        );
        answer.0.headers.push((CHALLENGE, challenge));
    }
    answer
}

/// What a handler answers.
pub(crate) fn management_reply(
    status: StatusCode,
    body: Option<String>,
    attempt: &Attempt<'_>,
) -> Response<Body> {
    let mut response = Response::new(body.map_or(Body::Empty, Body::from));
    *response.status_mut() = status;
    let id = uuid::Uuid::new_v4().to_string();
    identify(&mut response, &id, attempt);
    response
}

/// What cannot be done, in ARM's envelope.
pub(crate) fn management_fault(fault: &Fault, attempt: &Attempt<'_>) -> Response<Body> {
    let (status, code, message) = fault.told();
    let body = match fault {
        Fault::Known(refusal) => refusal.render().body,
        _ => json!({ "error": { "code": code, "message": message } }).to_string(),
    };
    let mut response = management_reply(status, Some(body), attempt);
    let headers = response.headers_mut();
    headers.insert("x-ms-failure-cause", HeaderValue::from_static("gateway"));
    if status == StatusCode::SERVICE_UNAVAILABLE {
        headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    response
}

impl Answer {
    /// The response; `id` opens its explanation.
    pub(crate) fn into_management_response(
        self,
        id: &str,
        attempt: &Attempt<'_>,
    ) -> Response<Body> {
        let mut response = self.into_response(id);
        identify(&mut response, id, attempt);
        response
    }

    fn management_busy() -> Self {
        let body = json!({ "error": {
            "code": "ServiceUnavailable",
            "message": "The access token cannot be verified at the moment; try again later.",
        } });
        Self::json(503, body.to_string()).with_header("Retry-After", "30")
    }
}

/// The headers that every answer of ARM has.
fn identify(response: &mut Response<Body>, id: &str, attempt: &Attempt<'_>) {
    let correlation = attempt.correlation.unwrap_or(id);
    let minute: String = attempt
        .now
        .to_string()
        .chars()
        .filter(|c| !"-:".contains(*c))
        .collect();
    let routing = format!("ENTRADA:{minute}:{id}");
    let headers = response.headers_mut();
    headers.remove(super::REQUEST_ID);
    for (name, value) in [
        ("x-ms-request-id", id),
        ("x-ms-correlation-request-id", correlation),
        ("x-ms-routing-request-id", &routing),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(
        "x-content-type-options",
        HeaderValue::from_static("nosniff"),
    );
    if !headers.contains_key(CONTENT_TYPE) {
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        headers.insert(CONTENT_TYPE, json);
    }
}

fn not_permitted(decision: &Decision, attempt: &Attempt<'_>) -> Answer {
    let Some(caller) = attempt.caller() else {
        return Refusal::ManagementTokenMissing.into();
    };
    let (client, object_id) = (client(caller), caller.claims.object_id.clone());
    let (action, scope) = (decision.action.clone(), addressed(decision, attempt));
    if let Some(Step::Deny(deny)) = decision.decisive() {
        let DenyStep {
            assignment,
            name,
            scope: deny_scope,
            ..
        } = deny;
        return Refusal::DeniedByAssignment {
            client,
            object_id,
            action,
            scope,
            deny_assignment: name.clone(),
            deny_id: wire::arm::view::name_of(assignment).to_owned(),
            deny_scope: deny_scope.to_string(),
        }
        .into();
    }
    if is_about_a_condition(decision) && decision.plane == Plane::Control {
        return Refusal::RoleAssignmentNotAuthorised {
            client,
            object_id,
            action,
            scope,
        }
        .into();
    }
    Refusal::ActionNotAuthorised {
        client,
        object_id,
        action,
        scope,
    }
    .into()
}

fn groups_unknown(attempt: &Attempt<'_>) -> Answer {
    let Some((caller, found)) = attempt.caller().zip(attempt.found.as_ref()) else {
        return Refusal::ManagementTokenInvalid.into();
    };
    Refusal::ActionNotAuthorised {
        client: client(caller),
        object_id: caller.claims.object_id.clone(),
        action: found.row.path.to_owned(),
        scope: found.resource.clone(),
    }
    .into()
}

/// ARM names the whole id that was addressed, an assignment's own included.
fn addressed(decision: &Decision, attempt: &Attempt<'_>) -> String {
    let whole = attempt.found.as_ref().filter(|found| {
        let method = ["PUT", "DELETE", "PATCH"].contains(&attempt.method);
        method && !found.resource.is_empty()
    });
    whole.map_or_else(
        || decision.scope.to_string(),
        |found| found.resource.clone(),
    )
}

/// People by their name, applications by their own id.
fn client(caller: &Identity) -> String {
    match (&caller.claims.bearer, &caller.claims.name) {
        (Bearer::User, Some(name)) => name.clone(),
        _ => caller.claims.app_id.clone(),
    }
}

/// `11/23/2026 5:08:00 AM`
fn clock_time(time: Timestamp) -> String {
    let text = time.to_string();
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<u32>().ok();
    let parts = (number(5..7), number(8..10), number(0..4), number(11..13));
    let (Some(month), Some(day), Some(year), Some(hour)) = parts else {
        return text;
    };
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = (hour + 11) % 12 + 1;
    let rest = text.get(13..19).unwrap_or_default();
    format!("{month}/{day}/{year} {hour}{rest} {half}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_arm_writes_them() {
        let check = |text: &str, expected: &str| {
            assert_eq!(clock_time(Timestamp::parse(text).unwrap()), expected);
        };
        check("2026-11-23T05:08:09Z", "11/23/2026 5:08:09 AM");
        check("2026-01-02T00:00:00Z", "1/2/2026 12:00:00 AM");
        check("2026-01-02T12:30:00Z", "1/2/2026 12:30:00 PM");
        check("2026-01-02T23:59:59Z", "1/2/2026 11:59:59 PM");
    }
}
