use super::*;

fn check(line: &str, expected: &[(&str, Stance)]) {
    let found = find(line);
    let found: Vec<_> = found.iter().map(|m| (m.name.as_str(), m.stance)).collect();
    assert_eq!(found, expected, "{line}");
}

#[test]
fn roles_are_read_with_their_stance() {
    check(
        "the app has Contributor on the resource group",
        &[("Contributor", Stance::Held)],
    );
    check(
        "user created the resources and is Owner or Contributor",
        &[("Owner", Stance::Held), ("Contributor", Stance::Held)],
    );
    check(
        "no Azure AI User assignment on the project",
        &[("Foundry User", Stance::Absent)],
    );
    check(
        "the caller's only role on the account is Cognitive Services OpenAI User",
        &[("Cognitive Services OpenAI User", Stance::Held)],
    );
    check(
        "Cognitive Services User is not assigned",
        &[("Cognitive Services User", Stance::Absent)],
    );
    check("identity has Storage Blob Data Contributor", &[]);
    check("the owner of the repository answered", &[]);
    check(
        "I am the owner of the subscription",
        &[("Owner", Stance::Held)],
    );
}

#[test]
fn what_a_role_reaches_comes_from_its_definition() {
    for (name, reach) in [
        ("Owner", Reach::ManagementOnly),
        ("Cognitive Services Contributor", Reach::ManagementOnly),
        ("Cognitive Services OpenAI User", Reach::OpenAiOnly),
        ("Cognitive Services User", Reach::Inference),
        ("Azure AI User", Reach::Inference),
        ("Cognitive Services Speech User", Reach::Partial),
    ] {
        let found = find(&format!("the identity has the role {name}"));
        assert_eq!(found[0].reach(), Some(reach), "{name}");
    }
}

#[test]
fn who_owns_a_scope_is_owner_there() {
    check(
        "the caller owns the Azure subscription",
        &[("Owner", Stance::Held)],
    );
    check("the team owns the repository", &[]);
}

#[test]
fn what_was_done_as_advised_is_held() {
    check(
        "the guide says to assign Cognitive Services OpenAI User, which was assigned",
        &[("Cognitive Services OpenAI User", Stance::Held)],
    );
    check(
        "Ensure the identity has been granted Cognitive Services User",
        &[("Cognitive Services User", Stance::Mentioned)],
    );
}

#[test]
fn a_role_may_be_given_to_another_principal() {
    for (line, holder) in [
        (
            "the app's managed identity has Cognitive Services User",
            Some(Holder::Program),
        ),
        ("my user has Cognitive Services User", Some(Holder::Person)),
        ("Cognitive Services User is assigned", None),
    ] {
        assert_eq!(find(line)[0].holder, holder, "{line}");
    }
}
