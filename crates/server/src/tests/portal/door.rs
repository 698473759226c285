//! Signing in and out, cookies, headers, and what is refused at the door.

use super::{ORIGIN, Person, TestServer};
use crate::config::SAMPLE;
use crate::route::table::{Guard, PORTAL, PortalDoor, PublicRoute};

#[test]
fn people_sign_in_by_the_sign_in_page_and_out_by_a_click() {
    let server = TestServer::start();
    let mut admin = Person::stranger(&server);
    assert_eq!(admin.get("/portal").status, 401);
    let back = admin.sign_in("admin");
    assert_eq!(back.header("location"), Some("/portal"));
    assert_eq!(admin.cookie("entrada-session").unwrap().len(), 43);
    assert_eq!(admin.cookie("entrada-sign-in"), None, "is spent");
    let page = admin.get("/portal");
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Ada Admin"));

    let cookie = admin.cookie("entrada-session").unwrap().to_owned();
    let bye = admin.post("/portal/sign-out", &[]);
    assert_eq!((bye.status, bye.header("location")), (303, Some("/portal")));
    assert_eq!(admin.cookie("entrada-session"), None);
    admin.cookies.push(("entrada-session".to_owned(), cookie));
    assert_eq!(admin.get("/portal").status, 401, "the session is over, too");
}

#[test]
fn cookies_are_out_of_reach_of_scripts_and_other_sites_and_carry_no_token() {
    let server = TestServer::start();
    let mut admin = Person::stranger(&server);
    let begun = admin.get("/portal/sign-in");
    let set = begun.header("set-cookie").unwrap();
    for flag in ["; HttpOnly", "; SameSite=Lax", "; Path=/", "; Max-Age=600"] {
        assert!(set.contains(flag), "{set}");
    }
    let back = admin.sign_in("admin");
    let cookies = back.headers.iter().filter(|(name, _)| name == "set-cookie");
    let session = cookies
        .map(|(_, value)| value)
        .find(|value| value.starts_with("entrada-session="));
    let session = session.unwrap();
    for flag in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(session.contains(flag), "{session}");
    }
    assert!(!session.contains("Domain") && !session.contains("eyJ"));
    assert!(!admin.get("/portal").body.contains("eyJ"));
}

#[test]
fn every_page_says_what_browsers_may_do_with_it() {
    let server = TestServer::start();
    let mut admin = Person::signed_in(&server, "admin");
    for mut visitor in [
        Person::stranger(&server),
        Person::signed_in(&server, "admin"),
    ] {
        let page = visitor.get("/portal");
        let policy = page.header("content-security-policy").unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'self'",
            "frame-ancestors 'none'",
            "form-action 'self'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert!(!page.body.contains("style=\"") && !page.body.contains("onclick"));
    }
    let page = admin.get("/portal");
    let assets: Vec<_> = page
        .body
        .split('"')
        .filter(|part| part.starts_with("/portal/assets/"))
        .collect();
    assert_eq!(assets.len(), 4, "{assets:?}");
    for asset in assets {
        let answer = Person::stranger(&server).get(asset);
        assert_eq!(answer.status, 200, "{asset}");
        assert!(
            answer
                .header("cache-control")
                .unwrap()
                .contains("immutable")
        );
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
    assert_eq!(admin.get("/portal/assets/portal.css").status, 404);
}

#[test]
fn every_page_and_form_needs_a_session() {
    let server = TestServer::start();
    for row in PORTAL {
        let mut stranger = Person::stranger(&server);
        let path = row.path.replace("{id}", "1").replace("{file}", "none.css");
        let headers = [("Origin", ORIGIN)];
        let answer = stranger.send(row.method, &path, &headers, "form_token=x");
        let expected = match row.guard {
            Guard::Portal(_) | Guard::Public(PublicRoute::PortalDoor(PortalDoor::SignedIn), _) => {
                401
            }
            Guard::Public(PublicRoute::PortalDoor(PortalDoor::SignIn), _) => 303,
            Guard::Public(PublicRoute::PortalDoor(PortalDoor::Asset), _) => {
                if path == "/favicon.ico" { 200 } else { 404 }
            }
            _ => panic!("{row:?} is no row of the portal"),
        };
        assert_eq!(answer.status, expected, "{row:?}");
        stranger
            .cookies
            .push(("entrada-session".to_owned(), "x".repeat(43)));
        let answer = stranger.send(row.method, &path, &headers, "form_token=x");
        assert_eq!(answer.status, expected, "{row:?} with a cookie of nobody's");
    }
}

