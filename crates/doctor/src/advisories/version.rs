//! Versions in the order of their registry.

use std::cmp::Ordering;

use super::Ecosystem;

/// How long a version may be; longer ones are something else.
const LONGEST: usize = 64;

/// A version, with the order of its registry. Versions of two registries are not compared.
///
/// Build metadata and local versions (`+…`) are left out: they name the same release.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    epoch: u64,
    /// Without zeros at the end.
    release: Vec<u64>,
    stage: Stage,
    /// Later than the stage: `post` of PEP 440. `None` is the stage itself.
    post: Option<u64>,
    /// Earlier than the rest says: `dev` of PEP 440.
    development: Development,
}

/// Before the release, or the release. The order of the variants is the order of versions.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// `1.0.dev1` comes before every pre-release of 1.0.
    OnlyDevelopment,
    Before(Vec<Identifier>),
    Release,
}

/// A part of a pre-release: numbers come before words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Identifier {
    Number(u64),
    Word(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Development(Option<u64>);

impl PartialOrd for Development {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Development {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(own), Some(other)) => own.cmp(&other),
        }
    }
}

impl Version {
    /// Reads a version; `None` if it is none of this registry.
    pub(crate) fn parse(ecosystem: Ecosystem, text: &str) -> Option<Self> {
        if text.len() > LONGEST || !text.is_ascii() {
            return None;
        }
        match ecosystem {
            Ecosystem::PyPI => pep440(&text.to_ascii_lowercase()),
            Ecosystem::Go => semantic(text.strip_prefix('v').unwrap_or(text), 3),
            Ecosystem::Npm | Ecosystem::CratesIo => semantic(text, 3),
            Ecosystem::NuGet => semantic(&text.to_ascii_lowercase(), 4),
            Ecosystem::Maven => semantic(release_of(&text.to_ascii_lowercase()), 4),
        }
    }
}

/// Whether two spellings name the same package.
pub(crate) fn same_name(ecosystem: Ecosystem, one: &str, other: &str) -> bool {
    match ecosystem {
        Ecosystem::PyPI => normal(one).eq(normal(other)),
        Ecosystem::NuGet => one.eq_ignore_ascii_case(other),
        Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Go | Ecosystem::Maven => one == other,
    }
}

/// A Python name as PyPI compares it: lower case, runs of `-`, `_` and `.` as one `-`.
fn normal(name: &str) -> impl Iterator<Item = char> + '_ {
    let mut last = ' ';
    name.chars().filter_map(move |c| {
        let c = match c {
            '-' | '_' | '.' => '-',
            c => c.to_ascii_lowercase(),
        };
        let repeated = c == '-' && last == '-';
        last = c;
        (!repeated).then_some(c)
    })
}

/// Without the words that Maven has for a release.
fn release_of(text: &str) -> &str {
    let words = [".final", ".ga", ".release", "-final", "-ga", "-release"];
    let mut found = words.iter().filter_map(|word| text.strip_suffix(word));
    found.next().unwrap_or(text)
}

/// `major.minor.patch[-pre][+build]`, with up to `numbers` numbers.
fn semantic(text: &str, numbers: usize) -> Option<Version> {
    let text = text.split('+').next()?;
    let (release, before) = match text.split_once('-') {
        Some((release, before)) => (release, Some(before)),
        None => (text, None),
    };
    let release = release
        .split('.')
        .map(number)
        .collect::<Option<Vec<u64>>>()?;
    if release.len() > numbers {
        return None;
    }
    let stage = match before {
        None => Stage::Release,
        Some(before) => Stage::Before(
            before
                .split('.')
                .map(identifier)
                .collect::<Option<Vec<_>>>()?,
        ),
    };
    Some(Version {
        epoch: 0,
        release: trimmed(release),
        stage,
        post: None,
        development: Development(None),
    })
}

fn identifier(text: &str) -> Option<Identifier> {
    if let Some(number) = number(text) {
        return Some(Identifier::Number(number));
    }
    let valid = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    valid.then(|| Identifier::Word(text.to_owned()))
}

