//! Every grant, right and wrong.

use serde_json::json;

use super::*;

fn with_secret<'f>(secret: &'f str, scope: &'f str) -> [(&'static str, &'f str); 4] {
    [
        ("grant_type", "client_credentials"),
        ("client_id", APP),
        ("client_secret", secret),
        ("scope", scope),
    ]
}

const SCOPE: &str = "https://cognitiveservices.azure.com/.default";

#[test]
fn an_application_with_a_secret_gets_a_version_1_token_of_the_right_form() {
    let service = service();
    let answer = token(&service, &with_secret("app secret", SCOPE));
    let verified = accepted(&service, &answer);
    assert_eq!(verified.object_id, "33333333-0000-4000-8000-000000000001");
    assert_eq!(answer.json["token_type"], "Bearer");
    assert_eq!(answer.json["expires_in"], answer.json["ext_expires_in"]);
    for absent in ["refresh_token", "id_token", "scope", "client_info"] {
        assert!(answer.json.get(absent).is_none(), "{absent}");
    }
    assert_eq!(answer.headers["cache-control"], "no-store, no-cache");
    let decoded = access::token::decode(answer.json["access_token"].as_str().unwrap()).unwrap();
    assert_eq!(decoded.header["typ"], "JWT");
    assert_eq!(decoded.header["x5t"], decoded.header["kid"]);
    for (claim, value) in [
        ("aud", json!(COGNITIVE)),
        ("iss", json!(format!("https://sts.windows.net/{TENANT}/"))),
        ("appid", json!(APP)),
        ("appidacr", json!("1")),
        ("idtyp", json!("app")),
        ("sub", json!("33333333-0000-4000-8000-000000000001")),
        ("tid", json!(TENANT)),
        ("ver", json!("1.0")),
        ("nbf", json!(NOW.0 - 300)),
    ] {
        assert_eq!(decoded.claims[claim], value, "{claim}");
    }
    assert!(!decoded.claims.contains_key("groups"));
    assert!(!decoded.claims.contains_key("scp"));
}

#[test]
fn another_implementation_verifies_our_tokens() {
    let service = service();
    let answer = token(&service, &with_secret("app secret", SCOPE));
    let jwk = get(&service, "/common/discovery/keys").json["keys"][0].clone();
    let text = |member: &str| jwk[member].as_str().unwrap().to_owned();
    let key = jsonwebtoken::DecodingKey::from_rsa_components(&text("n"), &text("e")).unwrap();
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    validation.set_audience(&[COGNITIVE]);
    validation.set_issuer(&[format!("https://sts.windows.net/{TENANT}/")]);
    // Its clock is the machine's, ours is the test's.
    validation.validate_exp = false;
    let token = answer.json["access_token"].as_str().unwrap();
    jsonwebtoken::decode::<Value>(token, &key, &validation).unwrap();
}

#[test]
fn what_is_wrong_with_a_client_is_told_by_number() {
    let service = service();
    let check = |fields: &[(&str, &str)], status: u16, error: &str, code: u32| {
        refused(&token(&service, fields), status, error, code);
    };
    check(
        &with_secret("wrong", SCOPE),
        401,
        "invalid_client",
        7_000_215,
    );
    check(&with_secret("", SCOPE), 401, "invalid_client", 7_000_216);
    check(
        &with_secret("expired secret", SCOPE),
        401,
        "invalid_client",
        7_000_222,
    );
    check(&[], 400, "invalid_request", 900_144);
    check(
        &[("grant_type", "magic")],
        400,
        "unsupported_grant_type",
        70_003,
    );
    let client = |id: &'static str| {
        [
            ("grant_type", "client_credentials"),
            ("client_id", id),
            ("client_secret", "app secret"),
        ]
    };
    check(&client("nobody"), 400, "unauthorized_client", 700_016);
    check(
        &client("11111111-0000-4000-8000-000000000004"),
        400,
        "unauthorized_client",
        7_000_112,
    );
    check(&client(AZURE_CLI), 401, "invalid_client", 7_000_215);
    check(&client(WEB), 401, "invalid_client", 7_000_215);
    check(&client(APP), 400, "invalid_request", 900_144);
    let two = [
        ("grant_type", "client_credentials"),
        ("client_id", APP),
        ("client_id", API),
    ];
    check(&two, 400, "invalid_request", 9_000_411);
}

