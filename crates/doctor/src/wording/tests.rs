use super::*;

fn table() -> Table {
    // Two causes; `audience` speaks for the first, `role` for the second.
    Table::parse(
        "# a table\ncauses token-wrong-audience role-missing\nbias 0 0\nstep 0.1 0.1\naudience\t+!~\ncall\t+\nis\t+\nrole\t+\"~\nthe\t+\n",
    )
}

#[test]
fn words_that_go_with_a_cause_make_it_likely() {
    let (wording, at) = table().weigh("the call: audience is the").unwrap();
    assert_eq!(wording.likely[0].0, RuleId::TokenWrongAudience);
    assert_eq!(at, 10);
    let (wording, _) = table().weigh("is the call role").unwrap();
    assert_eq!(wording.likely[0].0, RuleId::RoleMissing);
    assert!(wording.of(RuleId::TokenWrongAudience) < wording.of(RuleId::RoleMissing));
    assert_eq!(
        wording.of(RuleId::TlsOrProxy).total_cmp(&FLOOR),
        std::cmp::Ordering::Equal
    );
}

#[test]
fn too_few_known_words_say_nothing() {
    assert!(table().weigh("lorem ipsum audience").is_none());
    assert!(table().weigh("").is_none());
    assert!(Table::parse("").weigh("the call is the role").is_none());
}

#[test]
fn words_are_letters_pairs_and_three_digits() {
    let words: Vec<String> = words("HTTP 401, api-key: x 12345 é_1")
        .into_iter()
        .map(|(w, _)| w)
        .collect();
    assert_eq!(
        words,
        [
            "http",
            "401",
            "api-key",
            "é_1",
            "http 401",
            "401 api-key",
            "api-key é_1"
        ]
    );
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
