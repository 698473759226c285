//! Examinations of worlds in which one thing is wrong.

mod world;

use serde_json::{Value, json};

use super::*;
use crate::report::Certainty;
use world::*;

/// The cause that comes first is this one, and no less sure than that.
fn check(world: World, expected: &str, certainty: Certainty) {
    let examination = world.examined();
    let report = examination.report();
    let first = report.findings.first();
    let seen = first.map(|finding| finding.rule.as_str());
    let json = serde_json::to_string_pretty(&examination.to_json()).unwrap();
    assert_eq!(seen, Some(expected), "{json}");
    assert!(first.unwrap().certainty >= certainty, "{json}");
    assert!(!first.unwrap().fix.is_empty(), "{json}");
    assert_eq!(examination.health(), Health::Fault, "{json}");
}

fn probed(world: World) -> World {
    World {
        target: Target {
            probe: Probe::Always,
            ..world.target.clone()
        },
        ..world
    }
}

fn with_properties(change: &Value) -> World {
    let mut world = World::azure();
    for (name, value) in change.as_object().unwrap() {
        world.account["properties"][name] = value.clone();
    }
    world
}

#[test]
fn a_healthy_endpoint_is_healthy_with_and_without_a_call() {
    for world in [World::azure(), probed(World::azure())] {
        let called = world.target.probe == Probe::Always;
        let examination = world.examined();
        let json = serde_json::to_string_pretty(&examination.to_json()).unwrap();
        assert_eq!(examination.health(), Health::Healthy, "{json}");
        assert!(examination.report().findings.is_empty(), "{json}");
        assert_eq!(examination.steps().len(), 8);
        assert_eq!(json.contains("in 3 events"), called, "{json}");
    }
}

#[test]
fn the_order_of_answers_changes_nothing() {
    let world = || World {
        assignments: list(&[assignment(OWNER, CALLER, ACCOUNT)]),
        ..probed(World::azure())
    };
    let (forwards, backwards) = (world().examined_in(false), world().examined_in(true));
    assert_eq!(forwards.to_json(), backwards.to_json());
}

#[test]
fn the_role_that_is_held_tells_which_fault_it_is() {
    let with = |assignments: &[Value]| World {
        assignments: list(assignments),
        ..World::azure()
    };
    let lab = ACCOUNT.replace("contoso-ai", "contoso-lab");
    let proven = Certainty::Proven;
    check(with(&[]), "role-missing", proven);
    check(
        with(&[assignment(OWNER, CALLER, SUBSCRIPTION_SCOPE)]),
        "role-control-plane-only",
        proven,
    );
    check(
        with(&[assignment(USER_ROLE, CALLER, &lab)]),
        "role-wrong-scope",
        proven,
    );
    let mut inference = with(&[assignment(OPENAI_ROLE, CALLER, ACCOUNT)]);
    inference.target.url =
        TargetUrl::parse("https://contoso-ai.services.ai.azure.com/models").unwrap();
    inference.target.deployment = Some("phi".into());
    check(inference, "role-openai-only", proven);
    check(
        World {
            eligible: list(&[assignment(USER_ROLE, CALLER, ACCOUNT)]),
            ..with(&[])
        },
        "role-pim-not-activated",
        proven,
    );
    let mut expired = assignment(USER_ROLE, CALLER, ACCOUNT);
    expired["properties"]["condition"] = "this is no condition".into();
    check(with(&[expired]), "role-data-action-missing", proven);
    let deny = json!({ "id": "d", "properties": {
        "denyAssignmentName": "no models", "scope": ACCOUNT,
        "permissions": [{ "dataActions": ["*"] }],
        "principals": [{ "id": "00000000-0000-0000-0000-000000000000" }],
    }});
    check(
        World {
            denies: list(&[deny]),
            ..World::azure()
        },
        "deny-assignment",
        proven,
    );
}