#[test]
fn scopes_name_one_known_resource() {
    let service = service();
    let ask = |scope: &str| token(&service, &with_secret("app secret", scope));
    for (scope, audience) in [
        (
            "https://cognitiveservices.azure.com/.default",
            "https://cognitiveservices.azure.com",
        ),
        (
            "https://cognitiveservices.azure.com//.default",
            "https://cognitiveservices.azure.com/",
        ),
        ("https://ai.azure.com/.default", "https://ai.azure.com"),
        ("https://ml.azure.com/.default", "https://ml.azure.com"),
        (
            "https://management.core.windows.net//.default",
            "https://management.core.windows.net/",
        ),
        (
            "https://graph.microsoft.com/.default",
            "https://graph.microsoft.com",
        ),
        (
            "https://localhost:8443/.default",
            "https://management.azure.com",
        ),
        (
            "https://localhost:8443/graph/.default",
            "https://graph.microsoft.com",
        ),
        (
            "7d312290-28c8-473c-a0ed-8e53749b6d6d/.default",
            "7d312290-28c8-473c-a0ed-8e53749b6d6d",
        ),
        ("https://api.contoso.example/.default", API),
        ("api://11111111-0000-4000-8000-000000000002/.default", API),
    ] {
        let answer = ask(scope);
        assert_eq!(answer.status, 200, "{scope}: {}", answer.text);
        assert_eq!(
            claims(&answer.json["access_token"])["aud"],
            audience,
            "{scope}"
        );
    }
    refused(
        &ask("https://openai.azure.com/.default"),
        400,
        "invalid_resource",
        500_011,
    );
    refused(
        &ask("https://localhost:9999/.default"),
        400,
        "invalid_resource",
        500_011,
    );
    refused(&ask(COGNITIVE), 400, "invalid_scope", 70_011);
    refused(&ask("/.default"), 400, "invalid_scope", 70_011);
    refused(
        &ask(&format!("{SCOPE} https://ai.azure.com/.default")),
        400,
        "invalid_request",
        700_022,
    );
    refused(
        &ask(&format!("{SCOPE} openid")),
        400,
        "invalid_scope",
        70_011,
    );
}

#[test]
fn a_server_that_goes_by_a_real_name_issues_the_same_tokens() {
    let service = service();
    for (host, resource) in [
        ("management.azure.com", "https://management.azure.com/"),
        ("graph.microsoft.com", "https://graph.microsoft.com"),
    ] {
        let origin = Origin::new(true, host).unwrap();
        let robot = "33333333-0000-4000-8000-000000000001";
        let issued = service.issue(robot, resource, &origin, NOW).unwrap();
        assert_eq!(claims(&issued.token.into())["aud"], resource);
    }
}

#[test]
fn tokens_for_an_api_of_ones_own_are_of_its_version() {
    let service = service();
    let answer = token(
        &service,
        &with_secret("app secret", "https://api.contoso.example/.default"),
    );
    let claims = claims(&answer.json["access_token"]);
    assert_eq!(claims["ver"], "2.0");
    assert_eq!(
        claims["iss"],
        format!("https://login.microsoftonline.com/{TENANT}/v2.0")
    );
    assert_eq!(
        (&claims["azp"], &claims["azpacr"]),
        (&json!(APP), &json!("1"))
    );
    assert!(!claims.contains_key("appid"));
}

