//! What is shown to whom.

use super::*;

#[test]
fn lists_show_what_their_filters_say() {
    let server = TestServer::start();
    let list = |scope: &str, filter: &str| -> Vec<String> {
        let path = format!(
            "{scope}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter={filter}"
        );
        let listed = get(&server, "admin", &path);
        assert_eq!(listed.status, 200, "{}", listed.body);
        let json = listed.json();
        let value = json["value"].as_array().unwrap().iter();
        let text = |one: &Value, name: &str| one["properties"][name].as_str().unwrap().to_owned();
        value
            .map(|one| format!("{} {}", text(one, "scope"), text(one, "principalId")))
            .collect()
    };
    let all = list(SUBSCRIPTION, "");
    assert_eq!(all.len(), 11);
    assert_eq!(list(ACCOUNT, "").len(), list(ACCOUNT, "atScope()").len());
    assert!(
        list(SUBSCRIPTION, "atScope()")
            .iter()
            .all(|one| one.starts_with(&format!("{SUBSCRIPTION} ")))
    );
    let member = "c0a70500-7e4a-4c0d-9e1d-0b0000000006";
    assert!(list(ACCOUNT, &format!("principalId%20eq%20'{member}'")).is_empty());
    let through_group = list(
        ACCOUNT,
        &format!("atScope()%20and%20assignedTo('{member}')"),
    );
    assert_eq!(
        through_group,
        [format!("{ACCOUNT} c0a70500-7e4a-4c0d-9e1d-60000000000a")]
    );
    let bad = |filter: &str| {
        let path = format!(
            "{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter={filter}"
        );
        code(&get(&server, "admin", &path))
    };
    assert_eq!(
        bad(&format!("atScope()%20and%20principalId%20eq%20'{member}'")),
        "InvalidFilter"
    );
    assert_eq!(bad("somethingElse()"), "InvalidFilter");
    assert_eq!(bad("a%20or%20b"), "InvalidFilter");
    // What one holds oneself, one may see.
    let own = format!(
        "{ACCOUNT}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=assignedTo('{DEVELOPER}')"
    );
    assert_eq!(
        get(&server, "developer", &own).json()["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(get(&server, "nobody", &own).status, 403);
}

#[test]
fn roles_are_listed_by_name_and_kind() {
    let server = TestServer::start();
    let list = |filter: &str| {
        let path = format!(
            "{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions?api-version=2022-04-01&$filter={filter}"
        );
        get(&server, "admin", &path).json()["value"]
            .as_array()
            .unwrap()
            .clone()
    };
    let named = list("roleName%20eq%20'Cognitive%20Services%20User'");
    assert_eq!(named.len(), 1);
    let id =
        format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{USER_ROLE}");
    assert_eq!(named[0]["id"], id);
    assert_eq!(named[0]["properties"]["type"], "BuiltInRole");
    assert!(list("type%20eq%20'CustomRole'").is_empty());
    assert!(list("type%20eq%20'BuiltInRole'").len() > 20);
    assert_eq!(get(&server, "admin", &id).json()["name"], USER_ROLE);
    let missing = id.replace(USER_ROLE, NAME);
    assert_eq!(
        code(&get(&server, "admin", &missing)),
        "RoleDefinitionDoesNotExist"
    );
}

#[test]
fn what_there_is_is_shown_to_whom_it_concerns() {
    let server = TestServer::start();
    let value = |who: &str, path: &str| {
        let answer = get(&server, who, path);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["value"].as_array().unwrap().clone()
    };
    assert_eq!(value("nobody", "/tenants")[0]["displayName"], "Contoso");
    assert!(value("nobody", "/subscriptions").is_empty());
    assert_eq!(value("developer", "/subscriptions")[0]["state"], "Enabled");
    let groups = format!("{SUBSCRIPTION}/resourcegroups");
    assert_eq!(value("admin", &groups).len(), 2);
    assert_eq!(value("owner", &groups)[0]["name"], "ai");
    assert!(value("developer", &groups).is_empty());
    assert_eq!(
        get(&server, "owner", GROUP).json()["location"],
        "swedencentral"
    );
    assert_eq!(call(&server, "owner", "HEAD", GROUP, "").status, 204);
    let missing = format!("{SUBSCRIPTION}/resourceGroups/missing");
    assert_eq!(
        code(&get(&server, "admin", &missing)),
        "ResourceGroupNotFound"
    );
    assert_eq!(
        code(&get(&server, "owner", &missing)),
        "AuthorizationFailed"
    );
    let other = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b00000000ff/locations";
    assert_eq!(code(&get(&server, "admin", other)), "SubscriptionNotFound");
    assert!(value("nobody", &format!("{SUBSCRIPTION}/locations")).len() > 5);
    let permissions = format!("{ACCOUNT}/providers/Microsoft.Authorization/permissions");
    assert_eq!(value("owner", &permissions)[0]["actions"][0], "*");
    assert!(value("nobody", &permissions).is_empty());
    assert_eq!(
        code(&get(&server, "admin", "/providers/Microsoft.X/y")),
        "InvalidResourceType"
    );
    let posted = call(&server, "admin", "POST", SUBSCRIPTION, "");
    assert_eq!(
        (posted.status, code(&posted)),
        (405, "MethodNotAllowed".to_owned())
    );
}

#[test]
fn access_is_checked_for_somebody_else() {
    let server = TestServer::start();
    let chat = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
    let question = |who: &str, resource: &str| {
        json!({
            "Subject": { "Attributes": { "ObjectId": who } },
            "Actions": [{ "Id": chat, "IsDataAction": true }, { "Id": chat, "IsDataAction": false }],
            "Resource": { "Id": resource },
        })
        .to_string()
    };
    let path = format!(
        "{ACCOUNT}/providers/Microsoft.Authorization/checkaccess?api-version=2018-09-01-preview"
    );
    let answer = call(
        &server,
        "owner",
        "POST",
        &path,
        &question(DEVELOPER, ACCOUNT),
    )
    .json();
    assert_eq!(answer[0]["accessDecision"], "Allowed");
    assert_eq!(answer[0]["roleAssignment"]["principalId"], DEVELOPER);
    assert_eq!(answer[1]["accessDecision"], "NotAllowed");
    let own = call(&server, "nobody", "POST", &path, &question(NOBODY, ACCOUNT)).json();
    assert_eq!(own[0]["accessDecision"], "NotAllowed");
    let curious = call(
        &server,
        "nobody",
        "POST",
        &path,
        &question(DEVELOPER, ACCOUNT),
    );
    assert_eq!(curious.status, 403);
    // The body does not lead to what the path does not name.
    let lab = ACCOUNT
        .replace("/ai/", "/lab/")
        .replace("/contoso", "/contoso-lab");
    let elsewhere = call(&server, "owner", "POST", &path, &question(DEVELOPER, &lab));
    assert_eq!(elsewhere.status, 400, "{}", elsewhere.body);
}

#[test]
fn eligible_roles_are_shown_apart() {
    let server = with(
        "[[assignment]]\nprincipal = 'nobody'\nrole = 'Cognitive Services User'\nscope = 'contoso'\neligible = true",
    );
    let list = |who: &str, kind: &str, filter: &str| {
        let path = format!(
            "{ACCOUNT}/providers/Microsoft.Authorization/{kind}?api-version=2020-10-01&$filter={filter}"
        );
        get(&server, who, &path)
    };
    let eligible = "roleEligibilityScheduleInstances";
    let mine = list("nobody", eligible, "asTarget()").json();
    assert_eq!(mine["value"][0]["properties"]["principalId"], NOBODY);
    let expanded = &mine["value"][0]["properties"]["expandedProperties"];
    assert_eq!(
        expanded["roleDefinition"]["displayName"],
        "Cognitive Services User"
    );
    assert_eq!(list("nobody", eligible, "").status, 403);
    assert_eq!(
        list("admin", eligible, "atScope()").json()["value"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let active = list("nobody", "roleAssignmentScheduleInstances", "asTarget()").json();
    assert!(active["value"].as_array().unwrap().is_empty());
    assert_eq!(
        list(
            "nobody",
            "roleAssignments",
            &format!("assignedTo('{NOBODY}')")
        )
        .json()["value"],
        json!([])
    );
    // Eligible is not assigned: the same role may still be assigned outright.
    let made = put(&server, "owner", ACCOUNT, &assignment(USER_ROLE, NOBODY));
    assert_eq!(made.status, 201, "{}", made.body);
}

#[test]
fn long_lists_come_in_pages() {
    let mut config = SAMPLE.to_owned();
    for number in 0..1200 {
        config += &format!(
            "\n[[user]]\nname = 'u{number}'\nid = '5f1d2c3b-0000-4000-8000-{number:012}'\nupn = 'u{number}@x'\n\
             [[assignment]]\nprincipal = 'u{number}'\nrole = 'Reader'\nscope = 'contoso'\n"
        );
    }
    let server = TestServer::with_config(&config);
    let mut path = format!(
        "{SUBSCRIPTION}/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01&$filter=atScope()"
    )
    .replace("&$filter=atScope()", "");
    let (mut seen, mut pages) = (std::collections::HashSet::new(), 0);
    loop {
        let page = get(&server, "admin", &path).json();
        for one in page["value"].as_array().unwrap() {
            assert!(seen.insert(one["id"].as_str().unwrap().to_owned()));
        }
        pages += 1;
        let Some(next) = page["nextLink"].as_str() else {
            break;
        };
        path = next.strip_prefix("http://localhost").unwrap().to_owned();
    }
    assert_eq!((seen.len(), pages), (1211, 3));
}

#[test]
fn graph_knows_the_directory_for_whoever_is_in_it() {
    let server = TestServer::start();
    let graph = |who: &str, method: &str, path: &str, body: &str| {
        let token = server.token(who, "https://graph.microsoft.com");
        let bearer = format!("Bearer {token}");
        server.send(method, path, &[("Authorization", &bearer)], body)
    };
    let by_app = "/graph/v1.0/servicePrincipals?$filter=servicePrincipalNames/any(c:c%20eq%20'c0a70500-7e4a-4c0d-9e1d-ca0000000001')";
    let found = graph("nobody", "GET", by_app, "").json();
    assert_eq!(found["value"][0]["id"], DEVELOPER);
    let me = graph("alice", "GET", "/graph/v1.0/me", "").json();
    assert_eq!(me["userPrincipalName"], "alice@contoso.onmicrosoft.com");
    assert_eq!(graph("nobody", "GET", "/graph/v1.0/me", "").status, 400);
    let by_upn = graph(
        "alice",
        "GET",
        "/graph/v1.0/users/admin@contoso.onmicrosoft.com",
        "",
    );
    assert_eq!(by_upn.json()["displayName"], "Ada Admin");
    let ids = json!({ "ids": [ALICE, DEVELOPER, "missing"], "types": ["user"] }).to_string();
    let found = graph(
        "alice",
        "POST",
        "/graph/v1.0/directoryObjects/getByIds",
        &ids,
    )
    .json();
    assert_eq!(found["value"].as_array().unwrap().len(), 1);
    let member = "c0a70500-7e4a-4c0d-9e1d-0b0000000006";
    let groups = format!("/graph/v1.0/servicePrincipals/{member}/transitiveMemberOf");
    assert_eq!(
        graph("alice", "GET", &groups, "").json()["value"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let groups = format!("/graph/v1.0/directoryObjects/{member}/getMemberGroups");
    let groups = graph("alice", "POST", &groups, r#"{"securityEnabledOnly":true}"#);
    assert_eq!(groups.json()["value"].as_array().unwrap().len(), 2);
    let missing = graph("alice", "GET", "/graph/v1.0/users/missing", "");
    assert_eq!(
        (missing.status, code(&missing)),
        (404, "Request_ResourceNotFound".to_owned())
    );
    let odd = graph("alice", "GET", "/graph/v1.0/users?$filter=a%20or%20b", "");
    assert_eq!(odd.status, 400);
    // Its own host name, its own audience, and no strangers.
    let token = server.token("alice", "https://graph.microsoft.com");
    let bearer = format!("Bearer {token}");
    let headers = [
        ("Authorization", bearer.as_str()),
        ("Host", "graph.localhost"),
    ];
    assert_eq!(server.send("GET", "/v1.0/me", &headers, "").status, 200);
    let wrong = format!("Bearer {}", server.token("alice", ARM));
    let refused = server.send("GET", "/graph/v1.0/me", &[("Authorization", &wrong)], "");
    assert_eq!(
        (refused.status, code(&refused)),
        (401, "InvalidAuthenticationToken".to_owned())
    );
    assert_eq!(server.send("GET", "/graph/v1.0/users", &[], "").status, 401);
}