#[test]
fn groups_management_groups_and_custom_roles_grant_as_they_do_in_azure() {
    let above = "/providers/Microsoft.Management/managementGroups/contoso";
    let custom = "66666666-6666-6666-6666-666666666666";
    for (assignments, definition) in [
        (vec![assignment(USER_ROLE, GROUP, ACCOUNT)], None),
        (vec![assignment(USER_ROLE, CALLER, above)], None),
        (
            vec![assignment(custom, CALLER, ACCOUNT)],
            Some(response(
                200,
                &json!({
                    "id": format!("{SUBSCRIPTION_SCOPE}/providers/Microsoft.Authorization/roleDefinitions/{custom}"),
                    "name": custom,
                    "properties": { "roleName": "Caller", "type": "CustomRole", "permissions": [
                        { "dataActions": ["Microsoft.CognitiveServices/accounts/OpenAI/deployments/*/action"] } ] },
                }),
            )),
        ),
    ] {
        let mut world = World {
            assignments: list(&assignments),
            ..World::azure()
        };
        if let Some(definition) = definition {
            world.definition = definition;
        }
        let examination = world.examined();
        let json = serde_json::to_string_pretty(&examination.to_json()).unwrap();
        assert_eq!(examination.health(), Health::Healthy, "{json}");
    }
}

#[test]
fn what_may_not_be_read_is_not_evaluated_and_names_the_permission() {
    let worlds = [
        (
            World {
                subscriptions: refused_by_arm(),
                ..World::azure()
            },
            "Microsoft.CognitiveServices/accounts/read",
        ),
        (
            World {
                deployments: refused_by_arm(),
                ..World::azure()
            },
            "Microsoft.CognitiveServices/accounts/deployments/read",
        ),
        (
            World {
                assignments: refused_by_arm(),
                ..World::azure()
            },
            "Microsoft.Authorization/roleAssignments/read",
        ),
        (
            World {
                denies: refused_by_arm(),
                ..World::azure()
            },
            "Microsoft.Authorization/denyAssignments/read",
        ),
        (
            World {
                eligible: refused_by_arm(),
                ..World::azure()
            },
            "Microsoft.Authorization/roleEligibilityScheduleInstances/read",
        ),
        (
            World {
                groups: refused_by_arm(),
                ..World::azure()
            },
            "GroupMember.Read.All",
        ),
    ];
    for (world, permission) in worlds {
        let examination = world.examined();
        let unknown: Vec<&str> = examination
            .steps()
            .iter()
            .flat_map(|record| &record.notes)
            .filter(|note| note.mark == Mark::Unknown)
            .map(|note| note.words.as_str())
            .collect();
        assert!(
            unknown.iter().any(|words| words.contains(permission)),
            "{permission}: {unknown:?}"
        );
        assert!(examination.report().findings.is_empty(), "{permission}");
        assert_ne!(examination.health(), Health::Fault);
    }
}

#[test]
fn an_unread_role_makes_nobody_healthy() {
    let world = World {
        assignments: refused_by_arm(),
        ..World::azure()
    };
    let examination = world.examined();
    assert_eq!(examination.health(), Health::Unknown);
    assert!(
        examination.report().next_checks[0]
            .command
            .ends_with("--probe")
    );
}

#[test]
fn another_identity_of_the_machine_that_may_is_named() {
    let mut world = World::azure();
    world.assignments = list(&[]);
    world.tokens = vec![
        (Source::ManagedIdentity, token(CALLER)),
        (Source::AzureCli, token(OTHER)),
    ];
    world.of_other = list(&[assignment(USER_ROLE, OTHER, ACCOUNT)]);
    let report = world.examined().report();
    let rules: Vec<&str> = report
        .findings
        .iter()
        .map(|finding| finding.rule.as_str())
        .collect();
    assert_eq!(rules, ["role-missing", "wrong-identity"]);
    assert!(report.findings[1].cause.contains(OTHER));
}

