//! What people see, as a browser without scripts sees it.

use super::*;
use crate::token_service::form::Form;

/// A browser: keeps its cookie and tells where its requests come from.
#[derive(Default)]
struct Visitor {
    cookie: Option<String>,
}

impl Visitor {
    fn open(&mut self, service: &TokenService, path: &str) -> Answer {
        self.send(service, Request::get(path), &[])
    }

    fn submit(&mut self, service: &TokenService, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header("origin", "https://localhost:8443")
            .header("sec-fetch-site", "same-origin");
        self.send(service, request, fields)
    }

    fn send(
        &mut self,
        service: &TokenService,
        mut request: http::request::Builder,
        fields: &[(&str, &str)],
    ) -> Answer {
        if let Some(cookie) = &self.cookie {
            request = request.header("cookie", format!("other=1; {cookie}; more=2"));
        }
        let answer = send(service, request, &encode(fields), NOW);
        if let Some(cookie) = answer.headers.get("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            assert!(
                cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"),
                "{cookie}"
            );
            self.cookie = Some(cookie.split(';').next().unwrap().to_owned());
        }
        answer
    }
}

/// The value of a hidden field.
fn hidden(answer: &Answer, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let (_, rest) = answer.text.split_once(&marker).expect(&answer.text);
    rest.split('"').next().unwrap().to_owned()
}

/// The parameters of the redirect that an answer is.
fn redirected(answer: &Answer, to: &str) -> Form {
    assert_eq!(answer.status, 303, "{}", answer.text);
    let location = answer.headers["location"].to_str().unwrap();
    let parameters = location.strip_prefix(to).expect(location);
    Form::parse(parameters.as_bytes()).unwrap()
}

const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-in-length";

fn challenge() -> String {
    base64url(directory::sha256(VERIFIER.as_bytes()))
}

fn authorize(changes: &[(&str, &str)]) -> String {
    let challenge = challenge();
    let mut fields = vec![
        ("client_id", AZURE_CLI),
        ("response_type", "code"),
        ("redirect_uri", "http://localhost:5000"),
        (
            "scope",
            "https://cognitiveservices.azure.com/.default openid offline_access",
        ),
        ("state", "the state & more"),
        ("nonce", "the nonce"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        fields.retain(|(present, _)| present != name);
        fields.push((name, value));
    }
    format!("/organizations/oauth2/v2.0/authorize?{}", encode(&fields))
}

const AUTHORIZE: &str = "/organizations/oauth2/v2.0/authorize";

fn credentials(flow: &str) -> [(&str, &str); 4] {
    [
        ("flow", flow),
        ("username", "ada@contoso.example"),
        ("password", "correct horse"),
        ("answer", "sign-in"),
    ]
}

/// Signs ada in on the page and returns the code.
fn code(service: &TokenService) -> String {
    let mut visitor = Visitor::default();
    let page = visitor.open(service, &authorize(&[]));
    let answer = visitor.submit(service, AUTHORIZE, &credentials(&hidden(&page, "flow")));
    let form = redirected(&answer, "http://localhost:5000?");
    assert_eq!(form.required("state"), Ok("the state & more"));
    form.required("code").unwrap().to_owned()
}

fn redeem(service: &TokenService, code: &str, changes: &[(&'static str, &'static str)]) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("client_id", AZURE_CLI),
        ("code", code),
        ("redirect_uri", "http://localhost:5000"),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        fields.retain(|(present, _)| present != name);
        fields.push((name, value));
    }
    token(service, &fields)
}

#[test]
fn a_code_with_its_verifier_becomes_tokens_once() {
    let service = service();
    let code = code(&service);
    let answer = redeem(&service, &code, &[]);
    accepted(&service, &answer);
    assert_eq!(claims(&answer.json["id_token"])["nonce"], "the nonce");
    assert!(answer.json["refresh_token"].is_string());
    refused(&redeem(&service, &code, &[]), 400, "invalid_grant", 70_008);
}

