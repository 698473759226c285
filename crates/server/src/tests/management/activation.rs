//! Roles that are activated for a time by whoever is eligible.

use super::*;

const ELIGIBLE: &str = r#"
[[assignment]]
principal = "nobody"
role = "Cognitive Services User"
scope = "resource-group:ai"
eligible = true

[[assignment]]
principal = "squad-blue"
role = "Reader"
scope = "contoso"
eligible = true
"#;
const MEMBER: &str = "c0a70500-7e4a-4c0d-9e1d-0b0000000006";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

fn request(
    server: &TestServer,
    (who, id): (&str, &str),
    (kind, role, scope): (&str, &str, &str),
    schedule: &Value,
) -> Answer {
    let role = format!("{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}");
    let body = json!({ "properties": {
        "requestType": kind, "roleDefinitionId": role, "principalId": id, "justification": "a test",
        "scheduleInfo": schedule,
    } });
    let path =
        format!("{scope}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/{NAME}");
    call(server, who, "PUT", &path, &body.to_string())
}

fn hours(duration: &str) -> Value {
    json!({ "expiration": { "type": "AfterDuration", "duration": duration } })
}

fn may_chat(server: &TestServer, who: &str) -> bool {
    let check = json!({ "principal": who, "operation": "chat", "resource": "contoso" });
    let checked = server.operator("POST", "/entrada/check", &check.to_string());
    checked.json()["decision"] == "allowed"
}

#[test]
fn an_eligible_role_is_activated_for_a_time_and_given_back() {
    let server = with(ELIGIBLE);
    let nobody = ("nobody", NOBODY);
    assert!(!may_chat(&server, "nobody"));
    // At or below the scope of the eligibility.
    let activate = ("SelfActivate", USER_ROLE, ACCOUNT);
    let made = request(&server, nobody, activate, &hours("PT8H"));
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["properties"]["status"], "Provisioned");
    assert!(may_chat(&server, "nobody"));
    let again = request(&server, nobody, activate, &hours("PT1H"));
    assert_eq!(
        (again.status, code(&again)),
        (400, "RoleAssignmentExists".to_owned())
    );
    let path = format!(
        "{ACCOUNT}/providers/Microsoft.Authorization/roleAssignmentScheduleInstances?api-version=2020-10-01&$filter=asTarget()"
    );
    let active = get(&server, "nobody", &path).json();
    assert!(
        active["value"][0]["properties"]["endDateTime"].is_string(),
        "{active}"
    );
    let give_back = ("SelfDeactivate", USER_ROLE, ACCOUNT);
    let given_back = request(&server, nobody, give_back, &json!({}));
    assert_eq!(given_back.status, 201, "{}", given_back.body);
    assert!(!may_chat(&server, "nobody"));
    let nothing = request(&server, nobody, give_back, &json!({}));
    assert_eq!(code(&nothing), "RoleAssignmentDoesNotExist");
    assert_eq!(
        request(&server, nobody, activate, &hours("PT1H")).status,
        201
    );
}

#[test]
fn whoever_is_eligible_through_a_group_activates_for_itself_alone() {
    let server = with(ELIGIBLE);
    let made = request(
        &server,
        ("group-member", MEMBER),
        ("SelfActivate", READER, ACCOUNT),
        &hours("PT1H"),
    );
    assert_eq!(made.status, 201, "{}", made.body);
    assert_eq!(made.json()["properties"]["principalId"], MEMBER);
}

