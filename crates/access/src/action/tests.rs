use super::*;

fn check(pattern: &str, action: &str, expected: bool) {
    let found = ActionPattern::new(pattern).matches(action);
    assert_eq!(found, expected, "`{pattern}` on `{action}`");
}

#[test]
fn a_star_stands_for_any_characters_also_slashes() {
    check("*", "", true);
    check("*", "Microsoft.A/b/c", true);
    check("*/read", "Microsoft.A/b/c/read", true);
    check("*/read", "Microsoft.A/b/c/write", false);
    check("*/read", "/read", true);
    check("*/read", "read", false);
    check("M/*/read", "M/a/b/read", true);
    check("M/*/read", "M/read", false);
    check("M/*/*/action", "M/a/action", false);
    check("M/*/*/action", "M/a/b/action", true);
    check("M/v/*/action", "M/v/action", false);
    check("a*b*c", "aXbYbZc", true);
    check("a**c", "ac", true);
    check("ab*ba", "aba", false);
    check("*a*", "bbb", false);
    check(
        "Micro*Cog*",
        "Microsoft.CognitiveServices/accounts/read",
        true,
    );
}

#[test]
fn case_is_ignored_and_other_characters_are_literal() {
    check("A/LISTKEYS/Action", "a/listKeys/action", true);
    check("a.c", "abc", false);
    check("a?c", "abc", false);
    check("[ab]", "a", false);
    check("", "", true);
    check("", "a", false);
}

/// The definition of a glob, word for word.
fn reference(pattern: &[u8], text: &[u8]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        ([b'*', rest @ ..], []) => reference(rest, text),
        ([b'*', rest @ ..], [_, tail @ ..]) => reference(rest, text) || reference(pattern, tail),
        ([p, rest @ ..], [t, tail @ ..]) => p == t && reference(rest, tail),
        _ => false,
    }
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(4000))]

    #[test]
    fn a_pattern_matches_as_its_definition_says(pattern in "[ab/*]{0,8}", text in "[ab/]{0,10}") {
        let expected = reference(pattern.as_bytes(), text.as_bytes());
        proptest::prop_assert_eq!(ActionPattern::new(&pattern).matches(&text), expected);
    }
}

#[test]
fn a_star_in_the_question_is_a_plain_character() {
    check("a/b/*", "a/*", false);
    check("a/*", "a/*", true);
}

#[test]
fn a_hostile_pattern_takes_linear_time() {
    check(&"a*".repeat(20_000), &"a".repeat(19_999), false);
    check(&"a*".repeat(20_000), &"a".repeat(30_000), true);
    check(
        &format!("*{}b", "a".repeat(20_000)),
        &"a".repeat(40_000),
        false,
    );
}