#[test]
fn a_code_is_worth_nothing_to_anybody_else() {
    let service = service();
    for (change, error, number) in [
        (("code_verifier", "another"), "invalid_grant", 501_481),
        (("code_verifier", ""), "invalid_grant", 501_481),
        (
            ("redirect_uri", "http://localhost:5001"),
            "invalid_request",
            50_011,
        ),
        (("client_id", PUBLIC), "invalid_grant", 70_000),
    ] {
        let code = code(&service);
        refused(&redeem(&service, &code, &[change]), 400, error, number);
        refused(&redeem(&service, &code, &[]), 400, "invalid_grant", 70_008);
    }
    let code = code(&service);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", AZURE_CLI),
        ("code", &code),
        ("redirect_uri", "http://localhost:5000"),
        ("code_verifier", VERIFIER),
    ];
    let late = post_at(&service, TOKEN, &fields, NOW.plus(300));
    refused(&late, 400, "invalid_grant", 70_008);
}

#[test]
fn a_confidential_client_proves_itself_when_it_redeems() {
    let service = service();
    let query = authorize(&[
        ("client_id", APP),
        ("redirect_uri", "https://app.example/signed-in"),
        ("code_challenge", ""),
        ("code_challenge_method", ""),
        ("response_mode", "fragment"),
    ]);
    let redeem = |secret: &str, verifier: &str| {
        let mut visitor = Visitor::default();
        let page = visitor.open(&service, &query);
        let answer = visitor.submit(&service, AUTHORIZE, &credentials(&hidden(&page, "flow")));
        let form = redirected(&answer, "https://app.example/signed-in#");
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", APP),
            ("client_secret", secret),
            ("code", form.required("code").unwrap()),
            ("redirect_uri", "https://app.example/signed-in"),
            ("code_verifier", verifier),
        ];
        token(&service, &fields)
    };
    accepted(&service, &redeem("app secret", ""));
    refused(&redeem("", ""), 401, "invalid_client", 7_000_218);
    refused(
        &redeem("app secret", VERIFIER),
        400,
        "invalid_grant",
        501_481,
    );
}

#[test]
fn the_page_is_plain_and_locked_down() {
    let service = service();
    let page = Visitor::default().open(&service, &authorize(&[("login_hint", "\"><script>x")]));
    assert_eq!(page.status, 200);
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert!(
        policy.contains("form-action 'self' http://localhost:5000; frame-ancestors 'none'"),
        "{policy}"
    );
    assert_eq!(page.headers["x-frame-options"], "DENY");
    assert_eq!(page.headers["cache-control"], "no-store, no-cache");
    assert!(!page.text.contains("<script"), "{}", page.text);
    for part in [
        "<html lang=\"en\">",
        "<label for=\"username\">",
        "autocomplete=\"current-password\"",
    ] {
        assert!(page.text.contains(part), "{part}");
    }
}

#[test]
fn a_wrong_password_is_said_aloud_and_the_page_still_works() {
    let service = service();
    let mut visitor = Visitor::default();
    let page = visitor.open(&service, &authorize(&[]));
    let flow = hidden(&page, "flow");
    let wrong = [
        ("flow", flow.as_str()),
        ("username", "ada@contoso.example"),
        ("password", "wrong"),
    ];
    let again = visitor.submit(&service, AUTHORIZE, &wrong);
    assert_eq!(again.status, 401);
    assert!(
        again
            .text
            .contains("role=\"alert\">Invalid username or password.")
    );
    assert!(
        !again.text.contains("wrong\""),
        "the password is not sent back"
    );
    let answer = visitor.submit(&service, AUTHORIZE, &credentials(&flow));
    redirected(&answer, "http://localhost:5000?")
        .required("code")
        .unwrap();
}

