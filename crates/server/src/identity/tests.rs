use std::sync::LazyLock;

use access::token::{Audiences, verify};

use super::*;
use crate::token_service::directory::{
    Application, Directory, FederatedCredential, ManagedIdentity, Tenant, User,
};
use crate::token_service::{ServiceKeys, Settings};

const NOW: Timestamp = Timestamp(1_795_000_000);
const ADA: &str = "aaaaaaaa-0000-4000-8000-000000000001";
const ROBOT: &str = "aaaaaaaa-0000-4000-8000-000000000002";
const WEB: &str = "aaaaaaaa-0000-4000-8000-00000000000a";
const JOBS: &str = "aaaaaaaa-0000-4000-8000-00000000000b";
const COGNITIVE: &str = "https%3A%2F%2Fcognitiveservices.azure.com";

fn directory() -> Directory {
    let managed = |object_id: &str, name: &str| ManagedIdentity {
        client_id: object_id.replace("aaaaaaaa", "cccccccc"),
        object_id: object_id.into(),
        name: name.into(),
        resource_id: format!("/subscriptions/S/userAssignedIdentities/{name}"),
        ..ManagedIdentity::default()
    };
    Directory {
        tenants: vec![Tenant {
            id: "5f1d2c3b-0000-4000-8000-000000000001".into(),
            users: vec![User {
                object_id: ADA.into(),
                upn: "ada@contoso.example".into(),
                ..User::default()
            }],
            applications: vec![Application {
                client_id: ROBOT.replace("aaaaaaaa", "cccccccc"),
                object_id: ROBOT.into(),
                federated: vec![FederatedCredential {
                    issuer: Settings::default().workload_issuer,
                    subject: "system:serviceaccount:shop:robot".into(),
                    audience: "api://AzureADTokenExchange".into(),
                }],
                ..Application::default()
            }],
            managed_identities: vec![managed(WEB, "web"), managed(JOBS, "jobs")],
            ..Tenant::default()
        }],
    }
}

/// Made once: keys take a while.
static KEYS: LazyLock<std::path::PathBuf> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap().keep();
    ServiceKeys::open(&folder, NOW).unwrap();
    folder
});

fn identity() -> Identity {
    let keys = ServiceKeys::open(&KEYS, NOW).unwrap();
    let service = TokenService::new(directory(), keys, Settings::default(), &[]).unwrap();
    Identity::new(Arc::new(service), IdentityKey::ephemeral(), true)
}

