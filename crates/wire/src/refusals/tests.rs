use proptest::prelude::*;

use super::*;

fn check(text: &str, expected: &[(Shape, &[(&str, &str)])]) {
    let seen = recognise(None, text);
    let shapes: Vec<_> = seen.iter().map(|one| one.shape).collect();
    let wanted: Vec<_> = expected.iter().map(|(shape, _)| *shape).collect();
    assert_eq!(shapes, wanted, "{text}");
    for (one, (_, values)) in seen.iter().zip(expected) {
        for (name, value) in *values {
            assert_eq!(one.value(name), Some(*value), "{name} in {text}");
        }
    }
}

#[test]
fn recorded_lengths_hold_byte_for_byte() {
    let length = |refusal: Refusal| refusal.render().body.len();
    assert_eq!(length(Refusal::KeyInvalid), 224);
    assert_eq!(length(Refusal::NetworkDenied), 90);
    assert_eq!(length(Refusal::DeploymentNotFound), 198);
    let operation = "chatCompletion".to_owned();
    let model = "gpt-35-turbo".to_owned();
    let body = length(Refusal::OperationNotSupported { operation, model });
    assert_eq!(body, 307);
    // Recorded for a name of 21 letters, which stands in the body twice.
    let model = "Llama-3.2-11B-Vision-".to_owned();
    assert_eq!(length(Refusal::UnknownModel { model }), 133);
}

#[test]
fn the_bodies_are_the_recorded_ones() {
    let body = |refusal: Refusal| refusal.render().body;
    let cognitive = Refusal::TokenRejected {
        audience: "https://cognitiveservices.azure.com".into(),
    };
    assert_eq!(
        body(cognitive),
        r#"{ "statusCode": 401, "message": "Unauthorized. Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired." }"#
    );
    let foundry = Refusal::TokenRejected {
        audience: "https://ai.azure.com".into(),
    };
    assert_eq!(
        body(foundry),
        r#"{"statusCode":401,"message":"Unauthorized. Access token is missing, invalid, audience is incorrect (https://ai.azure.com), or have expired."}"#
    );
    assert_eq!(
        body(Refusal::PrincipalLacksAccess),
        r#"{"error":{"code":"PermissionDenied","message":"Principal does not have access to API/Operation."}}"#
    );
    assert_eq!(
        body(Refusal::RouteNotFound),
        r#"{"error":{"code":"404","message": "Resource not found"}}"#
    );
    assert_eq!(
        body(Refusal::DeploymentNotFoundV1),
        r#"{"error":{"message":"The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.","type":"invalid_request_error","param":null,"code":"DeploymentNotFound"}}"#
    );
    let tenant = Refusal::TenantMismatch {
        token_tenant: "t".into(),
    };
    assert_eq!(
        body(tenant),
        r#"{"error":{"code":"Tenant provided in token does not match resource token","message":"Token tenant t does not match resource tenant."}}"#
    );
    let placeholder = Refusal::ModelApiVersion {
        model: "{modelName}".into(),
        version: "2024-12-01-preview".into(),
    };
    assert_eq!(
        body(placeholder),
        r#"{"error":{"code":"BadRequest","message":"Model {modelName} is enabled only for api versions 2024-12-01-preview and later"}}"#
    );
}

#[test]
fn a_caller_cannot_break_out_of_the_body() {
    let refusal = Refusal::UnknownModel {
        model: "x\",\"admin\":true,\"y\":\"\r\n{model}".into(),
    };
    let body: serde_json::Value = serde_json::from_str(&refusal.render().body).unwrap();
    assert_eq!(body["error"].as_object().unwrap().len(), 3);
    let refusal = Refusal::TokenOfOtherTenant {
        tenant: "a\"\r\nX-Evil: 1".into(),
    };
    for (_, value) in refusal.render().headers {
        assert!(!value.contains(['\r', '\n']));
    }
}

#[test]
fn ids_are_unique_and_signs_are_plain() {
    let mut ids: Vec<_> = Shape::ALL.iter().map(|shape| shape.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), Shape::ALL.len());
    for shape in Shape::ALL {
        for sign in shape.describe().signs {
            assert_eq!(Plain::new(sign).lower(), *sign);
        }
    }
}

