use super::*;

const WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
const CHAT: &str =
    "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action";
const FOUNDRY_USER: &str = "53ca6127-db72-4b80-b1b0-d745d6d5456d";

fn delegation() -> Condition {
    let manager = crate::builtin::by_name("Foundry Project Manager").unwrap();
    manager.permissions[0].condition.clone().unwrap()
}

fn value(text: &str) -> Truth {
    let condition = Condition::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    condition.evaluate(WRITE, Attributes::none()).unwrap()
}

#[test]
fn actions_that_are_not_targeted_pass() {
    assert_eq!(
        delegation().evaluate(CHAT, Attributes::none()),
        Some(Truth::True)
    );
}

#[test]
fn targeted_actions_hang_on_the_attribute() {
    let request = |role: &str| {
        Attributes::default().with(
            "Request",
            "microsoft.authorization/ROLEassignments:RoleDefinitionId",
            &[role],
        )
    };
    let check = |attributes: &Attributes, expected: Truth| {
        let found = delegation().evaluate(&WRITE.to_uppercase(), attributes);
        assert_eq!(found, Some(expected));
    };
    check(Attributes::none(), Truth::Unknown);
    check(&request(&FOUNDRY_USER.to_uppercase()), Truth::True);
    // The Project Manager cannot grant Cognitive Services User, whatever its description says.
    check(
        &request("a97b65f3-24c7-4388-baec-2e87135dc908"),
        Truth::False,
    );
}

