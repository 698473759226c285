//! The one thing that is changed, by somebody who said yes to it: a role assignment.

use access::Timestamp;
use aws_lc_rs::digest::{SHA256, digest};
use doctor::live::{Place, Purpose, Remedy, Request, Source};
use serde_json::json;

use super::place::{carries_tokens, escaped, stays_at};
use super::{Performer, bearer};

impl Performer {
    /// Assigns a role through the Resource Manager, as whichever credential of this machine may.
    ///
    /// # Errors
    /// Nobody may, in words.
    pub async fn assign_role(&self, remedy: &Remedy, now: Timestamp) -> Result<(), String> {
        let Remedy::AssignRole {
            principal,
            principal_type,
            role_id,
            scope,
            ..
        } = remedy
        else {
            return Err("it is no role assignment".to_owned());
        };
        let Some(management) = &self.management else {
            return Err("no Resource Manager is known for this endpoint".to_owned());
        };
        let subscription = scope.split('/').nth(2).unwrap_or_default();
        let name = assignment_name(principal, role_id, scope, now);
        let body = json!({ "properties": {
            "roleDefinitionId": format!("/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role_id}"),
            "principalId": principal,
            "principalType": principal_type,
        }});
        let request = Request {
            place: Place::Management,
            method: "PUT",
            path: format!(
                "{scope}/providers/Microsoft.Authorization/roleAssignments/{name}?api-version=2022-04-01"
            ),
            bearer: None,
            body: Some(body.to_string()),
            headers: Vec::new(),
            purpose: Purpose::Assignments,
        };
        let url = format!("{}{}", management.origin, escaped(&request.path));
        if !stays_at(&url, &management.origin) || !carries_tokens(&management.origin) {
            return Err("tokens are not sent there".to_owned());
        }
        let mut last = "no credential gives a token for it".to_owned();
        for source in Source::ALL {
            let Ok(token) = self.token(source, &management.scope).await else {
                continue;
            };
            let Some(value) = bearer(&token) else {
                continue;
            };
            match self.send(&url, &request, Some(&value)).await {
                Ok(response) if matches!(response.status, 200..300 | 409) => return Ok(()),
                Ok(response) => {
                    last = format!("{} is answered {}", source.title(), response.status);
                }
                Err(error) => last = error.to_string(),
            }
        }
        Err(last)
    }
}

/// A name for an assignment: a GUID of what is assigned and when.
fn assignment_name(principal: &str, role: &str, scope: &str, now: Timestamp) -> String {
    let text = format!("{principal} {role} {scope} {}", now.0);
    let hash = digest(&SHA256, text.as_bytes());
    let hex: String = hash
        .as_ref()
        .iter()
        .take(16)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    // The marks of a GUID that was made from a hash (RFC 9562, version 8).
    format!(
        "{}-{}-8{}-8{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[13..16],
        &hex[17..20],
        &hex[20..]
    )
}