#[test]
fn every_form_must_come_from_our_own_page_and_carry_the_sessions_token() {
    let server = TestServer::start();
    let mut admin = Person::signed_in(&server, "admin");
    let mut other = Person::signed_in(&server, "admin");
    let (token, foreign) = (admin.form_token(), other.form_token());
    assert_ne!(token, foreign);
    let forms = PORTAL.iter().filter(|row| row.method == "POST");
    assert!(forms.clone().count() >= 2);
    for row in forms {
        let path = row.path.replace("{id}", "1");
        let good = format!("form_token={token}");
        for (headers, form) in [
            (vec![], good.clone()),
            (vec![("Origin", "http://evil.example")], good.clone()),
            (vec![("Origin", "null")], good.clone()),
            (
                vec![("Origin", ORIGIN), ("Sec-Fetch-Site", "cross-site")],
                good.clone(),
            ),
            (vec![("Sec-Fetch-Site", "same-site")], good.clone()),
            (vec![("Origin", ORIGIN)], String::new()),
            (vec![("Origin", ORIGIN)], "form_token=".to_owned()),
            (vec![("Origin", ORIGIN)], format!("form_token={foreign}")),
        ] {
            let answer = admin.send("POST", &path, &headers, &form);
            assert_eq!(answer.status, 403, "{row:?} {headers:?} {form}");
            assert!(answer.body.contains("nothing was done"), "{row:?}");
        }
    }
    assert_eq!(admin.get("/portal").status, 200, "still signed in");
}

#[test]
fn a_code_is_taken_only_from_the_browser_that_began_the_sign_in_and_once() {
    let server = TestServer::start();
    let mut victim = Person::stranger(&server);
    let page = victim.sign_in_page();
    let back = victim.fill_in(&page, "admin");
    let back = back
        .header("location")
        .unwrap()
        .strip_prefix(ORIGIN)
        .unwrap()
        .to_owned();

    // Another browser, with a sign-in of its own under way.
    let mut thief = Person::stranger(&server);
    thief.sign_in_page();
    let answer = thief.get(&back);
    assert_eq!(answer.status, 401);
    assert_eq!(thief.cookie("entrada-session"), None);
    assert_eq!(
        Person::stranger(&server).get(&back).status,
        401,
        "no cookie"
    );

    let mut wrong_state = Person::stranger(&server);
    wrong_state.sign_in_page();
    let code = back.split("code=").nth(1).unwrap();
    let forged = format!("/portal/signed-in?state=x&code={code}");
    assert_eq!(wrong_state.get(&forged).status, 401);

    assert_eq!(victim.get(&back).status, 303);
    assert_eq!(victim.get(&back).status, 401, "a second time");
}

#[test]
fn what_the_token_service_says_is_shown_as_text() {
    let server = TestServer::start();
    let mut person = Person::stranger(&server);
    let begun = person.get("/portal/sign-in");
    let state = begun
        .header("location")
        .unwrap()
        .split("state=")
        .nth(1)
        .unwrap();
    let state = state.split('&').next().unwrap();
    let back = format!(
        "/portal/signed-in?state={state}&error=x&error_description=%3Cscript%3Ealert(1)%3C/script%3E"
    );
    let answer = person.get(&back);
    assert_eq!(answer.status, 401);
    assert!(answer.body.contains("&#60;script&#62;") && !answer.body.contains("<script>alert"));
}

#[test]
fn nobody_is_sent_to_another_site_after_signing_in() {
    let server = TestServer::start();
    for (to, expected) in [
        ("/portal?account=contoso-lab", "/portal?account=contoso-lab"),
        ("//evil.example", "/portal"),
        ("https://evil.example/portal", "/portal"),
    ] {
        let mut person = Person::stranger(&server);
        let path = format!(
            "/portal/sign-in?to={}",
            crate::token_service::form::encode(to)
        );
        let location = person.get(&path).header("location").unwrap().to_owned();
        let page = person.get(&location);
        let back = person.fill_in(&page, "admin");
        let back = back
            .header("location")
            .unwrap()
            .strip_prefix(ORIGIN)
            .unwrap()
            .to_owned();
        assert_eq!(person.get(&back).header("location"), Some(expected));
    }
}

#[test]
fn the_portal_answers_to_the_servers_own_names_only_and_can_be_turned_off() {
    let server = TestServer::start();
    for (host, expected) in [
        ("localhost", 401),
        ("127.0.0.1", 401),
        ("contoso.openai.localhost", 404),
        ("graph.localhost", 404),
        ("attacker.example", 421),
    ] {
        let answer = server.send("GET", "/portal", &[("Host", host)], "");
        assert_eq!(answer.status, expected, "{host}");
    }
    let off = TestServer::with_config(&format!("{SAMPLE}\n[portal]\nenabled = false\n"));
    assert_eq!(off.send("GET", "/portal", &[], "").status, 404);
}

#[test]
fn colours_are_remembered_and_nothing_else() {
    let server = TestServer::start();
    let mut admin = Person::signed_in(&server, "admin");
    assert!(admin.get("/portal").body.contains("data-theme=\"system\""));
    let answer = admin.post(
        "/portal/theme",
        &[("theme", "dark"), ("back", "/portal?account=contoso")],
    );
    assert_eq!(answer.header("location"), Some("/portal?account=contoso"));
    assert!(admin.get("/portal").body.contains("data-theme=\"dark\""));
    let answer = admin.post(
        "/portal/theme",
        &[("theme", "\"><script>"), ("back", "//evil.example")],
    );
    assert_eq!(answer.header("location"), Some("/portal"));
    assert!(admin.get("/portal").body.contains("data-theme=\"system\""));
}