#[test]
fn the_version_1_endpoint_speaks_in_strings() {
    let service = service();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", APP),
        ("client_secret", "app secret"),
        ("resource", COGNITIVE),
    ];
    let answer = post(&service, "/contoso.example/oauth2/token", &fields);
    accepted(&service, &answer);
    for member in [
        "expires_in",
        "ext_expires_in",
        "expires_on",
        "not_before",
        "resource",
    ] {
        assert!(answer.json[member].is_string(), "{member}");
    }
    let adfs = post(
        &service,
        "/adfs/oauth2/token",
        &with_secret("app secret", SCOPE),
    );
    accepted(&service, &adfs);
}

#[test]
fn a_secret_may_come_in_the_authorization_header() {
    let service = service();
    let send = |id: &str, secret: &str, body: &[(&str, &str)]| {
        let pair = format!("{}:{}", form::encode(id), form::encode(secret));
        let value = base64::engine::general_purpose::STANDARD.encode(pair);
        let request = Request::post(TOKEN).header("authorization", format!("Basic {value}"));
        super::send(&service, request, &encode(body), NOW)
    };
    let body = [("grant_type", "client_credentials"), ("scope", SCOPE)];
    accepted(&service, &send(APP, "app secret", &body));
    refused(&send(APP, "wrong", &body), 401, "invalid_client", 7_000_215);
    let twice = with_secret("app secret", SCOPE);
    refused(
        &send(APP, "app secret", &twice),
        400,
        "invalid_request",
        90_013,
    );
}

#[test]
fn lifetimes_vary_within_bounds_and_repeat_for_a_seed() {
    let lifetimes = || {
        let service = service();
        (0..50)
            .map(|_| {
                let answer = token(&service, &with_secret("app secret", SCOPE));
                answer.json["expires_in"].as_i64().unwrap()
            })
            .collect::<Vec<_>>()
    };
    let (first, second) = (lifetimes(), lifetimes());
    assert_eq!(first, second);
    assert!(first.iter().all(|seconds| (3600..=5400).contains(seconds)));
    assert!(first.iter().any(|seconds| *seconds != first[0]));
}

#[test]
fn a_person_with_a_password_gets_tokens_that_say_who_they_are() {
    let service = service();
    let fields = [
        ("grant_type", "password"),
        ("client_id", AZURE_CLI),
        ("username", "Ada@contoso.example"),
        ("password", "correct horse"),
        (
            "scope",
            "https://cognitiveservices.azure.com/.default openid profile offline_access",
        ),
        ("response_type", "id_token token"),
    ];
    let answer = token(&service, &fields);
    let verified = accepted(&service, &answer);
    assert_eq!(verified.name.as_deref(), Some("ada@contoso.example"));
    assert_eq!(verified.bearer, access::token::Bearer::User);
    let access = claims(&answer.json["access_token"]);
    assert_eq!(access["scp"], "user_impersonation");
    assert_eq!(access["appidacr"], "0");
    let id = claims(&answer.json["id_token"]);
    assert_eq!(id["aud"], AZURE_CLI);
    assert_eq!(id["preferred_username"], "ada@contoso.example");
    assert_eq!(id["sub"], access["sub"], "one client, one pairwise subject");
    assert_ne!(access["sub"], access["oid"]);
    let info = URL_SAFE_NO_PAD
        .decode(answer.json["client_info"].as_str().unwrap())
        .unwrap();
    let info: Value = serde_json::from_slice(&info).unwrap();
    assert_eq!(info, json!({"uid": verified.object_id, "utid": TENANT}));
    let scope = answer.json["scope"].as_str().unwrap();
    assert!(
        scope.contains(SCOPE) && scope.contains("/user_impersonation"),
        "{scope}"
    );
}

