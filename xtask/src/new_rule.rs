//! `cargo xtask new-rule TOK010 token-some-fault "The title"`: a rule's file, and its two lines.

use std::error::Error;
use std::path::Path;

const RULES: &str = "crates/doctor/src/rules.rs";

/// Writes the file, to be filled in, and lists it.
pub(crate) fn run(root: &Path) -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [code, label, title] = arguments.as_slice() else {
        return Err("usage: cargo xtask new-rule CODE LABEL TITLE".into());
    };
    let rules = std::fs::read_to_string(root.join(RULES))?;
    let listed = list(&rules, label)?;
    let path = format!("crates/doctor/src/rules/{}.rs", file_of(label));
    if root.join(&path).exists() {
        return Err(format!("{path} exists").into());
    }
    std::fs::write(root.join(&path), template(code, label, title))?;
    std::fs::write(root.join(RULES), listed)?;
    Ok(())
}

/// `rules.rs` with the rule's `mod` among the others and its variant at the end.
fn list(rules: &str, label: &str) -> Result<String, Box<dyn Error>> {
    let well_formed = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    if !label.split('-').all(well_formed) {
        return Err(format!("`{label}` is not lower-case words with hyphens between").into());
    }
    let module = format!("mod {};", file_of(label));
    let variant = format!("    {} = {},", variant_of(label), file_of(label));
    let mut lines: Vec<&str> = rules.lines().collect();
    let is_module = |line: &&str| line.starts_with("mod ") && **line != *"mod tests;";
    let place = lines
        .iter()
        .position(|line| is_module(line) && **line > *module);
    let after_last = lines.iter().rposition(is_module).map(|at| at + 1);
    let place = place.or(after_last).ok_or("rules.rs has no `mod` lines")?;
    lines.insert(place, &module);
    let last = lines
        .iter()
        .rposition(|line| line.starts_with("    ") && line.ends_with(',') && line.contains(" = "));
    lines.insert(last.ok_or("rules.rs has no list of rules")? + 1, &variant);
    Ok(lines.join("\n") + "\n")
}

fn file_of(label: &str) -> String {
    label.replace('-', "_")
}

fn variant_of(label: &str) -> String {
    let capitalised = label.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_ascii_uppercase() + rest
    });
    capitalised.collect()
}

fn template(code: &str, label: &str, title: &str) -> String {
    format!(
        r#"use crate::rule::prelude::*;

declare_rule! {{
/// ## What it means
///
/// ## How to recognise it
///
/// ## Fix
///
/// ## Example
///
/// ```text
/// ```
///
/// ## Sources
///
    {code:?} {label:?}: {title:?},
    fires: "",
    silent: "",
}}

fn weigh<'f>(_case: &Case<'f>, _w: &mut Weight<'f>) {{}}

fn cause(_: &Case<'_>) -> String {{
    String::new()
}}

fn fix(_: &Case<'_>) -> Vec<Fix> {{
    Vec::new()
}}
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_rule_is_listed_twice_in_its_places() {
        let rules = std::fs::read_to_string(crate::root().join(RULES)).unwrap();
        let listed = list(&rules, "token-seen-twice").unwrap();
        let lines: Vec<&str> = listed.lines().collect();
        let module = lines
            .iter()
            .position(|line| *line == "mod token_seen_twice;")
            .unwrap();
        assert_eq!(lines[module + 1], "mod token_wrong_audience;");
        let variant = "    TokenSeenTwice = token_seen_twice,";
        let variant = lines.iter().position(|line| *line == variant).unwrap();
        assert_eq!(lines[variant + 1], "}");
        assert_eq!(lines.len(), rules.lines().count() + 2);
        assert!(list(&rules, "Token--seen").is_err());
    }
}
