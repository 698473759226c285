use super::*;

#[test]
fn discovery_answers_for_every_spelling_of_the_tenant() {
    let service = service();
    for name in [
        TENANT,
        "contoso.example",
        "common",
        "organizations",
        "consumers",
    ] {
        let answer = get(
            &service,
            &format!("/{name}/v2.0/.well-known/openid-configuration"),
        );
        let base = format!("https://localhost:8443/{name}");
        assert_eq!(answer.status, 200);
        assert_eq!(answer.headers["cache-control"], "max-age=86400, private");
        assert!(!answer.headers.contains_key("access-control-allow-origin"));
        for (member, value) in [
            (
                "issuer",
                format!("https://login.microsoftonline.com/{TENANT}/v2.0"),
            ),
            ("token_endpoint", format!("{base}/oauth2/v2.0/token")),
            (
                "authorization_endpoint",
                format!("{base}/oauth2/v2.0/authorize"),
            ),
            (
                "device_authorization_endpoint",
                format!("{base}/oauth2/v2.0/devicecode"),
            ),
            ("jwks_uri", format!("{base}/discovery/v2.0/keys")),
        ] {
            assert_eq!(answer.json[member], value, "{name}");
        }
    }
    let adfs = get(&service, "/adfs/.well-known/openid-configuration");
    assert_eq!(
        adfs.json["token_endpoint"],
        "https://localhost:8443/adfs/oauth2/token"
    );
    assert_eq!(
        adfs.json["issuer"],
        format!("https://sts.windows.net/{TENANT}/")
    );
}

#[test]
fn an_unknown_tenant_is_told_so() {
    let service = service();
    let answer = get(
        &service,
        "/nowhere.example/v2.0/.well-known/openid-configuration",
    );
    refused(&answer, 400, "invalid_tenant", 90002);
    let answer = post(
        &service,
        "/nowhere.example/oauth2/v2.0/token",
        &[("grant_type", "x")],
    );
    refused(&answer, 400, "invalid_request", 90002);
}

#[test]
fn the_published_keys_verify_what_the_service_signs() {
    let service = service();
    for path in [
        "/common/discovery/v2.0/keys",
        "/common/discovery/keys",
        "/contoso.example/discovery/keys",
    ] {
        let answer = get(&service, path);
        assert_eq!(
            answer.json["keys"].as_array().map(Vec::len),
            Some(1),
            "{path}"
        );
        let keys = KeySet::parse(
            answer.text.as_bytes(),
            "https://sts.windows.net/{tenantid}/",
        )
        .unwrap();
        let token = service.issue(
            &directory().tenants[0].users[0].object_id,
            COGNITIVE,
            &origin(),
            NOW,
        );
        verify(
            &token.unwrap().token,
            &keys,
            &service.expectations(Audiences::account()),
            NOW,
        )
        .unwrap();
    }
}

#[test]
fn instance_discovery_knows_entra_and_ourselves_only() {
    let service = service();
    let ask = |endpoint: &str| {
        let endpoint = form::encode(endpoint);
        get(
            &service,
            &format!(
                "/common/discovery/instance?api-version=1.1&authorization_endpoint={endpoint}"
            ),
        )
    };
    let entra = ask("https://login.microsoftonline.com/common/oauth2/authorize");
    assert_eq!(
        entra.json["tenant_discovery_endpoint"],
        "https://login.microsoftonline.com/common/v2.0/.well-known/openid-configuration"
    );
    assert_eq!(
        entra.json["metadata"][0]["preferred_network"],
        "login.microsoftonline.com"
    );
    let own = ask(&format!(
        "https://localhost:8443/{TENANT}/oauth2/v2.0/authorize"
    ));
    assert_eq!(
        own.json["metadata"][0]["aliases"],
        serde_json::json!(["localhost:8443"])
    );
    for other in [
        "https://evil.example/common/oauth2/authorize",
        "",
        "nonsense",
    ] {
        assert_eq!(ask(other).json["error"], "invalid_instance", "{other}");
    }
}

#[test]
fn user_realm_says_how_people_sign_in() {
    let service = service();
    let realm = get(
        &service,
        "/common/userrealm/ada%40contoso.example?api-version=1.0",
    );
    assert_eq!(realm.json["account_type"], "Managed");
    let other = get(
        &service,
        "/common/userrealm/ada@elsewhere.example?api-version=1.0",
    );
    assert_eq!(other.json["account_type"], "Unknown");
}

#[test]
fn other_paths_and_methods_are_refused_in_kind() {
    let service = service();
    for path in [
        "/",
        "/common",
        "/common/oauth2/v2.0/other",
        "/common/v2.0/oauth2/token",
        "/common/%ff",
    ] {
        assert_eq!(get(&service, path).status, 404, "{path}");
    }
    refused(&get(&service, TOKEN), 400, "invalid_request", 900_561);
    assert_eq!(
        send(&service, Request::delete(TOKEN), "", NOW).json["error_codes"][0],
        900_561
    );
}

#[test]
fn the_clients_own_id_comes_back_as_correlation() {
    let service = service();
    let id = "0a1b2c3d-0000-4000-8000-00000000abcd";
    let header = Request::post(TOKEN).header("client-request-id", id);
    assert_eq!(send(&service, header, "", NOW).json["correlation_id"], id);
    let query = post(&service, &format!("{TOKEN}?client-request-id={id}"), &[]);
    assert_eq!(query.json["correlation_id"], id);
    let nonsense = post(
        &service,
        &format!("{TOKEN}?client-request-id=%3Cscript%3E"),
        &[],
    );
    assert!(!nonsense.text.contains("<script"));
}