#[test]
fn an_id_token_is_no_access_token() {
    let service = service();
    let fields = [
        ("grant_type", "password"),
        ("client_id", AZURE_CLI),
        ("username", "ada@contoso.example"),
        ("password", "correct horse"),
        ("scope", "openid"),
    ];
    let answer = token(&service, &fields);
    let expect = service.expectations(Audiences::new([AZURE_CLI]));
    let id_token = answer.json["id_token"].as_str().unwrap();
    let fault = verify(id_token, &service.own_keys().keys(NOW), &expect, NOW).unwrap_err();
    assert_eq!(
        fault,
        access::token::TokenFault::ClaimMissing { claim: "azp" }
    );
}

#[test]
fn wrong_passwords_are_counted_and_lock_for_a_while() {
    let service = service();
    let try_at = |password: &str, now: Timestamp| {
        let fields = [
            ("grant_type", "password"),
            ("client_id", AZURE_CLI),
            ("username", "ada@contoso.example"),
            ("password", password),
        ];
        post_at(&service, TOKEN, &fields, now)
    };
    for _ in 0..10 {
        refused(&try_at("wrong", NOW), 400, "invalid_grant", 50_126);
    }
    refused(&try_at("correct horse", NOW), 400, "invalid_grant", 50_053);
    assert_eq!(try_at("correct horse", NOW.plus(300)).status, 200);
    let nobody = [
        ("grant_type", "password"),
        ("client_id", AZURE_CLI),
        ("username", "nobody@contoso.example"),
        ("password", "x"),
    ];
    refused(&token(&service, &nobody), 400, "invalid_grant", 50_126);
}

#[test]
fn people_of_other_tenants_sign_in_where_no_tenant_is_named() {
    let service = service();
    let fields = [
        ("grant_type", "password"),
        ("client_id", AZURE_CLI),
        ("username", "linus@fabrikam.example"),
        ("password", "correct horse"),
        ("scope", SCOPE),
    ];
    refused(&token(&service, &fields), 400, "invalid_grant", 50_020);
    let answer = post(&service, "/organizations/oauth2/v2.0/token", &fields);
    let token = answer.json["access_token"].as_str().unwrap();
    let expect = service.expectations(Audiences::account());
    let fault = verify(token, &service.own_keys().keys(NOW), &expect, NOW).unwrap_err();
    assert!(
        matches!(fault, access::token::TokenFault::Tenant { .. }),
        "{fault:?}"
    );
}

/// Signs ada in and returns the answer, with a refresh token.
pub(super) fn signed_in(service: &TokenService) -> Answer {
    let fields = [
        ("grant_type", "password"),
        ("client_id", AZURE_CLI),
        ("username", "ada@contoso.example"),
        ("password", "correct horse"),
        (
            "scope",
            "https://management.core.windows.net//.default offline_access openid profile",
        ),
    ];
    post(service, "/organizations/oauth2/v2.0/token", &fields)
}

pub(super) fn refresh(service: &TokenService, token: &str, client: &str, now: Timestamp) -> Answer {
    let fields = [
        ("grant_type", "refresh_token"),
        ("client_id", client),
        ("refresh_token", token),
        (
            "scope",
            "https://cognitiveservices.azure.com/.default offline_access",
        ),
    ];
    post_at(service, TOKEN, &fields, now)
}

pub(super) fn refresh_token(answer: &Answer) -> String {
    answer.json["refresh_token"]
        .as_str()
        .expect(&answer.text)
        .to_owned()
}

#[test]
fn a_refresh_token_leads_to_the_next_for_any_resource() {
    let service = service();
    let first = refresh_token(&signed_in(&service));
    let answer = refresh(&service, &first, AZURE_CLI, NOW);
    accepted(&service, &answer);
    let second = refresh_token(&answer);
    assert_ne!(first, second);
    assert_eq!(refresh(&service, &second, AZURE_CLI, NOW).status, 200);
    let invalid = refresh(&service, "unknown", AZURE_CLI, NOW);
    refused(&invalid, 400, "invalid_grant", 70_008);
    let other = refresh(
        &service,
        &second,
        "1950a258-227b-4e31-a9cf-717495945fc2",
        NOW,
    );
    refused(&other, 400, "invalid_grant", 70_000);
}