#[test]
fn clients_print_the_same_refusal_in_many_ways() {
    let detailed: &[(&str, &str)] = &[
        ("principal", "11111111-2222-3333-4444-555555555555"),
        (
            "data_action",
            "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action",
        ),
        ("method", "POST"),
        (
            "template",
            "/openai/deployments/{deployment-id}/chat/completions",
        ),
    ];
    let texts = [
        "openai.AuthenticationError: Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'The principal `11111111-2222-3333-4444-555555555555` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation.'}}",
        r#"{\"error\":{\"code\":\"PermissionDenied\",\"message\":\"The principal \u006011111111-2222-3333-4444-555555555555\u0060 lacks the required data action \u0060Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action\u0060 to perform \u0060POST /openai/deployments/{deployment-id}/chat/completions\u0060 operation.\"}}"#,
        "(PermissionDenied) The principal\n  11111111-2222-3333-4444-555555555555 lacks the\n  required data action Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action to perform POST /openai/deployments/{deployment-id}/chat/completions operation.\nCode: PermissionDenied",
        "&quot;The principal &#x60;11111111-2222-3333-4444-555555555555&#x60; lacks the required data action &#x60;Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action&#x60; to perform &#x60;POST /openai/deployments/{deployment-id}/chat/completions&#x60; operation.&quot;",
    ];
    for text in texts {
        check(text, &[(Shape::PrincipalLacksDataAction, detailed)]);
    }
    check(
        "The principal `<redacted>` lacks the required data action `Microsoft.CognitiveServices/accounts/AIServices/agents/write` to perform `POST /api/projects/{projectName}/assistants` operation. For instructions on granting the necessary permissions, see https://aka.ms/FoundryPermissions.",
        &[(
            Shape::PrincipalLacksProjectDataAction,
            &[("principal", "<redacted>")],
        )],
    );
    check(
        "401 The principal `` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/resp",
        &[(
            Shape::PrincipalLacksDataAction,
            &[(
                "data_action",
                "Microsoft.CognitiveServices/accounts/OpenAI/resp",
            )],
        )],
    );
    check(
        "401 Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired.",
        &[(Shape::TokenRejected, &[])],
    );
    check(
        "Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.us/ or https://ai.azure.us/), or have expired",
        &[(
            Shape::TokenRejected,
            &[(
                "audience",
                "https://cognitiveservices.azure.us/ or https://ai.azure.us/",
            )],
        )],
    );
    check(
        "NotFoundError: 404 Resource not found",
        &[(Shape::RouteNotFound, &[])],
    );
    check("the resource not found in the cache", &[]);
    check(
        "(OperationNotSupported)",
        &[(Shape::OperationNotSupported, &[])],
    );
    check(
        "AADSTS700016: Application with identifier 'x' was not found. Trace ID: 1 and then AADSTS50076: MFA",
        &[
            (Shape::SignInRefused, &[("code", "700016")]),
            (Shape::SignInRefused, &[("code", "50076")]),
        ],
    );
    check("see the AADSTS codes", &[]);
}

#[test]
fn a_place_is_a_place_in_the_source() {
    let text = "x: {\"message\":\"Token tenant \\\"t1\\\" does not match\nresource tenant.\"}";
    let seen = recognise(Some(400), text);
    assert_eq!(
        &text[seen[0].at.clone()],
        "Token tenant \\\"t1\\\" does not match\nresource tenant."
    );
    assert!(seen[0].status_agrees);
    assert!(!recognise(Some(401), text)[0].status_agrees);
}

/// A value as services print it: identifiers, paths, addresses and model names.
fn value() -> impl Strategy<Value = String> {
    "[A-Za-z][A-Za-z0-9/@._-]{0,40}[A-Za-z0-9]".prop_filter("not a word of the templates", |v| {
        !["aadsts", "and", "is", "at"].contains(&v.to_ascii_lowercase().as_str())
    })
}

