use crate::evidence::read;
use crate::{Facts, Kind, Origin, diagnose};

/// The first cause that several files together lead to.
#[track_caller]
fn check(files: &[&str], expected: &str) {
    let mut facts = Facts::new();
    for (number, file) in files.iter().enumerate() {
        facts.extend(read(file).of_file(&format!("{number}.json")));
    }
    let report = diagnose(&facts);
    let found: Vec<&str> = report
        .findings
        .iter()
        .map(|one| one.rule.as_str())
        .collect();
    assert_eq!(found.first(), Some(&expected), "{found:?} from {facts:#?}");
}

const NOT_FOUND: &str = r#"POST https://contoso.openai.azure.com/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21
Error code: 404 - {'error': {'code': 'DeploymentNotFound', 'message': 'The API deployment for this resource does not exist.'}}
"#;
const DENIED: &str = "endpoint: https://contoso.openai.azure.com
Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'Principal does not have access to API/Operation.'}}
";

#[test]
fn a_har_entry_is_the_call_that_failed() {
    let har = r#"{"log":{"version":"1.2","entries":[
      {"request":{"method":"GET","url":"https://portal.azure.com/","headers":[]},"response":{"status":200,"statusText":"OK","headers":[],"content":{"text":"fine"}}},
      {"request":{"method":"POST","url":"https://contoso.openai.azure.com/openai/deployments/gpt-4o/chat/completions","headers":[{"name":"Cookie","value":"session=very-secret-cookie"},{"name":"api-key","value":"0123456789abcdef0123456789abcdef"}]},
       "response":{"status":403,"statusText":"Forbidden","headers":[{"name":"policy-id","value":"ThrowExceptionDueToTrafficDenied"}],"content":{"text":"{\"error\":{\"code\":\"403\",\"message\":\"Access denied due to Virtual Network/Firewall rules.\"}}"}}}
    ]}}"#;
    check(&[har], "firewall-rules");
    let facts = read(har);
    let shown = format!("{facts:?}");
    assert!(
        !shown.contains("very-secret-cookie") && !shown.contains("0123456789abcdef"),
        "{shown}"
    );
    let from = facts
        .iter()
        .find(|fact| matches!(fact.kind, Kind::Refused { .. }))
        .unwrap();
    assert_eq!(from.origin, Origin::field("log.entries[1]"));
}

#[test]
fn a_line_of_a_gateways_log_holds_the_services_answer() {
    let log = concat!(
        r#"{"time":"2026-11-20T09:00:00Z","category":"GatewayLogs","properties":{"method":"POST","url":"https://contoso.azure-api.net/openai/x","responseCode":200}}"#,
        "\n",
        r#"{"time":"2026-11-20T09:00:01Z","category":"GatewayLogs","properties":{"method":"POST","url":"https://contoso.openai.azure.com/openai/deployments/a/chat/completions","responseCode":403,"backendResponseBody":"{\"error\":{\"code\":\"AuthenticationTypeDisabled\",\"message\":\"Key based authentication is disabled for this resource.\"}}"}}"#,
        "\n",
    );
    check(&[log], "local-auth-disabled");
    assert_eq!(
        read(log).iter().next().unwrap().origin,
        Origin::field("line 2")
    );
}

#[test]
fn a_diagnostic_record_is_read_alone_or_in_a_list() {
    let record = r#"{"operationName":"ChatCompletions_Create","category":"RequestResponse","resultSignature":"404","properties_s":"{\"requestUri\":\"https://contoso.openai.azure.com/openai/deployments/none/chat/completions\",\"message\":\"DeploymentNotFound: The API deployment for this resource does not exist\"}"}"#;
    check(&[record], "deployment-not-found");
    check(
        &[&format!("{{\"records\":[{record}]}}")],
        "deployment-not-found",
    );
}

#[test]
fn role_assignments_are_roles_that_the_caller_has() {
    let list = r#"[{"principalId":"11111111-2222-3333-4444-555555555555","roleDefinitionName":"Contributor","scope":"/subscriptions/0/resourceGroups/ai"}]"#;
    check(&[DENIED, list], "role-control-plane-only");
}