/// The one way to a role without the right to assign it, so it leads nowhere but to what one is eligible for.
#[test]
fn nobody_activates_what_it_is_not_eligible_for() {
    let server = with(ELIGIBLE);
    let before = count(&server);
    let lab = format!("{SUBSCRIPTION}/resourceGroups/lab");
    let nobody = ("nobody", NOBODY);
    for (who, (kind, role, scope)) in [
        (nobody, ("SelfActivate", OWNER_ROLE, ACCOUNT)),
        (nobody, ("SelfActivate", USER_ROLE, SUBSCRIPTION)),
        (nobody, ("SelfActivate", USER_ROLE, lab.as_str())),
        (nobody, ("SelfActivate", READER, ACCOUNT)),
        (("nobody", DEVELOPER), ("SelfActivate", USER_ROLE, ACCOUNT)),
        (("alice", NOBODY), ("SelfActivate", USER_ROLE, ACCOUNT)),
        (("alice", ALICE), ("SelfActivate", USER_ROLE, ACCOUNT)),
        // Hers was assigned outright.
        (("alice", ALICE), ("SelfDeactivate", USER_ROLE, ACCOUNT)),
    ] {
        let refused = request(&server, who, (kind, role, scope), &hours("PT1H"));
        assert_eq!(
            (refused.status, code(&refused)),
            (404, "RoleAssignmentDoesNotExist".to_owned()),
            "{who:?} {kind} {role} {scope}"
        );
    }
    for kind in ["AdminAssign", "AdminUpdate", "SelfExtend", ""] {
        let refused = request(&server, nobody, (kind, USER_ROLE, ACCOUNT), &hours("PT1H"));
        assert_eq!(code(&refused), "InvalidRoleAssignmentRequestType", "{kind}");
    }
    let past =
        json!({ "expiration": { "type": "AfterDateTime", "endDateTime": "2001-01-01T00:00:00Z" } });
    for schedule in [hours("PT9H"), hours("P1D"), json!({}), past] {
        let refused = request(
            &server,
            nobody,
            ("SelfActivate", USER_ROLE, ACCOUNT),
            &schedule,
        );
        assert_eq!(
            code(&refused),
            "RoleAssignmentRequestPolicyValidationFailed",
            "{schedule}"
        );
    }
    let odd = request(
        &server,
        nobody,
        ("SelfActivate", USER_ROLE, ACCOUNT),
        &hours("forever"),
    );
    assert_eq!(code(&odd), "InvalidRequestContent");
    assert_eq!(count(&server), before);
}

#[test]
fn requests_are_listed_and_read_by_whoever_asked_and_by_whoever_may() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        TestServer::with_options(&format!("{SAMPLE}\n{ELIGIBLE}"), |options| {
            options.ephemeral = false;
            options.data = folder.path().to_owned();
        })
        .unwrap()
    };
    let server = start();
    let activate = ("SelfActivate", USER_ROLE, ACCOUNT);
    let made = request(&server, ("nobody", NOBODY), activate, &hours("PT1H"));
    assert_eq!(made.status, 201, "{}", made.body);
    let all = format!("{ACCOUNT}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests");
    let names = |answer: &Answer| -> Vec<String> {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let json = answer.json();
        let listed = json["value"].as_array().unwrap().iter();
        listed
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    for filter in [
        "asTarget()",
        "asRequestor()",
        &format!("principalId eq '{NOBODY}'"),
    ] {
        let path = format!(
            "{all}?api-version=2020-10-01&$filter={}",
            filter.replace(' ', "%20")
        );
        assert_eq!(names(&get(&server, "nobody", &path)), [NAME], "{filter}");
    }
    assert_eq!(names(&get(&server, "owner", &all)), [NAME]);
    let mine = format!("{all}?api-version=2020-10-01&$filter=asTarget()");
    assert!(names(&get(&server, "owner", &mine)).is_empty());
    let one = format!("{all}/{NAME}");
    assert_eq!(get(&server, "nobody", &one).json(), made.json());
    assert_eq!(get(&server, "owner", &one).status, 200);
    // Somebody else's are nobody's business.
    for path in [&all, &one] {
        let refused = get(&server, "developer", path);
        assert_eq!(
            (refused.status, code(&refused)),
            (403, "AuthorizationFailed".to_owned())
        );
    }
    let unknown = get(&server, "owner", &format!("{all}/{OTHER_NAME}"));
    assert_eq!(code(&unknown), "RoleAssignmentScheduleRequestNotFound");
    drop(server);

    let server = start();
    assert_eq!(get(&server, "nobody", &one).json(), made.json());
    // The last request of the same for the same takes its place.
    let give_back = ("SelfDeactivate", USER_ROLE, ACCOUNT);
    let back = request(&server, ("nobody", NOBODY), give_back, &json!({}));
    assert_eq!(back.status, 201, "{}", back.body);
    assert_eq!(names(&get(&server, "owner", &all)), [NAME]);
    assert_eq!(
        get(&server, "owner", &one).json()["properties"]["status"],
        "Revoked"
    );
}
