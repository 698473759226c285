//! Every fault that Entrada can be put into, found from outside.

use crate::Run;
use crate::server::Server;

/// The doctor with `--probe` finds this cause first, and says that it is a fault.
fn check(server: &Server, arguments: &[&str], expected: &str) {
    let arguments = [&["--probe", "--output", "json"], arguments].concat();
    let run = Run::doctor(&arguments, &server.variables());
    assert_eq!(run.status, 1, "{arguments:?}: {}{}", run.output, run.errors);
    assert_eq!(
        run.rules().first().map(String::as_str),
        Some(expected),
        "{arguments:?}: {}",
        run.output
    );
    run.valid();
}

#[test]
fn roles_deployments_routes_and_versions() {
    let server = Server::start(|sample| sample);
    let at = |path: &str| format!("{}{path}", server.https);
    let (root, lab) = (at(""), at("/contoso-lab"));
    let gpt = ["--deployment", "gpt-4o"];
    for (who, cause) in [
        ("nobody", "role-missing"),
        ("contributor", "role-control-plane-only"),
        ("owner", "role-control-plane-only"),
        ("other-resource", "role-wrong-scope"),
    ] {
        check(
            &server,
            &[&[root.as_str(), "--as", who], &gpt[..]].concat(),
            cause,
        );
    }
    let models = at("/models");
    check(
        &server,
        &[&models, "--as", "openai-only", "--deployment", "Phi-4"],
        "role-openai-only",
    );
    check(
        &server,
        &[&lab, "--as", "developer", "--deployment", "gpt-4o"],
        "role-wrong-scope",
    );
    let as_developer = |endpoint: &str, more: &[&str], cause: &str| {
        check(
            &server,
            &[&[endpoint, "--as", "developer"], more].concat(),
            cause,
        );
    };
    as_developer(&root, &["--deployment", "gpt-5"], "deployment-not-found");
    as_developer(&root, &["--deployment", "Phi-4"], "endpoint-wrong-for-sdk");
    as_developer(
        &root,
        &["--deployment", "gpt-4o", "--api-version", "latest"],
        "api-version-unsupported",
    );
    as_developer(
        &at("/nobody-has-this-name"),
        &gpt,
        "endpoint-resource-not-found",
    );
    as_developer(
        &root,
        &["--sdk", "azure-ai-inference", "--deployment", "Phi-4"],
        "endpoint-wrong-for-sdk",
    );
    as_developer(
        &root,
        &[
            "--deployment",
            "gpt-4o",
            "--scope",
            "https://management.azure.com/.default",
        ],
        "token-wrong-audience",
    );
}

#[test]
fn what_works_is_healthy_by_every_route_and_in_every_form() {
    let server = Server::start(|sample| sample);
    for (path, who, deployment, sdk) in [
        ("", "developer", "gpt-4o", "python-azure-openai"),
        ("/openai/v1", "developer", "gpt-4o", "python-openai"),
        ("/contoso/openai/v1", "group-member", "Phi-4", "js-openai"),
        ("/models", "developer", "Phi-4", "rest"),
        (
            "/anthropic",
            "developer",
            "claude-sonnet",
            "python-anthropic",
        ),
        (
            "/api/projects/chat",
            "developer",
            "gpt-4o",
            "azure-ai-projects",
        ),
        ("", "developer", "text-embedding-3-small", "go-azopenai"),
    ] {
        let endpoint = format!("{}{path}", server.https);
        let arguments = [
            &endpoint,
            "--as",
            who,
            "--deployment",
            deployment,
            "--sdk",
            sdk,
            "--probe",
        ];
        let run = Run::doctor(&arguments, &server.variables());
        assert_eq!(run.status, 0, "{arguments:?}: {}{}", run.output, run.errors);
        assert!(run.output.contains("Healthy."), "{}", run.output);
        assert!(
            run.output.lines().all(|line| line.chars().count() <= 80),
            "{}",
            run.output
        );
    }
    for form in ["json", "sarif", "junit", "markdown"] {
        let arguments = [
            &server.https,
            "--as",
            "nobody",
            "--deployment",
            "gpt-4o",
            "--probe",
            "--output",
            form,
        ];
        let run = Run::doctor(&arguments, &server.variables());
        assert_eq!(run.status, 1);
        assert!(
            run.output.contains("role-missing"),
            "{form}: {}",
            run.output
        );
    }
}

