//! A world in which everything is right, and what it answers.

use std::net::IpAddr;

use access::Timestamp;
use serde_json::{Value, json};

use crate::evidence::token::TokenClaims;
use crate::live::*;

pub(super) const NOW: Timestamp = Timestamp(1_795_435_200); // 2026-11-23T12:00:00Z
pub(super) const TENANT: &str = "11111111-1111-1111-1111-111111111111";
pub(super) const CALLER: &str = "22222222-2222-2222-2222-222222222222";
pub(super) const OTHER: &str = "33333333-3333-3333-3333-333333333333";
pub(super) const SUBSCRIPTION: &str = "44444444-4444-4444-4444-444444444444";
pub(super) const GROUP: &str = "55555555-5555-5555-5555-555555555555";
pub(super) const ACCOUNT: &str = "/subscriptions/44444444-4444-4444-4444-444444444444/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso-ai";
pub(super) const SUBSCRIPTION_SCOPE: &str = "/subscriptions/44444444-4444-4444-4444-444444444444";
pub(super) const USER_ROLE: &str = "a97b65f3-24c7-4388-baec-2e87135dc908";
pub(super) const OPENAI_ROLE: &str = "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd";
pub(super) const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";

/// Everything that an examination can be answered. A healthy world, of which tests change one thing.
pub(super) struct World {
    pub(super) target: Target,
    pub(super) variables: Vec<Variable>,
    pub(super) tokens: Vec<(Source, CredentialAnswer)>,
    pub(super) addresses: Result<Vec<IpAddr>, Trouble>,
    pub(super) connection: Result<Connection, Trouble>,
    pub(super) stranger: Response,
    pub(super) subscriptions: Response,
    pub(super) account: Value,
    pub(super) deployments: Response,
    pub(super) assignments: Response,
    pub(super) of_other: Response,
    pub(super) denies: Response,
    pub(super) eligible: Response,
    pub(super) definition: Response,
    pub(super) groups: Response,
    pub(super) call: Response,
}

pub(super) fn response(status: u16, json: &Value) -> Response {
    Response {
        status,
        headers: vec![("date".into(), "Mon, 23 Nov 2026 12:00:10 GMT".into())],
        body: json.to_string(),
        json: Some(json.clone()),
        events: 0,
    }
}

pub(super) fn list(values: &[Value]) -> Response {
    response(200, &json!({ "value": values }))
}

pub(super) fn refused_by_arm() -> Response {
    response(
        403,
        &json!({ "error": { "code": "AuthorizationFailed", "message": "The client does not have authorization" } }),
    )
}

pub(super) fn token(object_id: &str) -> CredentialAnswer {
    CredentialAnswer::Token(Some(Box::new(TokenClaims {
        audience: "https://cognitiveservices.azure.com".into(),
        tenant: Some(TENANT.into()),
        object_id: Some(object_id.into()),
        app_id: None,
        expires: Some(NOW.plus(3600)),
        groups_overage: false,
        application: true,
        issued: Some(NOW),
        managed_identity: None,
    })))
}

pub(super) fn assignment(role: &str, principal: &str, scope: &str) -> Value {
    json!({
        "id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{role}"),
        "properties": {
            "roleDefinitionId": format!("{SUBSCRIPTION_SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{role}"),
            "principalId": principal, "principalType": "ServicePrincipal", "scope": scope,
            "createdOn": "2026-01-01T00:00:00Z",
        },
    })
}

pub(super) fn trouble(kind: TroubleKind, words: &str) -> Trouble {
    Trouble {
        kind,
        words: words.into(),
        issuer: None,
    }
}

pub(super) fn set(name: &'static str, value: &str) -> Variable {
    Variable {
        name,
        setting: Setting::Plain(value.into()),
        file: None,
    }
}

pub(super) fn key(name: &'static str) -> Variable {
    Variable {
        name,
        setting: Setting::Secret(SecretForm::Opaque),
        file: None,
    }
}

