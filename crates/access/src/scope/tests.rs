use super::*;

const ACCOUNT: &str =
    "/subscriptions/S/resourceGroups/RG/providers/Microsoft.CognitiveServices/accounts/kv";

fn scope(text: &str) -> Scope {
    Scope::parse(text).unwrap()
}

#[test]
fn inheritance_is_on_segment_boundaries() {
    let check = |below: &str, above: &str, expected: bool| {
        assert_eq!(
            scope(below).is_at_or_below(&scope(above)),
            expected,
            "{below} below {above}"
        );
    };
    check(ACCOUNT, ACCOUNT, true);
    check(ACCOUNT, &ACCOUNT.to_uppercase(), true);
    check(ACCOUNT, "/subscriptions/s/resourcegroups/rg", true);
    check(ACCOUNT, "/subscriptions/s", true);
    check(ACCOUNT, "/", true);
    check(&format!("{ACCOUNT}/projects/p"), ACCOUNT, true);
    check(&format!("{ACCOUNT}2"), ACCOUNT, false);
    check(ACCOUNT, &format!("{ACCOUNT}/projects/p"), false);
    check(
        "/subscriptions/s/resourceGroups/rg-prod",
        "/subscriptions/s/resourceGroups/rg",
        false,
    );
    check("/", ACCOUNT, false);
    check("/", "/", true);
}

#[test]
fn spelling_is_kept_and_case_does_not_matter() {
    let upper = scope(&ACCOUNT.to_uppercase());
    assert_eq!(upper, scope(ACCOUNT));
    assert_eq!(upper.as_str(), ACCOUNT.to_uppercase());
    assert_eq!(scope(&format!("{ACCOUNT}/")), scope(ACCOUNT));
    assert_eq!(scope("/").as_str(), "/");
}

#[test]
fn a_childs_name_stays_one_segment() {
    let account = scope(ACCOUNT);
    let odd = account.child("projects", "p/../../x");
    assert!(!odd.is_at_or_below(&account.child("projects", "p")));
    assert_eq!(odd.name(), "p%2F..%2F..%2Fx");
    assert_eq!(
        Scope::root().child("subscriptions", "s"),
        scope("/subscriptions/s")
    );
}

#[test]
fn malformed_scopes_are_refused() {
    assert_eq!(Scope::parse(""), Err(ScopeError::Empty));
    assert!(matches!(
        Scope::parse("subscriptions/s"),
        Err(ScopeError::NotAbsolute(_))
    ));
    assert!(matches!(
        Scope::parse("//"),
        Err(ScopeError::EmptySegment(_))
    ));
    assert!(matches!(
        Scope::parse("/a//b"),
        Err(ScopeError::EmptySegment(_))
    ));
    assert!(matches!(
        Scope::parse("/a/b//"),
        Err(ScopeError::EmptySegment(_))
    ));
    assert_eq!(Scope::parse("/a\n/b"), Err(ScopeError::ControlCharacter));
    assert_eq!(
        Scope::parse(&"/a".repeat(3000)),
        Err(ScopeError::TooLong(6000))
    );
}

#[test]
fn levels_are_told_apart() {
    assert_eq!(scope("/").kind(), ScopeKind::Root);
    assert_eq!(
        Scope::management_group("Corp").kind(),
        ScopeKind::ManagementGroup
    );
    assert_eq!(scope("/subscriptions/s").kind(), ScopeKind::Subscription);
    assert_eq!(
        scope("/subscriptions/s/resourceGroups/r").kind(),
        ScopeKind::ResourceGroup
    );
    assert_eq!(scope(ACCOUNT).kind(), ScopeKind::Resource);
    let project = scope(&format!("{ACCOUNT}/projects/p"));
    assert_eq!(project.account(), Some(scope(ACCOUNT)));
    assert_eq!(project.account().unwrap().as_str(), ACCOUNT);
    assert_eq!(scope("/subscriptions/s").account(), None);
    assert_eq!(project.name(), "p");
}

#[test]
fn authorization_scope_names_the_place_to_ask_about() {
    use AuthorizationScope::{Account, Deployment};
    let account = scope(ACCOUNT);
    let check = |mode: AuthorizationScope, project, deployment, expected: &str| {
        let found = mode.of_call(&account, project, deployment);
        assert_eq!(found.as_str(), format!("{ACCOUNT}{expected}"));
    };
    check(Account, None, Some("d"), "");
    check(Account, Some("p"), Some("d"), "/projects/p");
    check(Deployment, None, Some("d"), "/deployments/d");
    check(Deployment, None, None, "");
    check(Deployment, Some("p"), Some("d"), "/projects/p");
}