#[test]
fn a_list_of_deployments_tells_a_models_name_from_a_deployments() {
    let other = r#"[{"name":"chat-prod","properties":{"model":{"name":"gpt-4o","version":"2024-11-20"},"provisioningState":"Succeeded"}}]"#;
    check(&[NOT_FOUND, other], "deployment-name-vs-model-name");
    let table =
        r#"[{"deployment":"embeddings","model":"text-embedding-3-small","state":"Succeeded"}]"#;
    let mut facts = read(NOT_FOUND);
    facts.extend(read(table));
    assert_ne!(
        diagnose(&facts).findings[0].rule.as_str(),
        "deployment-name-vs-model-name"
    );
}

#[test]
fn an_account_says_what_it_closes() {
    let account = |properties: &str| {
        format!(
            r#"{{"type":"Microsoft.CognitiveServices/accounts","name":"contoso","id":"/subscriptions/0/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso","properties":{{{properties}}}}}"#
        )
    };
    let forbidden = "endpoint: https://contoso.openai.azure.com\nstatus: 403\n403 Forbidden\n";
    let open = r#""customSubDomainName":"contoso""#;
    check(
        &[
            forbidden,
            &account(&format!(r#"{open},"publicNetworkAccess":"Disabled""#)),
        ],
        "public-network-disabled",
    );
    check(
        &[
            forbidden,
            &account(&format!(
                r#"{open},"networkAcls":{{"defaultAction":"Deny"}}"#
            )),
        ],
        "firewall-rules",
    );
    check(
        &[
            forbidden,
            &account(&format!(r#"{open},"disableLocalAuth":true"#)),
        ],
        "local-auth-disabled",
    );
}

#[test]
fn the_signed_in_account_gives_its_tenant_and_nobodys_name() {
    let shown = r#"{"environmentName":"AzureUSGovernment","id":"0","tenantId":"99999999-0000-0000-0000-000000000000","user":{"name":"someone@contoso.example","type":"user"},"state":"Enabled"}"#;
    let facts = read(shown);
    let text = format!("{facts:?}");
    assert!(
        text.contains("TokenTenant") && text.contains("GOVERNMENT"),
        "{text}"
    );
    assert!(!text.contains("someone"), "{text}");
}

#[test]
fn other_json_is_read_as_text() {
    for text in [
        "[]",
        "{}",
        "[1,2]",
        "{\"a\":",
        r#"{"name":"package","version":"1.0.0"}"#,
        "{\"log\":{\"entries\":[]}}",
    ] {
        assert!(diagnose(&read(text)).findings.is_empty(), "{text}");
    }
    check(
        &[
            r#"{"error":{"code":"DeploymentNotFound","message":"The API deployment for this resource does not exist."}}"#,
        ],
        "deployment-not-found",
    );
}

#[test]
fn no_secret_gets_in_by_a_member_of_any_shape() {
    const SECRETS: [&str; 4] = [
        "0123456789abcdef0123456789abcdef",
        "Zx8Q~aVeryLongClientSecretValue.With_Tilde-1234",
        "eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.c2lnbmF0dXJl",
        "someone@contoso.example",
    ];
    for secret in SECRETS {
        for text in [
            format!(
                r#"{{"type":"Microsoft.CognitiveServices/accounts","name":"{secret}","id":"{secret}","properties":{{"endpoint":"https://contoso.openai.azure.com/?key={secret}"}}}}"#
            ),
            format!(r#"[{{"name":"{secret}","properties":{{"model":{{"name":"{secret}"}}}}}}]"#),
            format!(
                r#"[{{"principalId":"{secret}","roleDefinitionName":"Owner","scope":"/subscriptions/{secret}"}}]"#
            ),
            format!(r#"{{"tenantId":"{secret}","user":{{"name":"{secret}","type":"user"}}}}"#),
            format!(
                r#"{{"url":"https://contoso.openai.azure.com/openai/x?api-key={secret}","statusCode":401,"message":"api-key: {secret}","headers":"Authorization: Bearer {secret}"}}"#
            ),
            format!(
                r#"{{"log":{{"entries":[{{"request":{{"method":"GET","url":"https://contoso.openai.azure.com/?api-key={secret}","headers":[{{"name":"Authorization","value":"Bearer {secret}"}},{{"name":"api-key","value":"{secret}"}}]}},"response":{{"status":401,"content":{{"text":"password={secret}"}}}}}}]}}}}"#
            ),
        ] {
            let facts = format!("{:?}", read(&text));
            assert!(!facts.contains(secret), "{secret} in {facts}");
        }
    }
}