fn any_refusal() -> impl Strategy<Value = Refusal> {
    let values = proptest::collection::vec(value(), 7);
    let number = 1..100_000u32;
    (0..Shape::ALL.len(), values, number).prop_map(|(index, v, n)| {
        let v = |i: usize| v[i].clone();
        match Shape::ALL[index] {
            Shape::PrincipalLacksProjectDataAction => Refusal::PrincipalLacksProjectDataAction {
                principal: v(0),
                data_action: v(1),
                method: "POST".into(),
                template: format!("/{}", v(2)),
            },
            Shape::PrincipalLacksDataAction => Refusal::PrincipalLacksDataAction {
                principal: v(0),
                data_action: v(1),
                method: "GET".into(),
                template: format!("/{}", v(2)),
            },
            Shape::PrincipalLacksAccess => Refusal::PrincipalLacksAccess,
            Shape::TokenRejected => Refusal::TokenRejected {
                audience: format!("https://{}", v(0)),
            },
            Shape::TenantMismatch => Refusal::TenantMismatch { token_tenant: v(0) },
            Shape::KeyInvalid => Refusal::KeyInvalid,
            Shape::KeyMissing => Refusal::KeyMissing,
            Shape::KeysDisabled => Refusal::KeysDisabled,
            Shape::KeyListingDisabled => Refusal::KeyListingDisabled,
            Shape::NetworkDenied => Refusal::NetworkDenied,
            Shape::PublicAccessDisabled => Refusal::PublicAccessDisabled,
            Shape::VirtualNetworkEndpoint => Refusal::VirtualNetworkEndpoint,
            Shape::CustomSubdomainRequired => Refusal::CustomSubdomainRequired,
            Shape::RouteNotFound => Refusal::RouteNotFound,
            Shape::DeploymentNotFoundV1 => Refusal::DeploymentNotFoundV1,
            Shape::DeploymentNotFound => Refusal::DeploymentNotFound,
            Shape::ApiNotSupported => Refusal::ApiNotSupported,
            Shape::NoModelName => Refusal::NoModelName,
            Shape::UnknownModel => Refusal::UnknownModel { model: v(0) },
            Shape::OperationNotSupported => Refusal::OperationNotSupported {
                operation: v(0),
                model: v(1),
            },
            Shape::ResponsesModelUnsupported => Refusal::ResponsesModelUnsupported,
            Shape::ResponsesApiVersion => Refusal::ResponsesApiVersion,
            Shape::ModelApiVersion => Refusal::ModelApiVersion {
                model: v(0),
                version: v(1),
            },
            Shape::ApiVersionNotSupported => Refusal::ApiVersionNotSupported,
            Shape::TokenRateLimit => Refusal::TokenRateLimit {
                api_version: v(0),
                seconds: n,
            },
            Shape::RequestRateLimit => Refusal::RequestRateLimit { seconds: n },
            Shape::TooManyHeaders => Refusal::TooManyHeaders,
            Shape::RoleAssignmentNotAuthorised => Refusal::RoleAssignmentNotAuthorised {
                client: v(0),
                object_id: v(1),
                action: v(2),
                scope: v(3),
            },
            Shape::ActionNotAuthorised => Refusal::ActionNotAuthorised {
                client: v(0),
                object_id: v(1),
                action: v(2),
                scope: v(3),
            },
            Shape::DeniedByAssignment => Refusal::DeniedByAssignment {
                client: v(0),
                object_id: v(1),
                action: v(2),
                scope: v(3),
                deny_assignment: v(4),
                deny_id: v(5),
                deny_scope: v(6),
            },
            Shape::TokenOfOtherTenant => Refusal::TokenOfOtherTenant { tenant: v(0) },
            Shape::ManagementTokenExpired => Refusal::ManagementTokenExpired {
                expiry: v(0),
                now: v(1),
            },
            Shape::ManagementTokenAudience => Refusal::ManagementTokenAudience {
                found: v(0),
                accepted: v(1),
            },
            Shape::ManagementTokenInvalid => Refusal::ManagementTokenInvalid,
            Shape::ManagementTokenMissing => Refusal::ManagementTokenMissing,
            Shape::RoleAssignmentExists => Refusal::RoleAssignmentExists { assignment: v(0) },
            Shape::PrincipalNotFound => Refusal::PrincipalNotFound {
                principal: v(0),
                tenant: v(1),
            },
            Shape::RoleAssignmentLimit => Refusal::RoleAssignmentLimit,
            Shape::RoleAssignmentUpdate => Refusal::RoleAssignmentUpdate,
            Shape::CustomRoleUnknownAction => Refusal::CustomRoleUnknownAction { action: v(0) },
            Shape::CustomRoleManagementGroup => Refusal::CustomRoleManagementGroup,
            Shape::RoleDefinitionInUse => Refusal::RoleDefinitionInUse,
            Shape::ManagementApiVersionMissing => Refusal::ManagementApiVersionMissing,
            Shape::SignInRefused => Refusal::SignInRefused {
                error: "invalid_client".into(),
                code: n,
                detail: format!("{} {}", v(0), v(1)),
                trace_id: v(2),
                correlation_id: v(3),
                timestamp: "2026-11-23 05:00:00Z".into(),
            },
        }
    })
}

proptest! {
    #[test]
    fn what_is_rendered_is_recognised(refusal in any_refusal(), before in "[ -~]{0,60}", after in "[ -~]{0,60}") {
        let answer = refusal.render();
        let body = match refusal.shape() {
            Shape::TooManyHeaders => answer.reason.to_owned(),
            _ => answer.body.clone(),
        };
        let told = refusal.shape().describe().message.matches('{').count();
        let complete = |seen: Vec<Recognised>| seen.iter().any(|one| one.is(&refusal) && one.values.len() == told.min(refusal.values().len()));
        prop_assert!(complete(recognise(Some(answer.status), &body)), "{body}");
        // As a Python dict, as a string inside a string, as HTML.
        let python = body.replace('"', "'");
        prop_assert!(complete(recognise(Some(answer.status), &python)), "{python}");
        let nested = serde_json::Value::from(body.as_str()).to_string();
        prop_assert!(complete(recognise(Some(answer.status), &nested)), "{nested}");
        let html = body.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;");
        prop_assert!(complete(recognise(Some(answer.status), &html)), "{html}");
        // Whatever stands around it, the shape is seen.
        let within = format!("{before}\n{body}\n{after}");
        prop_assert!(recognise(Some(answer.status), &within).iter().any(|one| one.shape == refusal.shape()));
    }

    #[test]
    fn any_text_is_read_without_harm(text in "\\PC{0,400}", status in proptest::option::of(100u16..600)) {
        for one in recognise(status, &text) {
            prop_assert!(text.get(one.at.clone()).is_some());
        }
    }
}