impl World {
    pub(super) fn at(endpoint: &str) -> Self {
        let url = TargetUrl::parse(endpoint).unwrap();
        let cloud = CloudServices::of(url.cloud());
        Self {
            target: Target {
                url,
                sdk: None,
                deployment: Some("gpt-4o".into()),
                api_version: None,
                scope: None,
                account_id: None,
                cloud,
                managed: true,
                probe: Probe::Never,
            },
            variables: Vec::new(),
            tokens: vec![(Source::AzureCli, token(CALLER))],
            addresses: Ok(vec!["20.1.2.3".parse().unwrap()]),
            connection: Ok(Connection {
                address: None,
                proxy: None,
                certificate: Some(Certificate {
                    issuer: "DigiCert Inc".into(),
                    expires: Some(NOW.plus(90 * 86_400)),
                    trusted_by: None,
                }),
            }),
            stranger: response(
                401,
                &json!({ "error": { "code": "401", "message": "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource." } }),
            ),
            subscriptions: list(&[
                json!({ "subscriptionId": SUBSCRIPTION, "tenantId": TENANT, "state": "Enabled" }),
            ]),
            account: json!({
                "id": ACCOUNT, "name": "contoso-ai", "kind": "AIServices", "location": "swedencentral",
                "properties": {
                    "customSubDomainName": "contoso-ai",
                    "endpoint": "https://contoso-ai.cognitiveservices.azure.com/",
                    "disableLocalAuth": false, "publicNetworkAccess": "Enabled",
                },
            }),
            deployments: list(&[
                json!({ "name": "gpt-4o", "properties": { "model": { "format": "OpenAI", "name": "gpt-4o" }, "provisioningState": "Succeeded" } }),
                json!({ "name": "phi", "properties": { "model": { "format": "Microsoft", "name": "Phi-4" }, "provisioningState": "Succeeded" } }),
            ]),
            assignments: list(&[assignment(USER_ROLE, CALLER, ACCOUNT)]),
            of_other: list(&[]),
            denies: list(&[]),
            eligible: list(&[]),
            definition: response(
                404,
                &json!({ "error": { "code": "RoleDefinitionDoesNotExist" } }),
            ),
            groups: list(&[]),
            call: response(200, &json!({ "choices": [] })),
        }
    }

    pub(super) fn azure() -> Self {
        Self::at("https://contoso-ai.openai.azure.com")
    }

    pub(super) fn answer(&self, check: &Check) -> Answer {
        match check {
            Check::Surroundings => Answer::Surroundings(self.variables.clone()),
            Check::Credential(source) => {
                let known = self.tokens.iter().find(|(known, _)| known == source);
                Answer::Credential(known.map_or(
                    CredentialAnswer::Absent("not set up".into()),
                    |(_, answer)| answer.clone(),
                ))
            }
            Check::Resolve(Place::Endpoint) => match &self.addresses {
                Ok(addresses) => Answer::Resolved(addresses.clone()),
                Err(trouble) => Answer::Failed(trouble.clone()),
            },
            Check::Resolve(_) => Answer::Resolved(vec!["20.9.9.9".parse().unwrap()]),
            Check::Connect(_) => match &self.connection {
                Ok(connection) => Answer::Connected(connection.clone()),
                Err(trouble) => Answer::Failed(trouble.clone()),
            },
            Check::Request(request) => Answer::Response(match &request.purpose {
                Purpose::Stranger if self.connection.is_err() => {
                    return Answer::Failed(trouble(TroubleKind::Connection, "no connection"));
                }
                Purpose::Stranger => self.stranger.clone(),
                Purpose::Subscriptions => self.subscriptions.clone(),
                Purpose::Accounts => list(std::slice::from_ref(&self.account)),
                Purpose::Account => response(200, &self.account),
                Purpose::Deployments => self.deployments.clone(),
                Purpose::Assignments if request.path.contains(OTHER) => self.of_other.clone(),
                Purpose::Assignments => self.assignments.clone(),
                Purpose::Denies => self.denies.clone(),
                Purpose::Eligible => self.eligible.clone(),
                Purpose::Definition => self.definition.clone(),
                Purpose::Groups => self.groups.clone(),
                Purpose::Call { streamed } => Response {
                    events: usize::from(*streamed) * 3,
                    ..self.call.clone()
                },
            }),
        }
    }

    /// Runs an examination to its end. `backwards` answers each round in the opposite order.
    pub(super) fn examined_in(self, backwards: bool) -> Examination {
        let mut examination = Examination::new(self.target.clone(), NOW);
        let mut rounds = 0;
        while !examination.is_over() {
            let mut checks = examination.due();
            if backwards {
                checks.reverse();
            }
            assert!(
                !checks.is_empty() || rounds == 0,
                "stuck at {:?}",
                examination.steps().len()
            );
            rounds += 1;
            assert!(rounds < 20, "it does not end");
            for check in checks {
                let answer = self.answer(&check);
                examination.learn(Answered {
                    check,
                    answer,
                    began_ms: 0,
                    ended_ms: 1,
                });
            }
        }
        examination
    }

    pub(super) fn examined(self) -> Examination {
        self.examined_in(false)
    }
}
