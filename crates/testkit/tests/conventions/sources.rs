//! What Rust sources may contain. They are read as tokens: comments and strings are no code.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::expect_none;
use crate::project::{files, root};

/// Where a file is divided, unless it is generated.
const LONGEST: usize = 800;

/// From here on, a reason is wanted in `long_files.txt`, except for tests, which are case after case.
const LONG: usize = 400;

/// Names that a message may begin with in upper case; acronyms may, too.
const PROPER_NAMES: [&str; 4] = ["Azure", "Bearer", "Entra", "Foundry"];

#[test]
fn nothing_is_left_unfinished() {
    let mut faults = Vec::new();
    each_source(|path, tokens| {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for pair in tokens.windows(2) {
            let (TokenTree::Ident(name), TokenTree::Punct(mark)) = (&pair[0], &pair[1]) else {
                continue;
            };
            let unfinished = ["todo", "unimplemented", "dbg"]
                .iter()
                .any(|word| name == word);
            if unfinished && mark.as_char() == '!' {
                faults.push(format!("{path}:{}: `{name}!`", name.span().start().line));
            }
        }
    });
    each_attribute(|path, line, attribute| {
        if mentions(attribute, "ignore") {
            faults.push(format!("{path}:{line}: `#[ignore]`"));
        }
    });
    expect_none(&faults, "finish it, or leave it out");
}

#[test]
fn every_lint_that_is_silenced_has_a_reason() {
    let mut faults = Vec::new();
    each_attribute(|path, line, attribute| {
        let silences = mentions(attribute, "allow") || mentions(attribute, "expect");
        if silences && !mentions_deep(attribute, "reason") {
            faults.push(format!("{path}:{line}: #[{attribute}]"));
        }
    });
    expect_none(&faults, "add `reason = \"…\"`");
}

#[test]
fn error_messages_start_lower_case_and_end_without_a_full_stop() {
    let mut faults = Vec::new();
    each_attribute(|path, line, attribute| {
        let mut tokens = attribute.clone().into_iter();
        let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(arguments))) =
            (tokens.next(), tokens.next())
        else {
            return;
        };
        let Some(TokenTree::Literal(message)) = arguments.stream().into_iter().next() else {
            return; // transparent, or a function
        };
        let message = message.to_string();
        if name == "error" && !well_formed(message.trim_matches(['r', '#', '"'])) {
            faults.push(format!("{path}:{line}: {message}"));
        }
    });
    expect_none(&faults, "see STYLE.md, `Errors`");
}

#[test]
fn messages_are_judged_by_their_first_word_and_last_character() {
    for fine in [
        "no token",
        "`{0}` is not a scope",
        "{0}",
        "JSON expected",
        "Azure said no",
        "404 of ARM's",
        "…",
    ] {
        assert!(well_formed(fine), "{fine}");
    }
    for poor in ["No token", "no token.", "A token", ""] {
        assert!(!well_formed(poor), "{poor}");
    }
}

#[test]
fn no_file_is_longer_than_one_idea() {
    let list = root().join("crates/testkit/tests/conventions/long_files.txt");
    let list = std::fs::read_to_string(list).unwrap();
    let mut listed: Vec<&str> = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (path, reason) = line.split_once(": ").unwrap_or((line, ""));
            assert!(
                !reason.trim().is_empty(),
                "`{path}` is listed without a reason"
            );
            path
        })
        .collect();
    let mut faults = Vec::new();
    for (path, text) in files(&[".rs"]) {
        let lines = text.lines().count();
        let tests = path.ends_with("/tests.rs") || path.contains("/tests/");
        let free = if tests { LONGEST } else { LONG };
        if lines <= free || text.starts_with("//! Generated from") {
            continue;
        }
        let known = listed.iter().position(|listed| *listed == path);
        if let Some(known) = known {
            listed.swap_remove(known);
        }
        if lines > LONGEST {
            faults.push(format!("{path} has {lines} lines: divide it"));
        } else if known.is_none() {
            faults.push(format!("{path} has {lines} lines: divide it, or list it"));
        }
    }
    faults.extend(
        listed
            .iter()
            .map(|path| format!("{path} is listed, but not long")),
    );
    expect_none(
        &faults,
        "the list is crates/testkit/tests/conventions/long_files.txt",
    );
}

#[test]
fn every_crate_opens_with_what_it_is() {
    let mut faults = Vec::new();
    for (path, text) in files(&["src/lib.rs", "src/main.rs"]) {
        if !text.starts_with("//! ") {
            faults.push(path);
        }
    }
    expect_none(&faults, "begin the crate with `//!` and its idea");
}

/// Shows every run of tokens of every Rust file, at every depth.
fn each_source(mut look: impl FnMut(&str, TokenStream)) {
    for (path, text) in files(&[".rs"]) {
        let tokens: TokenStream = text.parse().expect(&path);
        each_group(tokens, &mut |tokens| look(&path, tokens));
    }
}

fn each_group(tokens: TokenStream, look: &mut impl FnMut(TokenStream)) {
    for token in tokens.clone() {
        if let TokenTree::Group(group) = token {
            each_group(group.stream(), look);
        }
    }
    look(tokens);
}

/// Shows what is between the brackets of every `#[…]` and `#![…]`, with path and line. Comments are
/// attributes to the tokeniser, but not here.
fn each_attribute(mut look: impl FnMut(&str, usize, &TokenStream)) {
    each_source(|path, tokens| {
        let mut after_mark = false;
        for token in tokens {
            match token {
                TokenTree::Punct(mark) if mark.as_char() == '#' => after_mark = true,
                TokenTree::Punct(mark) if mark.as_char() == '!' && after_mark => {}
                TokenTree::Group(group) if after_mark && is_attribute(&group) => {
                    look(path, group.span_open().start().line, &group.stream());
                    after_mark = false;
                }
                _ => after_mark = false,
            }
        }
    });
}

fn is_attribute(group: &Group) -> bool {
    let first = group.stream().into_iter().next();
    group.delimiter() == Delimiter::Bracket
        && !matches!(first, Some(TokenTree::Ident(name)) if name == "doc")
}

/// Whether the attribute is `name`, or a `cfg_attr` that turns into it.
fn mentions(attribute: &TokenStream, name: &str) -> bool {
    let mut tokens = attribute.clone().into_iter();
    match tokens.next() {
        Some(TokenTree::Ident(first)) if first == "cfg_attr" => mentions_deep(attribute, name),
        Some(TokenTree::Ident(first)) => first == name,
        _ => false,
    }
}

fn mentions_deep(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions_deep(&group.stream(), name),
        _ => false,
    })
}

fn well_formed(message: &str) -> bool {
    let first = message
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    let acronym = first.len() > 1 && first.chars().all(|c| !c.is_lowercase());
    let lower = !first.starts_with(char::is_uppercase);
    !message.is_empty()
        && !message.ends_with('.')
        && (lower || acronym || PROPER_NAMES.contains(&first))
}