#[test]
fn the_account_tells_its_faults() {
    let proven = Certainty::Proven;
    let mut regional = with_properties(&json!({ "customSubDomainName": null }));
    regional.target.account_id = Some(ACCOUNT.into());
    check(regional, "custom-subdomain-missing", proven);
    check(
        with_properties(&json!({ "publicNetworkAccess": "Disabled" })),
        "public-network-disabled",
        proven,
    );
    check(
        with_properties(
            &json!({ "publicNetworkAccess": "Disabled", "privateEndpointConnections": [
            { "properties": { "privateLinkServiceConnectionState": { "status": "Approved" } } } ] }),
        ),
        "private-dns",
        proven,
    );
    let mut keys = with_properties(&json!({ "disableLocalAuth": true }));
    keys.variables = vec![key("AZURE_OPENAI_API_KEY")];
    check(keys, "key-sent-instead-of-token", Certainty::Likely);
    let disabled = list(&[json!({ "subscriptionId": SUBSCRIPTION, "state": "Disabled" })]);
    check(
        World {
            subscriptions: disabled,
            ..World::azure()
        },
        "subscription-disabled",
        proven,
    );
    let asked = |deployment: &str| {
        let mut world = World::azure();
        world.target.deployment = Some(deployment.into());
        world
    };
    check(asked("gpt-5"), "deployment-not-found", proven);
    check(asked("Phi-4"), "deployment-name-vs-model-name", proven);
    check(asked("phi"), "endpoint-wrong-for-sdk", Certainty::Likely);
    let mut creating = World::azure();
    creating.deployments = list(&[
        json!({ "name": "gpt-4o", "properties": { "model": { "format": "OpenAI", "name": "gpt-4o" }, "provisioningState": "Creating" } }),
    ]);
    check(creating, "deployment-just-created", proven);
    check(
        World {
            deployments: list(&[]),
            ..World::azure()
        },
        "model-not-deployed-or-unknown",
        proven,
    );
}

#[test]
fn the_network_tells_its_faults() {
    let nothing = || {
        Err(trouble(
            TroubleKind::Name,
            "failed to lookup address information",
        ))
    };
    let no_name = World {
        addresses: nothing(),
        connection: nothing_connected(TroubleKind::Name),
        ..World::azure()
    };
    check(no_name, "endpoint-resource-not-found", Certainty::Likely);
    let private = World {
        addresses: Ok(vec!["10.0.0.4".parse().unwrap()]),
        connection: nothing_connected(TroubleKind::Time),
        ..World::azure()
    };
    check(private, "private-dns", Certainty::Likely);
    let tls = World {
        connection: nothing_connected(TroubleKind::Tls),
        ..World::azure()
    };
    check(tls, "tls-or-proxy", Certainty::Proven);
    let proxy = World {
        connection: nothing_connected(TroubleKind::Proxy),
        ..World::azure()
    };
    check(proxy, "tls-or-proxy", Certainty::Proven);
    let local = World {
        addresses: Ok(vec!["127.0.0.1".parse().unwrap()]),
        connection: nothing_connected(TroubleKind::Connection),
        ..World::at("https://localhost:8443")
    };
    check(local, "endpoint-resource-not-found", Certainty::Proven);
}

fn nothing_connected(kind: TroubleKind) -> Result<Connection, Trouble> {
    Err(trouble(kind, "it does not work"))
}

#[test]
fn what_a_stranger_is_told_is_read() {
    let mut firewall = World::azure();
    firewall.stranger = response(
        403,
        &json!({ "error": { "code": "403", "message": "Access denied due to Virtual Network/Firewall rules." } }),
    );
    check(firewall, "firewall-rules", Certainty::Likely);
    let mut off = World::azure();
    off.stranger = response(
        403,
        &json!({ "error": { "code": "403", "message": "Public access is disabled. Please configure private endpoint." } }),
    );
    check(off, "public-network-disabled", Certainty::Likely);
}

#[test]
fn the_credential_tells_its_faults() {
    let refused = |words: &str| {
        let mut world = World::azure();
        world.tokens.insert(
            0,
            (
                Source::Environment,
                CredentialAnswer::Refused {
                    words: words.into(),
                    ends_chain: true,
                },
            ),
        );
        world
    };
    check(
        refused(
            "the identity endpoint refused with 401: AADSTS7000215: Invalid client secret provided.",
        ),
        "credential-secret-invalid",
        Certainty::Proven,
    );
    check(
        refused(
            "the identity endpoint refused with 400: AADSTS700016: Application with identifier was not found in the directory.",
        ),
        "credential-app-not-found",
        Certainty::Proven,
    );
    check(
        World {
            tokens: Vec::new(),
            ..World::azure()
        },
        "credential-unavailable",
        Certainty::Proven,
    );
    let mut metadata = World::azure();
    metadata.tokens = vec![(
        Source::ManagedIdentity,
        CredentialAnswer::Refused {
            words: "the identity endpoint refused with 400: Identity not found".into(),
            ends_chain: false,
        },
    )];
    metadata.variables = vec![set("AZURE_CLIENT_ID", OTHER)];
    check(
        metadata,
        "managed-identity-client-id-missing",
        Certainty::Proven,
    );
}