#[test]
fn nobody_elses_page_can_be_sent_in() {
    let service = service();
    let mut victim = Visitor::default();
    victim.open(&service, &authorize(&[]));
    let mut attacker = Visitor::default();
    let flow = hidden(&attacker.open(&service, &authorize(&[])), "flow");
    let fields = credentials(&flow);
    // The attacker's page in the victim's browser, and in one without a cookie.
    assert_eq!(victim.submit(&service, AUTHORIZE, &fields).status, 400);
    assert_eq!(
        Visitor::default()
            .submit(&service, AUTHORIZE, &fields)
            .status,
        400
    );
    // The victim's browser sends it from another site.
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let request = Request::post(AUTHORIZE).header(name, value);
        assert_eq!(
            attacker.send(&service, request, &fields).status,
            400,
            "{name}: {value}"
        );
    }
    assert_eq!(attacker.submit(&service, AUTHORIZE, &fields).status, 303);
    assert_eq!(
        attacker.submit(&service, AUTHORIZE, &fields).status,
        400,
        "once"
    );
    assert_eq!(
        attacker
            .submit(&service, AUTHORIZE, &credentials(""))
            .status,
        400
    );
}

#[test]
fn nothing_is_sent_to_an_address_that_is_not_registered() {
    let service = service();
    for (name, value, code) in [
        ("redirect_uri", "https://evil.example", "AADSTS50011"),
        ("redirect_uri", "javascript:alert(1)", "AADSTS50011"),
        ("redirect_uri", "", "AADSTS900144"),
        ("client_id", "nobody", "AADSTS700016"),
        ("client_id", APP, "AADSTS50011"),
    ] {
        let page = Visitor::default().open(&service, &authorize(&[(name, value)]));
        assert_eq!(page.status, 400, "{name}={value}");
        assert!(page.text.contains(code), "{}", page.text);
    }
}

#[test]
fn the_client_is_told_what_else_is_wrong() {
    let service = service();
    for (name, value, error) in [
        ("response_type", "token", "unsupported_response_type"),
        ("response_mode", "web_message", "unsupported_response_type"),
        ("code_challenge", "", "invalid_request"),
        ("code_challenge", "short", "invalid_request"),
        ("code_challenge_method", "plain", "invalid_request"),
        (
            "scope",
            "https://unknown.example/.default",
            "invalid_resource",
        ),
        ("prompt", "none", "login_required"),
        ("nonce", &"x".repeat(2049), "invalid_request"),
    ] {
        let answer = Visitor::default().open(&service, &authorize(&[(name, value)]));
        let form = redirected(&answer, "http://localhost:5000?");
        assert_eq!(form.required("error"), Ok(error), "{name}={value}");
        assert_eq!(form.required("state"), Ok("the state & more"));
        assert!(
            form.required("error_description")
                .unwrap()
                .starts_with("AADSTS")
        );
    }
}

#[test]
fn cancelling_is_an_answer() {
    let service = service();
    let mut visitor = Visitor::default();
    let flow = hidden(&visitor.open(&service, &authorize(&[])), "flow");
    let answer = visitor.submit(
        &service,
        AUTHORIZE,
        &[("flow", &flow), ("answer", "cancel")],
    );
    let form = redirected(&answer, "http://localhost:5000?");
    assert_eq!(form.required("error"), Ok("access_denied"));
}

#[test]
fn a_form_post_needs_one_click_and_no_script() {
    let service = service();
    let mut visitor = Visitor::default();
    let page = visitor.open(&service, &authorize(&[("response_mode", "form_post")]));
    let answer = visitor.submit(&service, AUTHORIZE, &credentials(&hidden(&page, "flow")));
    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("action=\"http://localhost:5000\""));
    assert!(answer.text.contains("value=\"the state &amp; more\""));
    let code = hidden(&answer, "code");
    accepted(&service, &redeem(&service, &code, &[]));
}

/// Starts a device's sign-in: device code and user code.
fn device(service: &TokenService) -> (String, String) {
    let answer = post(
        service,
        "/organizations/oauth2/v2.0/devicecode",
        &[
            ("client_id", AZURE_CLI),
            (
                "scope",
                "https://cognitiveservices.azure.com/.default openid offline_access",
            ),
        ],
    );
    let text = |member: &str| answer.json[member].as_str().expect(&answer.text).to_owned();
    assert_eq!(
        text("verification_uri"),
        "https://localhost:8443/common/oauth2/deviceauth"
    );
    assert_eq!(
        (&answer.json["interval"], &answer.json["expires_in"]),
        (&5.into(), &900.into())
    );
    assert!(text("message").contains(&text("user_code")));
    (text("device_code"), text("user_code"))
}