#[test]
fn three_valued_logic() {
    for (text, expected) in [
        ("ActionMatches{'*/write'}", Truth::True),
        ("actionmatches { 'x' , '*/WRITE' }", Truth::True),
        ("!ActionMatches{'*/write'}", Truth::False),
        ("not (ActionMatches{'*/read'})", Truth::True),
        ("Exists @Request[a:b]", Truth::Unknown),
        ("Not Exists @Request[a:b]", Truth::Unknown),
        ("SubOperationMatches{'Blob.List'}", Truth::Unknown),
        ("Exists @Request[a] OR ActionMatches{'*'}", Truth::True),
        ("Exists @Request[a] || ActionMatches{'b'}", Truth::Unknown),
        ("Exists @Request[a] AND ActionMatches{'b'}", Truth::False),
        ("Exists @Request[a] && ActionMatches{'*'}", Truth::Unknown),
        (
            "ActionMatches{'*'} OR ActionMatches{'b'} AND ActionMatches{'c'}",
            Truth::True,
        ),
        (
            "(ActionMatches{'*'} OR ActionMatches{'b'}) AND ActionMatches{'c'}",
            Truth::False,
        ),
        (
            "!(ActionMatches{'*/write'} AND SubOperationMatches{'x'})",
            Truth::Unknown,
        ),
        (
            "!(ActionMatches{'*/read'} AND SubOperationMatches{'x'})",
            Truth::True,
        ),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn comparisons_of_literals() {
    for (text, expected) in [
        (
            "{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'blue', 'green'}",
            true,
        ),
        (
            "{'red', 'blue'} ForAnyOfAnyValues:StringEquals {'orange', 'green'}",
            false,
        ),
        (
            "{'red', 'blue'} ForAllOfAnyValues:StringEquals {'orange', 'red', 'blue'}",
            true,
        ),
        (
            "{'red', 'blue'} ForAllOfAnyValues:StringEquals {'red', 'green'}",
            false,
        ),
        ("{10, 20} ForAnyOfAllValues:NumericLessThan {15, 18}", true),
        (
            "{10, 20} ForAllOfAllValues:NumericLessThan {5, 15, 18}",
            false,
        ),
        ("{10, 20} ForAllOfAllValues:NumericLessThan {25, 30}", true),
        (
            "{10, 20} ForAllOfAllValues:NumericLessThan {15, 25, 30}",
            false,
        ),
        ("{'a', 'b'} ForAnyOfAnyValues:StringNotEquals {'a'}", true),
        ("'abcd' StringLike 'a*c?'", true),
        ("'abcd' StringLike 'A*C?'", false),
        ("'abcd' StringLikeIgnoreCase 'A*C?'", true),
        ("'abcd' StringLike 'a*c'", false),
        ("'a*c' StringLike 'a\\*c'", true),
        ("'abc' StringLike 'a\\*c'", false),
        ("'abc' StringNotLike 'x*'", true),
        ("'Logs' StringEquals 'logs'", false),
        ("'Logs' StringEqualsIgnoreCase 'logs'", true),
        ("'Logs' StringNotEqualsIgnoreCase 'logs'", false),
        ("'logs/x' StringStartsWith 'logs'", true),
        ("'logs/x' StringNotStartsWithIgnoreCase 'LOGS'", false),
        ("'it\\'s' StringEquals 'it\\'s'", true),
        ("5 NumericInRange {1, 5}", true),
        ("-7 NumericGreaterThanEquals -7", true),
        ("true BoolEquals 'True'", true),
        ("true BoolNotEquals false", true),
        (
            "'2023-05-01T13:00:00.0Z' DateTimeGreaterThan '2023-05-01T12:00:00Z'",
            true,
        ),
        (
            "2023-05-01T13:00:00Z DateTimeLessThanEquals '2023-05-01T15:00:00+02:00'",
            true,
        ),
        (
            "53ca6127-db72-4b80-b1b0-d745d6d5456d GuidEquals {53CA6127-DB72-4B80-B1B0-D745D6D5456D}",
            true,
        ),
        ("'a' ListContains 'a'", true),
        ("{'a', 'b'} ListNotContains 'b'", false),
    ] {
        assert_eq!(value(text), Truth::from(expected), "{text}");
    }
}

#[test]
fn every_operator_of_the_language_is_read() {
    let tests = [
        (
            "'a'",
            "String",
            &[
                "Equals",
                "NotEquals",
                "StartsWith",
                "NotStartsWith",
                "Like",
                "NotLike",
            ][..],
        ),
        (
            "'a'",
            "StringIC",
            &[
                "Equals",
                "NotEquals",
                "StartsWith",
                "NotStartsWith",
                "Like",
                "NotLike",
            ],
        ),
        (
            "1",
            "Numeric",
            &[
                "Equals",
                "NotEquals",
                "LessThan",
                "LessThanEquals",
                "GreaterThan",
                "GreaterThanEquals",
            ],
        ),
        (
            "'2023-05-01T13:00:00Z'",
            "DateTime",
            &[
                "Equals",
                "NotEquals",
                "LessThan",
                "LessThanEquals",
                "GreaterThan",
                "GreaterThanEquals",
            ],
        ),
        ("true", "Bool", &["Equals", "NotEquals"]),
        (
            "53ca6127-db72-4b80-b1b0-d745d6d5456d",
            "Guid",
            &["Equals", "NotEquals"],
        ),
    ];
    for (literal, kind, names) in tests {
        let (kind, suffix) = match kind {
            "StringIC" => ("String", "IgnoreCase"),
            kind => (kind, ""),
        };
        for name in names {
            for prefix in [
                "",
                "ForAnyOfAnyValues:",
                "ForAllOfAnyValues:",
                "ForAnyOfAllValues:",
                "ForAllOfAllValues:",
            ] {
                let text = format!(
                    "@Resource[a:b<$key_case_sensitive$>] {prefix}{kind}{name}{suffix} {literal}"
                );
                assert_eq!(value(&text), Truth::Unknown, "{text}");
            }
        }
    }
}

#[test]
fn an_attribute_known_to_be_absent_satisfies_nothing() {
    let condition = Condition::new("@Request[a] StringEquals 'x' OR Exists @Request[a]");
    let absent = Attributes::default().with("Request", "a", &[]);
    assert_eq!(condition.evaluate(WRITE, &absent), Some(Truth::False));
}

#[test]
fn what_cannot_be_read_says_why_and_has_no_value() {
    for text in [
        "",
        "(",
        "ActionMatches",
        "ActionMatches{}",
        "ActionMatches{'a'",
        "ActionMatches{'a}",
        "ActionMatches{'a'} ActionMatches{'b'}",
        "ActionMatches{'a'} XOR ActionMatches{'b'}",
        "@Request StringEquals 'a'",
        "@Request[] StringEquals 'a'",
        "@Request[a] StringResembles 'a'",
        "@Subject[a] StringEquals 'a'",
        "@Request[a] NumericEquals 'many'",
        "@Request[a] GuidEquals 'x'",
        "@Request[a] StringEquals",
        "@Request[a]",
        "true",
        "ActionMatches{'*'} AND",
        "! ",
    ] {
        let condition = Condition::new(text);
        assert!(condition.error().is_some(), "{text}");
        assert_eq!(
            condition.evaluate(WRITE, Attributes::none()),
            None,
            "{text}"
        );
        assert!(Condition::parse(text).is_err());
    }
    let error = Condition::parse("ActionMatches{'a'} XOR").unwrap_err();
    assert_eq!(
        error.to_string(),
        "expected AND, OR or the end at character 20, found `XOR`"
    );
}

#[test]
fn nesting_and_length_are_bounded() {
    let nested = |levels: usize| {
        let (open, close) = ("(".repeat(levels), ")".repeat(levels));
        Condition::parse(&format!("{open}ActionMatches{{'a'}}{close}"))
    };
    assert!(nested(50).is_ok());
    assert_eq!(nested(100_000 / 4), Err(ConditionError::TooDeep));
    assert_eq!(
        Condition::parse(&"!".repeat(60_000)),
        Err(ConditionError::TooDeep)
    );
    assert_eq!(
        Condition::parse(&" ".repeat(70_000)),
        Err(ConditionError::TooLong)
    );
}

/// What a delegate may do with role assignments, written as the portal writes it.
mod delegation {
    use proptest::prelude::*;

    use super::*;

    const DELETE: &str = "Microsoft.Authorization/roleAssignments/delete";
    const NAMES: [&str; 3] = ["RoleDefinitionId", "PrincipalId", "PrincipalType"];
    const KINDS: [&str; 3] = ["User", "Group", "ServicePrincipal"];

    fn guid() -> impl Strategy<Value = String> {
        "[0-3]".prop_map(|digit| format!("0000000{digit}-0000-4000-8000-00000000000{digit}"))
    }

    /// `ForAnyOfAnyValues:GuidEquals {…}` and its kin, for one attribute of the assignment.
    fn clause(source: &str, attribute: usize, values: &[String]) -> String {
        let name = NAMES[attribute];
        let (operator, list) = match attribute {
            2 => ("StringEqualsIgnoreCase", quoted(values)),
            _ => ("GuidEquals", values.join(", ")),
        };
        format!(
            "@{source}[Microsoft.Authorization/roleAssignments:{name}] ForAnyOfAnyValues:{operator} {{{list}}}"
        )
    }

    fn quoted(values: &[String]) -> String {
        let values: Vec<_> = values.iter().map(|value| format!("'{value}'")).collect();
        values.join(", ")
    }

    fn targeted(action: &str, clauses: &[String]) -> String {
        format!(
            "((!(ActionMatches{{'{action}'}})) OR ({}))",
            clauses.join(" AND ")
        )
    }

    fn kind() -> impl Strategy<Value = String> {
        (0..3usize, any::<bool>()).prop_map(|(index, upper)| match upper {
            true => KINDS[index].to_uppercase(),
            false => KINDS[index].to_owned(),
        })
    }

    fn attributes(source: &str, given: &[Option<String>; 3]) -> Attributes {
        let mut attributes = Attributes::default();
        for (name, value) in NAMES.iter().zip(given) {
            if let Some(value) = value {
                let name = format!("Microsoft.Authorization/roleAssignments:{name}");
                attributes = attributes.with(source, &name, &[value]);
            }
        }
        attributes
    }

    proptest! {
        /// It holds if, and only if, every attribute is known and among those that are allowed.
        #[test]
        fn allows_exactly_what_it_lists(
            roles in prop::collection::vec(guid(), 1..4),
            principals in prop::collection::vec(guid(), 1..4),
            kinds in prop::collection::vec(kind(), 1..3),
            given in (prop::option::of(guid()), prop::option::of(guid()), prop::option::of(kind())),
        ) {
            let given = [given.0, given.1, given.2];
            let lists = [roles, principals, kinds];
            let of = |source: &str| -> Vec<String> {
                lists.iter().enumerate().map(|(at, values)| clause(source, at, values)).collect()
            };
            let text = format!(
                "{} AND {}",
                targeted(WRITE, &of("Request")),
                targeted(DELETE, &of("Resource"))
            );
            let condition = Condition::parse(&text).unwrap();
            let allowed = lists.iter().zip(&given).map(|(list, given)| match given {
                None => Truth::Unknown,
                Some(given) => list.iter().any(|one| one.eq_ignore_ascii_case(given)).into(),
            });
            let expected = allowed.fold(Truth::True, Truth::and);
            let value = |action: &str, source: &str| {
                condition.evaluate(action, &attributes(source, &given)).unwrap()
            };
            prop_assert_eq!(value(WRITE, "Request"), expected);
            prop_assert_eq!(value(DELETE, "Resource"), expected);
            // What is known of the other side says nothing, and other actions are not its business.
            prop_assert_eq!(value(WRITE, "Resource"), Truth::Unknown);
            prop_assert_eq!(value(CHAT, "Request"), Truth::True);
        }

        /// Any text is read or refused, and what is refused has no value.
        #[test]
        fn nothing_makes_the_reader_stumble(
            words in prop::collection::vec(
                prop::sample::select(vec![
                    "(", ")", "{", "}", "[", "]", "!", "AND", "OR", "NOT", "@Request", "'a'", "a:b", ",",
                    "ActionMatches", "Exists", "StringEquals", "ForAnyOfAnyValues:GuidEquals", "'", "\\", "\u{e9}",
                ]),
                0..24,
            ),
        ) {
            let text = words.join(" ");
            let condition = Condition::new(&text);
            let value = condition.evaluate(WRITE, Attributes::none());
            prop_assert_eq!(condition.error().is_some(), value.is_none());
        }
    }
}
