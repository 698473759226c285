use super::sets::SETS;
use super::*;

fn fits(pattern: &str, text: &str) -> bool {
    let mut lexicon = Lexicon::compile();
    lexicon.phrases.clear();
    lexicon.starts.clear();
    lexicon.add(0, pattern);
    let words = lexicon.words(text);
    (0..words.len()).any(|start| {
        lexicon.phrases[0].matches(&words, start).is_some()
            && !(lexicon.phrases[0].positive && lexicon.negated(&words, start))
    })
}

#[test]
fn patterns_match_words_in_order_within_a_sentence() {
    assert!(fits(
        "role .. @recently",
        "The role was granted two minutes ago"
    ));
    assert!(fits("api version", "no API-version there"));
    assert!(fits("deploy*", "it is Deployed"));
    assert!(fits("a|b_c d", "b c d"));
    assert!(fits("in ?the box", "in box"));
    assert!(fits("# minutes", "5 minutes"));
    assert!(fits("doesnt work", "doesn't work"));
    assert!(!fits("role .. minutes", "A role. Ten minutes."));
    assert!(!fits("role .. minutes", "role a b c d e f g h minutes"));
}

#[test]
fn a_negation_shortly_before_takes_a_positive_match_away() {
    assert!(fits("!role assigned", "the role assigned to me"));
    assert!(!fits("!role assigned", "there is no such role assigned"));
}

#[test]
fn every_set_that_a_pattern_names_exists() {
    for clue in clues::all() {
        for pattern in clue.patterns {
            for name in pattern
                .split([' ', '|', '?', '!'])
                .filter_map(|e| e.strip_prefix('@'))
            {
                assert!(SETS.iter().any(|(known, _)| *known == name), "{pattern}");
            }
            let first = pattern.trim_start_matches('!');
            assert!(
                !first.starts_with("..") && !first.starts_with('?'),
                "{pattern}"
            );
            assert!(
                !pattern.contains(['-', '\'']),
                "{pattern} would never match"
            );
            assert_eq!(*pattern, pattern.to_lowercase());
        }
    }
}