fn poll(service: &TokenService, code: &str, now: Timestamp) -> Answer {
    let fields = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("client_id", AZURE_CLI),
        ("device_code", code),
        ("code", code),
    ];
    post_at(service, "/organizations/oauth2/v2.0/token", &fields, now)
}

const DEVICE: &str = "/common/oauth2/deviceauth";

#[test]
fn a_device_gets_its_tokens_when_somebody_signs_in_for_it() {
    let service = service();
    let (device_code, user_code) = device(&service);
    refused(
        &poll(&service, &device_code, NOW),
        400,
        "authorization_pending",
        70_016,
    );
    let mut visitor = Visitor::default();
    assert_eq!(visitor.open(&service, DEVICE).status, 200);
    let typed = user_code.to_lowercase();
    let typed = format!(" {}-{}", &typed[..4], &typed[4..]);
    let page = visitor.submit(&service, DEVICE, &[("user_code", &typed)]);
    assert!(page.text.contains("Microsoft Azure CLI"), "{}", page.text);
    let done = visitor.submit(&service, DEVICE, &credentials(&hidden(&page, "flow")));
    assert!(
        done.text.contains("The device is signed in"),
        "{}",
        done.text
    );
    let answer = poll(&service, &device_code, NOW);
    accepted(&service, &answer);
    assert!(answer.json["id_token"].is_string() && answer.json["refresh_token"].is_string());
    refused(
        &poll(&service, &device_code, NOW),
        400,
        "bad_verification_code",
        70_019,
    );
}

#[test]
fn a_device_is_told_when_it_is_declined_late_or_unknown() {
    let service = service();
    let (declined, user_code) = device(&service);
    let mut visitor = Visitor::default();
    visitor.open(&service, DEVICE);
    let page = visitor.submit(&service, DEVICE, &[("user_code", &user_code)]);
    let flow = hidden(&page, "flow");
    visitor.submit(&service, DEVICE, &[("flow", &flow), ("answer", "cancel")]);
    refused(
        &poll(&service, &declined, NOW),
        400,
        "authorization_declined",
        70_018,
    );
    let (late, _) = device(&service);
    refused(
        &poll(&service, &late, NOW.plus(900)),
        400,
        "expired_token",
        70_020,
    );
    let (known, user_code) = device(&service);
    for unknown in [
        "",
        "short",
        "ÄÄÄÄÄÄÄÄÄ",
        &format!("{user_code}guessed"),
        &known[..known.len() - 1],
    ] {
        let answer = poll(&service, unknown, NOW);
        assert_eq!(answer.status, 400, "{unknown}");
        assert_ne!(answer.json["error"], "authorization_pending", "{unknown}");
    }
    let other = [
        ("grant_type", "device_code"),
        ("client_id", PUBLIC),
        ("device_code", &known),
    ];
    refused(&post(&service, TOKEN, &other), 400, "invalid_grant", 70_000);
}

#[test]
fn only_a_waiting_code_can_be_typed() {
    let service = service();
    let mut visitor = Visitor::default();
    for typed in ["", "ABCDEFGHJ", "<script>"] {
        let page = visitor.submit(&service, DEVICE, &[("user_code", typed)]);
        assert!(page.text.contains("That code is not known"), "{typed}");
    }
    let application = post(
        &service,
        "/common/oauth2/v2.0/devicecode",
        &[("client_id", APP)],
    );
    refused(&application, 401, "invalid_client", 7_000_218);
}

#[test]
fn signing_out_is_a_page_too() {
    let service = service();
    assert_eq!(get(&service, "/common/oauth2/v2.0/logout").status, 200);
}
