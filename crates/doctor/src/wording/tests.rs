use super::*;

fn table() -> Table {
    // Two causes; `audience` speaks for the first, `role` and a status for the second.
    Table::parse(
        "# a table\ncauses token-wrong-audience role-missing\nbias 0 0.5\nrules 0.9 0.25\nstep 0.1 0.1\n=status 403\t~\"~\naudience\t+!~\ncall\t+\nis\t+\nrole\t+\"~\nthe\t+\n",
    )
}

#[test]
fn words_that_go_with_a_cause_speak_for_it() {
    let (wording, at) = table().weigh("the call: audience is the").unwrap();
    assert!(wording.of(RuleId::TokenWrongAudience) > wording.of(RuleId::RoleMissing));
    assert_eq!(at, 10);
    let (wording, _) = table().weigh("is the call role").unwrap();
    assert!(wording.of(RuleId::TokenWrongAudience) < wording.of(RuleId::RoleMissing));
    assert!(wording.of(RuleId::TlsOrProxy).abs() < f64::EPSILON);
}

#[test]
fn signs_speak_for_a_cause_too() {
    let signs = table().signs(&["=status 403".to_owned(), "=status 500".to_owned()]);
    // 47 steps above nothing, by how telling it is: 93 steps, damped.
    let share = 9.3 / (9.3_f64 * 9.3 + 150.0).sqrt();
    assert!((signs.of(RuleId::RoleMissing) - 4.7 * share).abs() < 1e-9);
    assert!(signs.of(RuleId::TokenWrongAudience).abs() < f64::EPSILON);
}

#[test]
fn a_rules_weight_counts_within_reason() {
    let near = |rule, weight, names, points: f64| {
        let table = table();
        assert!((table.rule(rule, weight, names) - points).abs() < 1e-9);
    };
    near(RuleId::TokenWrongAudience, 2.0, true, 1.8 + 0.25);
    near(RuleId::RoleMissing, -100.0, false, 0.5 - 4.0 * 0.9);
    near(RuleId::RoleMissing, 100.0, true, 0.5 + 8.0 * 0.9 + 0.25);
}

#[test]
fn too_few_known_words_say_nothing() {
    assert!(table().weigh("lorem ipsum audience").is_none());
    assert!(table().weigh("").is_none());
    assert!(Table::parse("").weigh("the call is the role").is_none());
}

#[test]
fn the_built_in_table_knows_every_cause_and_its_rows_are_in_order() {
    let table = Table::built_in();
    assert_eq!(table.causes.len(), RuleId::ALL.len());
    let rows: Vec<&str> = table
        .rows
        .lines()
        .map(|row| row.split_once('\t').unwrap().0)
        .collect();
    assert!(rows.is_sorted());
    assert!(rows.len() > 1_000);
    for row in rows.iter().step_by(97) {
        assert!(table.row(row).is_some(), "{row}");
    }
}