/// `[N!]N(.N)*[{a|b|rc}N][.postN][.devN][+local]`, in the spellings that PEP 440 allows.
fn pep440(text: &str) -> Option<Version> {
    let text = text.trim().trim_start_matches('v');
    let text = text.split('+').next()?;
    let (epoch, mut rest) = match text.split_once('!') {
        Some((epoch, rest)) => (number(epoch)?, rest),
        None => (0, text),
    };
    let mut release = Vec::new();
    loop {
        release.push(digits(&mut rest)?);
        match rest.strip_prefix('.') {
            Some(after) if after.starts_with(|c: char| c.is_ascii_digit()) => rest = after,
            _ => break,
        }
    }
    let before = part(
        &mut rest,
        &[
            ("alpha", "a"),
            ("a", "a"),
            ("beta", "b"),
            ("b", "b"),
            ("preview", "rc"),
            ("pre", "rc"),
            ("rc", "rc"),
            ("c", "rc"),
        ],
    );
    let post = part(&mut rest, &[("post", ""), ("rev", ""), ("r", "")]);
    let development = part(&mut rest, &[("dev", "")]);
    if !rest.is_empty() {
        return None;
    }
    let stage = match before {
        Some((word, number)) => Stage::Before(vec![
            Identifier::Word(word.to_owned()),
            Identifier::Number(number),
        ]),
        None if post.is_none() && development.is_some() => Stage::OnlyDevelopment,
        None => Stage::Release,
    };
    Some(Version {
        epoch,
        release: trimmed(release),
        stage,
        post: post.map(|(_, number)| number),
        development: Development(development.map(|(_, number)| number)),
    })
}

/// A word of the list and the number behind it, with separators between.
fn part(rest: &mut &str, words: &[(&str, &'static str)]) -> Option<(&'static str, u64)> {
    let separators = ['.', '-', '_'];
    let text = rest.trim_start_matches(separators);
    let (after, name) = words
        .iter()
        .find_map(|(word, name)| Some((text.strip_prefix(word)?, *name)))?;
    let mut after = after.trim_start_matches(separators);
    // A word without a number counts as 0; the separators then belong to what follows.
    let number = digits(&mut after).unwrap_or(0);
    *rest = after;
    Some((name, number))
}

fn digits(rest: &mut &str) -> Option<u64> {
    let end = rest
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(rest.len());
    let value = number(&rest[..end])?;
    *rest = &rest[end..];
    Some(value)
}

fn number(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn trimmed(mut release: Vec<u64>) -> Vec<u64> {
    while release.len() > 1 && release.last() == Some(&0) {
        release.pop();
    }
    release
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ascending(ecosystem: Ecosystem, versions: &[&str]) {
        let read: Vec<Version> = versions
            .iter()
            .map(|text| Version::parse(ecosystem, text).expect(text))
            .collect();
        for (pair, texts) in read.windows(2).zip(versions.windows(2)) {
            assert!(pair[0] < pair[1], "{texts:?}");
        }
    }

    #[test]
    fn python_versions_have_the_order_of_pep_440() {
        ascending(
            Ecosystem::PyPI,
            &[
                "0.9",
                "1.0.dev1",
                "1.0a1",
                "1.0.0b4",
                "1.0b5.dev2",
                "1.0.0b5",
                "1.0b10",
                "1.0rc1",
                "1.0",
                "1.0.post1",
                "1.0.1",
                "1.10",
                "1!0.1",
            ],
        );
    }

    #[test]
    fn semantic_versions_have_the_order_of_their_specification() {
        for ecosystem in [
            Ecosystem::Npm,
            Ecosystem::CratesIo,
            Ecosystem::NuGet,
            Ecosystem::Maven,
        ] {
            ascending(
                ecosystem,
                &[
                    "0.9.0",
                    "1.0.0-1",
                    "1.0.0-alpha",
                    "1.0.0-alpha.1",
                    "1.0.0-beta.2",
                    "1.0.0-beta.11",
                    "1.0.0",
                    "1.2.0",
                    "1.10.0",
                ],
            );
        }
        ascending(Ecosystem::Go, &["v1.5.2", "v1.6.0-beta.1", "v1.6.0"]);
        ascending(Ecosystem::NuGet, &["1.2.3", "1.2.3.4"]);
    }

    #[test]
    fn spellings_of_one_version_are_equal() {
        for (one, other) in [
            ("1.0", "1.0.0"),
            ("1.0.0-beta.2", "1.0b2"),
            ("1.0+cu121", "1.0"),
            ("1.0RC1", "1.0c1"),
            ("v1.2", "1.2"),
        ] {
            let read = |text| Version::parse(Ecosystem::PyPI, text).unwrap();
            assert_eq!(read(one), read(other), "{one} {other}");
        }
        let read = |text| Version::parse(Ecosystem::Maven, text).unwrap();
        assert_eq!(read("1.2.3.RELEASE"), read("1.2.3"));
        assert!(same_name(
            Ecosystem::PyPI,
            "azure-identity",
            "Azure_Identity"
        ));
        assert!(!same_name(
            Ecosystem::PyPI,
            "azure-identity",
            "azure-identity-broker"
        ));
    }

    #[test]
    fn what_is_no_version_is_not_read() {
        for text in [
            "",
            "latest",
            "1.0*",
            "^1.0",
            "git+https://x",
            "1..0",
            &"1".repeat(99),
        ] {
            assert_eq!(Version::parse(Ecosystem::PyPI, text), None, "{text}");
            assert_eq!(Version::parse(Ecosystem::Npm, text), None, "{text}");
        }
    }
}