#[test]
fn a_used_refresh_token_works_on_as_in_entra() {
    let service = service();
    let first = refresh_token(&signed_in(&service));
    for later in [0, 60, 3600, 89 * 24 * 3600] {
        let answer = refresh(&service, &first, AZURE_CLI, NOW.plus(later));
        assert_eq!(answer.status, 200, "{later}");
    }
    let over = refresh(&service, &first, AZURE_CLI, NOW.plus(90 * 24 * 3600));
    refused(&over, 400, "invalid_grant", 70_008);
}

#[test]
fn who_is_signed_out_or_disabled_must_sign_in_again() {
    let service = service();
    let first = refresh_token(&signed_in(&service));
    let change = |change: fn(&mut User)| {
        let mut directory = directory();
        change(&mut directory.tenants[0].users[0]);
        service.replace_directory(directory).unwrap();
    };
    let again = |now: Timestamp| refresh(&service, &first, AZURE_CLI, now);
    change(|ada| ada.valid_after = Some(NOW));
    refused(&again(NOW.plus(60)), 400, "invalid_grant", 50_173);
    change(|ada| ada.valid_after = Some(Timestamp(NOW.0 - 1)));
    assert_eq!(again(NOW.plus(60)).status, 200);
    change(|ada| ada.disabled = true);
    refused(&again(NOW.plus(60)), 400, "invalid_grant", 50_057);
    refused(&signed_in(&service), 400, "invalid_grant", 50_057);
}

#[test]
fn whoever_leaves_the_directory_is_signed_out() {
    let service = service();
    let first = refresh_token(&signed_in(&service));
    let mut directory = directory();
    directory.tenants[0].users.remove(0);
    service.replace_directory(directory).unwrap();
    refused(
        &refresh(&service, &first, AZURE_CLI, NOW),
        400,
        "invalid_grant",
        70_008,
    );
}

/// Ada's token for the API application, as its client would send it there.
fn token_for_api(service: &TokenService) -> String {
    let fields = [
        ("grant_type", "password"),
        ("client_id", AZURE_CLI),
        ("username", "ada@contoso.example"),
        ("password", "correct horse"),
        ("scope", "https://api.contoso.example/.default"),
    ];
    let answer = token(service, &fields);
    answer.json["access_token"]
        .as_str()
        .expect(&answer.text)
        .to_owned()
}

fn on_behalf_of(service: &TokenService, client: &str, assertion: &str, now: Timestamp) -> Answer {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("requested_token_use", "on_behalf_of"),
        ("client_id", client),
        ("client_secret", "app secret"),
        ("assertion", assertion),
        (
            "scope",
            "https://cognitiveservices.azure.com/.default offline_access openid profile",
        ),
    ];
    post_at(service, TOKEN, &fields, now)
}

#[test]
fn an_api_acts_for_the_person_who_called_it() {
    let service = service();
    let assertion = token_for_api(&service);
    let answer = on_behalf_of(&service, API, &assertion, NOW);
    let verified = accepted(&service, &answer);
    assert_eq!(verified.name.as_deref(), Some("ada@contoso.example"));
    assert_eq!(verified.app_id, API);
}

#[test]
fn nobody_acts_on_a_token_that_was_not_sent_to_them() {
    let service = service();
    let assertion = token_for_api(&service);
    let check = |client: &str, assertion: &str, now: Timestamp, code: u32| {
        refused(
            &on_behalf_of(&service, client, assertion, now),
            400,
            "invalid_grant",
            code,
        );
    };
    check(APP, &assertion, NOW, 500_131);
    check(API, &assertion, NOW.plus(6000), 500_133);
    check(API, "nonsense", NOW, 50_027);
    let forged = format!("{}AA", &assertion[..assertion.len() - 2]);
    check(API, &forged, NOW, 50_013);
    let own = token(
        &service,
        &with_secret("app secret", "https://api.contoso.example/.default"),
    );
    check(
        API,
        own.json["access_token"].as_str().unwrap(),
        NOW,
        7_000_114,
    );
    let public = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
        ("client_id", PUBLIC),
        ("assertion", &assertion),
    ];
    refused(&token(&service, &public), 401, "invalid_client", 7_000_216);
}