#[test]
fn the_environment_tells_its_faults() {
    let with = |variable: Variable| World {
        variables: vec![variable],
        ..World::azure()
    };
    check(
        with(set(
            "AZURE_AUTHORITY_HOST",
            "https://login.microsoftonline.us",
        )),
        "token-wrong-cloud",
        Certainty::Proven,
    );
    check(
        with(set("OPENAI_API_VERSION", "2024-11-20")),
        "api-version-unsupported",
        Certainty::Likely,
    );
    check(
        with(set("AZURE_TOKEN_CREDENTIALS", "cli")),
        "sdk-misconfigured",
        Certainty::Likely,
    );
    let file = Setting::File {
        path: "/no/such".into(),
        trouble: Some("there is no such file".into()),
    };
    check(
        with(Variable {
            name: "SSL_CERT_FILE",
            setting: file,
            file: None,
        }),
        "tls-or-proxy",
        Certainty::Likely,
    );
    let placeholder = Setting::Secret(SecretForm::Unusable("a placeholder"));
    check(
        with(Variable {
            name: "AZURE_CLIENT_SECRET",
            setting: placeholder,
            file: None,
        }),
        "sdk-misconfigured",
        Certainty::Likely,
    );
    let mut clock = World::azure();
    clock.stranger.headers = vec![("date".into(), "Mon, 23 Nov 2026 11:00:00 GMT".into())];
    check(clock, "token-expired", Certainty::Likely);
}

#[test]
fn the_url_must_fit_the_client() {
    let with = |endpoint: &str, sdk: &str| {
        let mut world = World::at(endpoint);
        world.target.sdk = Sdk::find(sdk);
        assert!(world.target.sdk.is_some(), "{sdk}");
        world
    };
    let likely = Certainty::Likely;
    check(
        with(
            "https://contoso-ai.openai.azure.com/openai/v1",
            "python-azure-openai",
        ),
        "endpoint-wrong-for-sdk",
        likely,
    );
    check(
        with("https://contoso-ai.openai.azure.com", "azure-ai-inference"),
        "endpoint-wrong-for-sdk",
        likely,
    );
    check(
        with(
            "https://swedencentral.api.cognitive.microsoft.com",
            "python-openai",
        ),
        "custom-subdomain-missing",
        Certainty::Proven,
    );
    check(
        with("https://api.openai.com/v1", "python-openai"),
        "endpoint-wrong-for-sdk",
        Certainty::Proven,
    );
    let fits = with(
        "https://contoso-ai.openai.azure.com/openai/v1",
        "python-openai",
    )
    .examined();
    assert_eq!(fits.health(), Health::Healthy);
}

#[test]
fn a_refused_call_is_explained_by_what_was_seen_before_it() {
    let denied = json!({ "error": { "code": "PermissionDenied", "message": "The principal `22222222-2222-2222-2222-222222222222` lacks the required data action `Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action` to perform `POST /openai/deployments/{deployment-id}/chat/completions` operation." } });
    let mut contributor = probed(World::azure());
    contributor.assignments = list(&[assignment(OWNER, CALLER, ACCOUNT)]);
    contributor.call = response(401, &denied);
    check(contributor, "role-control-plane-only", Certainty::Proven);
    // The same refusal while a role permits it: granted a minute ago, or through a group.
    let mut fresh = assignment(USER_ROLE, CALLER, ACCOUNT);
    fresh["properties"]["createdOn"] = "2026-11-23T11:59:00Z".into();
    let mut early = probed(World::azure());
    early.assignments = list(&[fresh]);
    early.call = response(401, &denied);
    check(early, "role-propagation", Certainty::Likely);
    let mut group = probed(World::azure());
    group.assignments = list(&[assignment(USER_ROLE, GROUP, ACCOUNT)]);
    group.call = response(401, &denied);
    check(group, "group-membership-stale", Certainty::Likely);
    let mut limited = probed(World::azure());
    limited.call = response(
        429,
        &json!({ "error": { "code": "429", "message": "Requests to the ChatCompletions_Create Operation under Azure OpenAI API have exceeded the token rate limit of your current OpenAI S0 pricing tier. Please retry after 20 seconds." } }),
    );
    check(limited, "quota-or-rate-limit", Certainty::Possible);
}