#[test]
fn networks_keys_and_host_names() {
    for (setting, cause) in [
        ("network = \"firewall-denied\"", "firewall-rules"),
        (
            "network = \"public-access-disabled\"",
            "public-network-disabled",
        ),
        ("custom_subdomain = false", "custom-subdomain-missing"),
    ] {
        let server = Server::start(|sample| {
            let keys = "local_auth = true\n";
            sample.replace(keys, &format!("{keys}{setting}\n"))
        });
        let arguments = [
            &server.https,
            "--as",
            "developer",
            "--deployment",
            "gpt-4o",
            "--output",
            "json",
        ];
        let before = Run::doctor(&arguments, &server.variables());
        // Where a stranger is told, no call is needed.
        if setting.starts_with("network") {
            assert_eq!(before.rules()[0], cause, "{}", before.output);
            assert_eq!(before.status, 1);
        }
        check(&server, &arguments[..5], cause);
    }
}

#[test]
fn what_the_environment_lacks_is_found_before_any_call() {
    let server = Server::start(|sample| sample);
    let bare = Run::doctor(&[&server.https, "--output", "json"], &server.variables());
    assert_eq!(bare.status, 1);
    let rules = bare.rules();
    assert!(
        rules.contains(&"tls-or-proxy".to_owned()),
        "{}",
        bare.output
    );
    assert!(
        rules.contains(&"credential-unavailable".to_owned()),
        "{}",
        bare.output
    );
    // A secret that is not the application's.
    let mut variables = server.variables();
    let ca = server.data().join("ca.pem").to_str().unwrap().to_owned();
    for (name, value) in [
        ("SSL_CERT_FILE", ca.as_str()),
        ("AZURE_AUTHORITY_HOST", server.https.as_str()),
        ("AZURE_TENANT_ID", "c0a70500-7e4a-4c0d-9e1d-000000000000"),
        ("AZURE_CLIENT_ID", "c0a70500-7e4a-4c0d-9e1d-ca0000000001"),
        ("AZURE_CLIENT_SECRET", "hunter2SuperSecret9"),
    ] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    let arguments = [&server.https, "--output", "json"];
    let wrong = Run::doctor(&arguments, &variables);
    assert_eq!(
        wrong.rules()[0],
        "credential-secret-invalid",
        "{}",
        wrong.output
    );
    assert!(!wrong.output.contains("hunter2") && !wrong.errors.contains("hunter2"));
    variables.insert(
        "AZURE_CLIENT_SECRET".into(),
        "contoso-developer-secret".into(),
    );
    let right = Run::doctor(
        &[&arguments[..], &["--probe", "--deployment", "gpt-4o"]].concat(),
        &variables,
    );
    assert_eq!(right.status, 0, "{}", right.output);
    assert!(right.output.contains("EnvironmentCredential answers"));
    variables.insert(
        "AZURE_CLIENT_ID".into(),
        "c0a70500-7e4a-4c0d-9e1d-caffffffffff".into(),
    );
    let unknown = Run::doctor(&arguments, &variables);
    assert_eq!(
        unknown.rules()[0],
        "credential-app-not-found",
        "{}",
        unknown.output
    );
    variables.insert(
        "AZURE_TENANT_ID".into(),
        "c0a70500-7e4a-4c0d-9e1d-0000000000ff".into(),
    );
    let tenant = Run::doctor(&arguments, &variables);
    assert_eq!(
        tenant.rules()[0],
        "credential-tenant-not-found",
        "{}",
        tenant.output
    );
}

#[test]
fn a_fix_is_applied_after_a_yes_and_waited_for() {
    let server = Server::start(|sample| {
        sample.replace("propagation_seconds = 0", "propagation_seconds = 2")
    });
    let arguments = [
        &server.https,
        "--as",
        "nobody",
        "--deployment",
        "gpt-4o",
        "--probe",
        "--fix",
    ];
    let offered = Run::doctor(&arguments, &server.variables());
    assert_eq!(offered.status, 1);
    assert!(offered.errors.contains("+ assign"), "{}", offered.errors);
    assert!(offered.errors.contains("not applied"), "{}", offered.errors);
    let applied = Run::doctor(
        &[&arguments[..], &["--yes", "--wait"]].concat(),
        &server.variables(),
    );
    assert_eq!(applied.status, 0, "{}{}", applied.output, applied.errors);
    assert!(
        applied.errors.contains("effective: call"),
        "{}",
        applied.errors
    );
    let healthy = Run::doctor(&arguments[..6], &server.variables());
    assert_eq!(healthy.status, 0, "{}", healthy.output);
}
