use super::*;

/// `{"alg":"RS256"}`, `{"aud":"x"}`, and a signature of 2048 bits.
fn token() -> String {
    format!("eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.{}", "A".repeat(342))
}

#[track_caller]
fn check(header: &str, expected: Option<Sent>) {
    let header = header.replace("TOKEN", &token());
    let text = format!(
        "* Connected\n> POST /openai/v1/chat/completions HTTP/2\n> Host: contoso.openai.azure.com\n{header}\n> \n< HTTP/2 401\n"
    );
    assert_eq!(
        transcript(&text).map(|(sent, _)| sent),
        expected,
        "{header}"
    );
}

#[test]
fn the_form_of_a_credential_is_told_by_header_and_value() {
    check("> Accept: */*", Some(Sent::Nothing));
    check("> Authorization: Bearer TOKEN", Some(Sent::Token));
    check("> authorization: bearer TOKEN", Some(Sent::Token));
    check("> Authorization: Bearer ", Some(Sent::EmptyBearer));
    check("> Authorization: Bearer", Some(Sent::EmptyBearer));
    check(
        "> Authorization: Bearer Bearer TOKEN",
        Some(Sent::BrokenToken),
    );
    check("> Authorization: Bearer \"TOKEN\"", Some(Sent::BrokenToken));
    check(
        "> Authorization: Bearer eyJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJ4In0.AAAA",
        Some(Sent::BrokenToken),
    );
    check("> Authorization: Bearer a.b.c", Some(Sent::BrokenToken));
    check(
        "> Authorization: Bearer 0123456789abcdef",
        Some(Sent::BearerKey),
    );
    check("> Authorization: TOKEN", Some(Sent::NoScheme));
    check("> api-key: TOKEN", Some(Sent::TokenAsKey));
    check("> api-key: 0123456789abcdef", Some(Sent::Key));
    check("> Authentication: Bearer TOKEN", Some(Sent::ForeignHeader));
}

#[test]
fn what_is_hidden_or_doubled_is_unknown() {
    check("> Authorization: Bearer <redacted>", None);
    check("> Authorization: Bearer ***", None);
    check(
        "> Authorization: Bearer TOKEN\n> api-key: 0123456789abcdef",
        None,
    );
    assert_eq!(transcript("Authorization: Bearer x\n"), None);
    assert_eq!(carried([("accept", "*/*")].into_iter(), false), None);
}