#[test]
fn a_call_that_goes_through_disproves_what_was_feared() {
    let mut world = probed(with_properties(
        &json!({ "networkAcls": { "defaultAction": "Deny", "ipRules": [] } }),
    ));
    world.assignments = list(&[]);
    let examination = world.examined();
    assert_eq!(examination.health(), Health::Healthy);
    assert!(examination.report().findings.is_empty());
}

#[test]
fn a_call_waits_for_consent_and_is_not_made_without() {
    let mut world = World::azure();
    world.target.probe = Probe::Ask;
    let mut examination = Examination::new(world.target.clone(), NOW);
    for yes in [false, true] {
        while !examination.wants_consent() {
            let checks = examination.due();
            assert!(!checks.is_empty());
            for check in checks {
                assert!(
                    !matches!(&check, Check::Request(request) if request.place == Place::Endpoint && request.bearer.is_some())
                );
                let answer = world.answer(&check);
                examination.learn(Answered {
                    check,
                    answer,
                    began_ms: 0,
                    ended_ms: 1,
                });
            }
        }
        examination.consent(yes);
        assert_eq!(examination.is_over(), !yes);
        if !yes {
            examination = Examination::new(world.target.clone(), NOW);
        }
    }
    let call = examination.due();
    assert!(matches!(&call[..], [Check::Request(request)] if request.method == "POST"));
}

#[test]
fn remedies_are_offered_for_what_one_change_mends() {
    let mut world = World::azure();
    world.assignments = list(&[assignment(OWNER, CALLER, ACCOUNT)]);
    world.variables = vec![set("AZURE_TOKEN_CREDENTIALS", "cli")];
    let remedies = world.examined().remedies();
    assert!(
        matches!(&remedies[0], Remedy::AssignRole { principal, scope, role, .. }
        if principal == CALLER && scope == ACCOUNT && role == "Cognitive Services OpenAI User"),
        "{remedies:?}"
    );
    assert_eq!(
        remedies[1],
        Remedy::UnsetVariable {
            name: "AZURE_TOKEN_CREDENTIALS"
        }
    );
    let denied = json!({ "id": "d", "properties": { "scope": ACCOUNT, "permissions": [{ "dataActions": ["*"] }],
        "principals": [{ "id": CALLER }] } });
    let examination = World {
        denies: list(&[denied]),
        ..World::azure()
    }
    .examined();
    assert!(
        examination.remedies().is_empty(),
        "one more role does not lift a deny"
    );
}

#[test]
fn sovereign_clouds_have_their_own_services() {
    for (endpoint, management, audience) in [
        (
            "https://contoso-ai.openai.azure.us",
            "https://management.usgovcloudapi.net",
            "https://cognitiveservices.azure.us/.default",
        ),
        (
            "https://contoso-ai.openai.azure.cn",
            "https://management.chinacloudapi.cn",
            "https://cognitiveservices.azure.cn/.default",
        ),
    ] {
        let world = World::at(endpoint);
        assert_eq!(world.target.cloud.management, management);
        assert_eq!(world.target.endpoint_scope(), audience);
    }
    // A token of the public cloud at an endpoint of another.
    check(
        World::at("https://contoso-ai.openai.azure.us"),
        "token-wrong-cloud",
        Certainty::Likely,
    );
}