fn ask(identity: &Identity, uri: &str, headers: &[(&str, &str)]) -> (u16, Value) {
    let mut request = Request::get(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let request = request.body(Bytes::new()).unwrap();
    let origin = Origin::new(false, "localhost:8080").unwrap();
    let response = identity.handle(&request, &origin, NOW);
    let body = serde_json::from_slice(response.body()).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

/// Whose token it is, verified as the endpoint does it.
fn bearer(identity: &Identity, (status, body): &(u16, Value)) -> String {
    assert_eq!(*status, 200, "{body}");
    let token = body["access_token"].as_str().unwrap();
    let expect = identity.service.expectations(Audiences::account());
    verify(token, &identity.service.own_keys().keys(NOW), &expect, NOW)
        .unwrap()
        .object_id
}

fn app_service(identity: &Identity, header: &str, rest: &str) -> (u16, Value) {
    let uri = format!("/msi/token?api-version=2019-08-01&resource={COGNITIVE}{rest}");
    ask(identity, &uri, &[("x-identity-header", header)])
}

fn imds(identity: &Identity, rest: &str) -> (u16, Value) {
    let uri = format!(
        "/metadata/identity/oauth2/token?api-version=2018-02-01&resource={COGNITIVE}{rest}"
    );
    ask(identity, &uri, &[("metadata", "true")])
}

#[test]
fn an_identity_header_opens_its_principals_tokens_and_no_others() {
    let identity = identity();
    for principal in [ADA, ROBOT, WEB] {
        let header = identity.header(principal);
        let answer = app_service(&identity, &header, "");
        assert_eq!(bearer(&identity, &answer), principal);
        for member in ["expires_on", "expires_in", "ext_expires_in", "not_before"] {
            let text = answer.1[member].as_str().expect(member);
            assert!(
                text.bytes().all(|byte| byte.is_ascii_digit()),
                "{member}: {text}"
            );
        }
        assert_eq!(answer.1["resource"], "https://cognitiveservices.azure.com");
    }
    let own = identity.header(WEB);
    let (_, code) = own.split_once('.').unwrap();
    for wrong in [
        "",
        "x",
        WEB,
        &format!("{JOBS}.{code}"),
        &own[..own.len() - 1],
        &format!("{own}A"),
    ] {
        let (status, body) = app_service(&identity, wrong, "");
        assert_eq!((status, &body["statusCode"]), (401, &401.into()), "{wrong}");
    }
    let another_server = IdentityKey::ephemeral().header(WEB);
    assert_eq!(app_service(&identity, &another_server, "").0, 401);
}

#[test]
fn a_selector_must_fit_the_header() {
    let identity = identity();
    let header = identity.header(WEB);
    let client = WEB.replace("aaaaaaaa", "CCCCCCCC");
    for fits in [
        format!("&client_id={client}"),
        format!("&object_id={WEB}"),
        format!("&principal_id={WEB}"),
        "&mi_res_id=/SUBSCRIPTIONS/s/userassignedidentities/web".into(),
        "&client_id=".into(),
    ] {
        assert_eq!(
            bearer(&identity, &app_service(&identity, &header, &fits)),
            WEB,
            "{fits}"
        );
    }
    for other in [
        format!("&object_id={JOBS}"),
        format!("&client_id={client}&object_id={JOBS}"),
    ] {
        let (status, body) = app_service(&identity, &header, &other);
        assert_eq!(status, 400);
        assert!(
            body["message"]
                .as_str()
                .unwrap()
                .starts_with("No User Assigned"),
            "{body}"
        );
    }
}

#[test]
fn app_service_requests_must_be_complete() {
    let identity = identity();
    let header = identity.header(WEB);
    for uri in [
        "/msi/token",
        "/msi/token?api-version=2019-08-01",
        "/msi/token?resource=https://ai.azure.com",
        "/msi/token?api-version=2020-01-01&resource=https://ai.azure.com",
        "/msi/token?api-version=2019-08-01&resource=https://unknown.example",
        "/msi/token?api-version=2019-08-01&resource=a&resource=b",
        "/msi/token?api-version=2019-08-01&resource=%ff",
    ] {
        let (status, body) = ask(&identity, uri, &[("X-IDENTITY-HEADER", &header)]);
        assert_eq!((status, &body["statusCode"]), (400, &400.into()), "{uri}");
    }
    let uri = format!("/msi/token?api-version=2017-09-01&resource={COGNITIVE}");
    assert_eq!(
        bearer(&identity, &ask(&identity, &uri, &[("secret", &header)])),
        WEB
    );
}

#[test]
fn the_metadata_service_serves_managed_identities_by_any_of_their_ids() {
    let identity = identity();
    let client = JOBS.replace("aaaaaaaa", "cccccccc");
    for selector in [
        format!("&client_id={client}"),
        format!("&object_id={JOBS}"),
        format!("&principal_id={JOBS}"),
        "&msi_res_id=/subscriptions/s/userAssignedIdentities/jobs".into(),
        "&mi_res_id=/subscriptions/s/userAssignedIdentities/jobs".into(),
    ] {
        assert_eq!(
            bearer(&identity, &imds(&identity, &selector)),
            JOBS,
            "{selector}"
        );
    }
    // MSAL for Node adds a slash.
    let uri = format!(
        "/metadata/identity/oauth2/token/?api-version=2019-08-01&resource={COGNITIVE}&object_id={WEB}"
    );
    assert_eq!(
        bearer(&identity, &ask(&identity, &uri, &[("Metadata", "True")])),
        WEB
    );
}

#[test]
fn the_metadata_service_serves_nobody_else() {
    let identity = identity();
    for selector in [
        format!("&object_id={ADA}"),
        format!("&object_id={ROBOT}"),
        "&client_id=x".into(),
    ] {
        let (status, body) = imds(&identity, &selector);
        assert_eq!(
            (status, &body["error_description"]),
            (400, &"Identity not found".into()),
            "{selector}"
        );
    }
    let (status, body) = imds(&identity, "");
    assert_eq!(status, 400);
    assert!(
        body["error_description"]
            .as_str()
            .unwrap()
            .starts_with("Multiple user assigned")
    );
}

#[test]
fn without_a_selector_the_system_assigned_or_only_identity_answers() {
    let identity = identity();
    let mut directory = directory();
    directory.tenants[0].managed_identities[1].system_assigned = true;
    identity
        .service
        .replace_directory(directory.clone())
        .unwrap();
    assert_eq!(bearer(&identity, &imds(&identity, "")), JOBS);
    directory.tenants[0].managed_identities.pop();
    identity.service.replace_directory(directory).unwrap();
    assert_eq!(bearer(&identity, &imds(&identity, "")), WEB);
}

#[test]
fn the_metadata_header_is_demanded_and_proxies_are_refused() {
    let identity = identity();
    let uri = format!(
        "/metadata/identity/oauth2/token?api-version=2018-02-01&resource={COGNITIVE}&object_id={WEB}"
    );
    for headers in [
        &[][..],
        &[("metadata", "false")],
        &[("metadata", "true"), ("x-forwarded-for", "10.0.0.1")],
        &[("metadata", "true"), ("forwarded", "for=10.0.0.1")],
    ] {
        assert_eq!(ask(&identity, &uri, headers).0, 400, "{headers:?}");
    }
    let off = Identity {
        imds: false,
        ..identity
    };
    assert_eq!(ask(&off, &uri, &[("metadata", "true")]).0, 400);
}

#[test]
fn requests_that_are_no_token_requests_are_refused_and_never_with_404() {
    let identity = identity();
    for uri in [
        "/metadata/identity",
        "/metadata/identity/info",
        "/msi",
        "/msi/token/x",
    ] {
        assert_eq!(ask(&identity, uri, &[("metadata", "true")]).0, 400, "{uri}");
    }
    let request = Request::post("/msi/token").body(Bytes::new()).unwrap();
    let origin = Origin::new(false, "localhost:8080").unwrap();
    assert_eq!(identity.handle(&request, &origin, NOW).status(), 405);
}

#[test]
fn identity_headers_stay_between_starts() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("identity-key");
    let first = IdentityKey::open(&path).unwrap().header(WEB);
    assert_eq!(IdentityKey::open(&path).unwrap().header(WEB), first);
    crate::private_file::write(&path, b"something else").unwrap();
    IdentityKey::open(&path).unwrap_err();
}

#[test]
fn workload_tokens_are_files_that_the_token_service_takes() {
    let identity = identity();
    let folder = tempfile::tempdir().unwrap();
    let written = write_workload_tokens(&identity.service, folder.path(), NOW).unwrap();
    let [token] = written.as_slice() else {
        panic!("{written:?}")
    };
    let client_id = ROBOT.replace("aaaaaaaa", "cccccccc");
    assert_eq!(token.client_id, client_id);
    assert_eq!(token.file, workload_token_path(folder.path(), &client_id));
    let assertion = std::fs::read_to_string(&token.file).unwrap();
    let body = format!(
        "grant_type=client_credentials&client_id={client_id}&client_assertion={assertion}\
         &client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer\
         &scope={COGNITIVE}/.default"
    );
    let request = Request::post("/common/oauth2/v2.0/token")
        .body(Bytes::from(body))
        .unwrap();
    let origin = Origin::new(true, "localhost:8443").unwrap();
    let response = identity.service.handle(&request, &origin, NOW.plus(3599));
    assert_eq!(response.status(), 200, "{:?}", response.body());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&token.file) & 0o777, 0o600);
        assert_eq!(mode(token.file.parent().unwrap()) & 0o777, 0o700);
    }
}