#[test]
fn groups_are_listed_where_wanted_and_referred_to_when_too_many() {
    let service = service_with(Settings {
        groups_claim: true,
        ..Settings::default()
    });
    let ada = directory().tenants[0].users[0].object_id.clone();
    let groups = |service: &TokenService| {
        let issued = service.issue(&ada, COGNITIVE, &origin(), NOW).unwrap();
        let expect = service.expectations(Audiences::account());
        verify(&issued.token, &service.own_keys().keys(NOW), &expect, NOW)
            .unwrap()
            .groups
    };
    let listed = vec!["99999999-0000-4000-8000-000000000001".to_owned()];
    assert_eq!(groups(&service), access::token::GroupsClaim::Listed(listed));
    let mut many = directory();
    many.tenants[0].users[0].groups = (0..201).map(|number| format!("group-{number}")).collect();
    service.replace_directory(many).unwrap();
    assert_eq!(groups(&service), access::token::GroupsClaim::Overage);
}

#[test]
fn tokens_are_issued_to_every_kind_of_principal() {
    let service = service();
    let expect = service.expectations(Audiences::account());
    for principal in directory().tenants[0].principals() {
        let issued = service.issue(principal.object_id(), COGNITIVE, &origin(), NOW);
        if principal.name() == "disabled" {
            assert!(matches!(
                issued,
                Err(IssueError::Refused {
                    code: 7_000_112,
                    ..
                })
            ));
            continue;
        }
        let issued = issued.unwrap();
        let verified = verify(&issued.token, &service.own_keys().keys(NOW), &expect, NOW).unwrap();
        assert_eq!(verified.object_id, principal.object_id());
        assert!(!format!("{issued:?}").contains(&issued.token));
        let managed = matches!(principal, directory::Principal::ManagedIdentity(_));
        assert_eq!(managed, issued.expires_in == 24 * 3600);
    }
    let nobody = service.issue("nobody", COGNITIVE, &origin(), NOW);
    assert_eq!(nobody, Err(IssueError::PrincipalUnknown("nobody".into())));
}

#[test]
fn tokens_outlive_a_restart() {
    let issued = service()
        .issue(
            "33333333-0000-4000-8000-000000000001",
            COGNITIVE,
            &origin(),
            NOW,
        )
        .unwrap();
    let restarted = service();
    let expect = restarted.expectations(Audiences::account());
    verify(&issued.token, &restarted.own_keys().keys(NOW), &expect, NOW).unwrap();
}

#[test]
fn a_directory_that_could_mean_two_people_is_refused() {
    let mut twice = directory();
    let ada = twice.tenants[0].users[0].clone();
    twice.tenants[0].users.push(User {
        upn: "ADA@contoso.example".into(),
        object_id: "other".into(),
        ..ada
    });
    let service = service();
    assert_eq!(
        service.replace_directory(twice),
        Err(DirectoryError::Ambiguous("ADA@contoso.example".into()))
    );
    assert_eq!(
        service.replace_directory(Directory::default()),
        Err(DirectoryError::Empty)
    );
}

#[test]
fn floods_and_garbage_are_answered_and_nothing_panics() {
    let service = service();
    let long = "x".repeat(MAX_BODY + 1);
    assert_eq!(send(&service, Request::post(TOKEN), &long, NOW).status, 400);
    for body in [
        "%",
        "=&=&=",
        "grant_type=%00",
        "grant_type=password&username=\u{fffd}",
        "\u{1}\u{2}",
    ] {
        assert_eq!(
            send(&service, Request::post(TOKEN), body, NOW).status,
            400,
            "{body:?}"
        );
    }
}
