//! How Azure compares names: ordinal, ignoring case.

use std::borrow::Cow;

/// The form in which two spellings of one name are equal.
///
/// ASCII letters become lower case. Any other character becomes its upper case where that is one
/// character and not ASCII: the comparison is *ordinal*, so `K` (Kelvin sign) is not `k` and `ß`
/// is not `ss`, and no spelling can be made to collide with an ASCII name.
pub(crate) fn fold(text: &str) -> Cow<'_, str> {
    if !text
        .bytes()
        .any(|b| b.is_ascii_uppercase() || !b.is_ascii())
    {
        return Cow::Borrowed(text);
    }
    if text.is_ascii() {
        return Cow::Owned(text.to_ascii_lowercase());
    }
    Cow::Owned(text.chars().map(fold_char).collect())
}

fn fold_char(c: char) -> char {
    if c.is_ascii() {
        return c.to_ascii_lowercase();
    }
    let mut upper = c.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(one), None) if !one.is_ascii() => one,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_is_ignored_in_any_script() {
        assert_eq!(fold("ÉQUIPE-Ω"), fold("équipe-ω"));
    }

    #[test]
    fn no_foreign_character_becomes_ascii() {
        assert_ne!(fold("\u{212A}eyvault"), fold("keyvault"));
        assert_ne!(fold("\u{17F}cope"), fold("scope"));
        assert_ne!(fold("\u{131}d"), fold("id"));
        assert_ne!(fold("straße"), fold("strasse"));
    }
}