#[test]
fn nothing_secret_gets_into_a_report() {
    const SECRETS: [&str; 5] = [
        "hunter2SuperSecret9",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJzZWNyZXQifQ.c2lnbmF0dXJl",
        "8c1f0e2d3b4a59687766554433221100",
        "ada.lovelace@contoso.com",
        "AccountKey=Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6",
    ];
    for secret in SECRETS {
        let bare = if secret.starts_with("hunter2") {
            ""
        } else {
            secret
        };
        let said = format!("password={secret} token: {secret} user {bare}");
        let mut world = probed(World::azure());
        world.variables = vec![
            set("AZURE_TOKEN_CREDENTIALS", &said),
            set("OPENAI_API_VERSION", &said),
            Variable {
                name: "SSL_CERT_FILE",
                setting: Setting::File {
                    path: said.clone(),
                    trouble: Some("there is no such file".into()),
                },
                file: None,
            },
        ];
        world.tokens = vec![
            (
                Source::WorkloadIdentity,
                CredentialAnswer::Refused {
                    words: format!("AADSTS700213: {said}"),
                    ends_chain: false,
                },
            ),
            (Source::AzureCli, token(CALLER)),
            (
                Source::AzureDeveloperCli,
                CredentialAnswer::Recognised(said.clone()),
            ),
        ];
        if let CredentialAnswer::Token(Some(claims)) = &mut world.tokens[1].1 {
            claims.audience = said.clone();
            claims.tenant = Some(said.clone());
            claims.app_id = Some(said.clone());
            claims.managed_identity = Some(said.clone());
        }
        world.account["kind"] = said.clone().into();
        world.account["location"] = said.clone().into();
        world.deployments =
            list(&[json!({ "name": said, "properties": { "provisioningState": said } })]);
        world.groups = list(&[json!({ "id": GROUP, "displayName": said })]);
        world.assignments = list(&[assignment(OWNER, GROUP, ACCOUNT)]);
        world.call = response(
            401,
            &json!({ "error": { "code": "PermissionDenied", "message": said } }),
        );
        world.stranger = response(500, &json!({ "error": { "message": said } }));
        let told = world.examined().to_json().to_string();
        assert!(!told.contains(secret), "{secret} in {told}");
    }
}

#[test]
fn what_a_client_does_not_read_is_told() {
    let noted = |sdk: &str, variables: &[(&'static str, &str)]| {
        let mut world = World::azure();
        world.target.sdk = Sdk::find(sdk);
        let file = |(name, path): &(&'static str, &str)| Variable {
            name,
            setting: Setting::File {
                path: (*path).into(),
                trouble: None,
            },
            file: None,
        };
        world.variables.extend(variables.iter().map(file));
        world.examined().to_json().to_string()
    };
    let bundle = |name| (name, "/etc/company.pem");
    for (sdk, variables, expected) in [
        (
            "python-openai",
            [bundle("SSL_CERT_FILE")],
            "of openai (Python) only its calls trust what is set: tokens are fetched with REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE",
        ),
        (
            "azure-ai-inference",
            [bundle("SSL_CERT_FILE")],
            "SSL_CERT_FILE is set, and azure-ai-inference (Python) does not read it",
        ),
        (
            "js-openai",
            [bundle("SSL_CERT_FILE")],
            "openai (JavaScript) trusts Node's own list and NODE_EXTRA_CA_CERTS",
        ),
        (
            "java-openai",
            [bundle("SSL_CERT_FILE")],
            "openai-java trusts the Java runtime's cacerts, or javax.net.ssl.trustStore",
        ),
        (
            "js-openai",
            [("AZURE_CLIENT_CERTIFICATE_PATH", "/app.PFX")],
            "names a PKCS#12 file, and @azure/identity reads PEM only",
        ),
        (
            "dotnet-openai",
            [("AZURE_CLIENT_CERTIFICATE_PATH", "/app.p12")],
            "ends neither in .pfx nor in .pem",
        ),
    ] {
        let json = noted(sdk, &variables);
        assert!(json.contains(expected), "{sdk}: {json}");
    }
    for (sdk, variables) in [
        ("go-openai", vec![bundle("SSL_CERT_FILE")]),
        (
            "python-openai",
            vec![bundle("SSL_CERT_FILE"), bundle("REQUESTS_CA_BUNDLE")],
        ),
        (
            "go-openai",
            vec![("AZURE_CLIENT_CERTIFICATE_PATH", "/app.p12")],
        ),
    ] {
        let json = noted(sdk, &variables);
        assert!(
            !json.contains("does not read it") && !json.contains("trusts"),
            "{sdk}: {json}"
        );
    }
}
