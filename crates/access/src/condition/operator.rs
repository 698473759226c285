//! The comparisons: `StringLikeIgnoreCase`, `ForAnyOfAnyValues:GuidEquals` and their family.

use std::cmp::Ordering;

use super::ConditionError;
use super::evaluate::Truth;
use crate::Timestamp;
use crate::text::fold;

/// One comparison between the values of its two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Operator {
    left: Quantifier,
    right: Quantifier,
    test: Test,
    kind: Kind,
    ignore_case: bool,
    /// `StringNotEquals` negates the comparison of two values, not the whole: Azure's cross products
    /// are built from the named function.
    negated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quantifier {
    Any,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Number,
    Time,
    Bool,
    Guid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equals,
    StartsWith,
    Like,
    Contains,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    /// Between the two values of the right side, both included.
    InRange,
}

impl Operator {
    /// The operator of this name. Names are compared ignoring case.
    pub(super) fn parse(name: &str) -> Result<Self, ConditionError> {
        Self::find(&name.to_ascii_lowercase())
            .ok_or_else(|| ConditionError::UnknownOperator(name.chars().take(80).collect()))
    }

    fn find(name: &str) -> Option<Self> {
        const CROSS_PRODUCTS: [(&str, Quantifier, Quantifier); 4] = [
            ("foranyofanyvalues:", Quantifier::Any, Quantifier::Any),
            ("forallofanyvalues:", Quantifier::All, Quantifier::Any),
            ("foranyofallvalues:", Quantifier::Any, Quantifier::All),
            ("forallofallvalues:", Quantifier::All, Quantifier::All),
        ];
        const KINDS: [(&str, Kind); 5] = [
            ("string", Kind::Text),
            ("numeric", Kind::Number),
            ("datetime", Kind::Time),
            ("bool", Kind::Bool),
            ("guid", Kind::Guid),
        ];
        let (name, left, right) = CROSS_PRODUCTS
            .iter()
            .find_map(|(prefix, left, right)| Some((name.strip_prefix(prefix)?, *left, *right)))
            .unwrap_or((name, Quantifier::Any, Quantifier::Any));
        if let Some(contains) = name.strip_prefix("list") {
            let negated = contains.starts_with("not");
            let list = contains.trim_start_matches("not") == "contains";
            // A list contains a value if any of its members equals it; not, if none does.
            let left = if negated { Quantifier::All } else { left };
            let right = if negated { Quantifier::All } else { right };
            return list.then_some(Self {
                left,
                right,
                test: Test::Equals,
                kind: Kind::Text,
                ignore_case: false,
                negated,
            });
        }
        let (rest, kind) = KINDS
            .iter()
            .find_map(|(prefix, kind)| Some((name.strip_prefix(prefix)?, *kind)))?;
        let (rest, ignore_case) = match rest.strip_suffix("ignorecase") {
            Some(rest) if kind == Kind::Text => (rest, true),
            _ => (rest, false),
        };
        let (rest, negated) = match rest.strip_prefix("not") {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let ordered = matches!(kind, Kind::Number | Kind::Time);
        let test = match rest {
            "equals" => Test::Equals,
            "startswith" if kind == Kind::Text => Test::StartsWith,
            "like" if kind == Kind::Text => Test::Like,
            "contains" if kind == Kind::Text => Test::Contains,
            "lessthan" if ordered && !negated => Test::Less,
            "lessthanequals" if ordered && !negated => Test::LessOrEqual,
            "greaterthan" if ordered && !negated => Test::Greater,
            "greaterthanequals" if ordered && !negated => Test::GreaterOrEqual,
            "inrange" if ordered => Test::InRange,
            _ => return None,
        };
        Some(Self {
            left,
            right,
            test,
            kind,
            ignore_case,
            negated,
        })
    }

    /// Whether a literal can be compared by this operator at all.
    pub(super) fn accepts(&self, value: &str) -> bool {
        match self.kind {
            Kind::Text => true,
            Kind::Number => number(value).is_some(),
            Kind::Time => Timestamp::parse(value).is_ok(),
            Kind::Bool => boolean(value).is_some(),
            Kind::Guid => uuid::Uuid::try_parse(value).is_ok(),
        }
    }

    /// Compares two lists of values. A side without values satisfies nothing.
    pub(super) fn compare(&self, left: &[String], right: &[String]) -> Truth {
        if left.is_empty() || right.is_empty() {
            return Truth::False;
        }
        if self.test == Test::InRange {
            let [low, high] = right else {
                return Truth::Unknown;
            };
            return self.left.over(left.iter().map(|value| {
                self.ordering(value, low, |order| order != Ordering::Less)
                    .and(self.ordering(value, high, |order| order != Ordering::Greater))
                    .negated_if(self.negated)
            }));
        }
        self.left.over(left.iter().map(|value| {
            self.right
                .over(right.iter().map(|other| self.compare_pair(value, other)))
        }))
    }

    fn compare_pair(&self, left: &str, right: &str) -> Truth {
        let found = match self.test {
            Test::Equals => match self.kind {
                Kind::Text => Truth::from(self.cased(left) == self.cased(right)),
                Kind::Bool => match (boolean(left), boolean(right)) {
                    (Some(left), Some(right)) => Truth::from(left == right),
                    _ => Truth::Unknown,
                },
                Kind::Guid => Truth::from(left.eq_ignore_ascii_case(right)),
                Kind::Number | Kind::Time => {
                    self.ordering(left, right, |order| order == Ordering::Equal)
                }
            },
            Test::StartsWith => Truth::from(self.cased(left).starts_with(&*self.cased(right))),
            Test::Contains => Truth::from(self.cased(left).contains(&*self.cased(right))),
            Test::Like => Truth::from(like(&self.cased(right), &self.cased(left))),
            Test::Less => self.ordering(left, right, Ordering::is_lt),
            Test::LessOrEqual => self.ordering(left, right, Ordering::is_le),
            Test::Greater => self.ordering(left, right, Ordering::is_gt),
            Test::GreaterOrEqual => self.ordering(left, right, Ordering::is_ge),
            Test::InRange => Truth::Unknown,
        };
        found.negated_if(self.negated)
    }

    fn ordering(&self, left: &str, right: &str, test: impl Fn(Ordering) -> bool) -> Truth {
        let order = match self.kind {
            Kind::Number => number(left).zip(number(right)).map(|(a, b)| a.cmp(&b)),
            Kind::Time => Timestamp::parse(left)
                .ok()
                .zip(Timestamp::parse(right).ok())
                .map(|(a, b)| a.cmp(&b)),
            _ => None,
        };
        order.map_or(Truth::Unknown, |order| Truth::from(test(order)))
    }

    fn cased<'a>(&self, text: &'a str) -> std::borrow::Cow<'a, str> {
        if self.ignore_case {
            fold(text)
        } else {
            std::borrow::Cow::Borrowed(text)
        }
    }
}

impl Quantifier {
    fn over(self, values: impl Iterator<Item = Truth>) -> Truth {
        match self {
            Self::Any => values.fold(Truth::False, Truth::or),
            Self::All => values.fold(Truth::True, Truth::and),
        }
    }
}

/// The language's numbers are integers.
fn number(text: &str) -> Option<i64> {
    text.parse().ok()
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// `*` any characters, `?` one character, `\` takes the next one literally.
fn like(pattern: &str, text: &str) -> bool {
    let pattern = tokens(pattern);
    let text: Vec<char> = text.chars().collect();
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some(Like::Any) => {
                star = Some((p, t));
                p += 1;
            }
            Some(Like::One) => (p, t) = (p + 1, t + 1),
            Some(Like::Exactly(c)) if *c == text[t] => (p, t) = (p + 1, t + 1),
            _ => match star {
                // Only the last star needs another try: earlier ones already found their leftmost place.
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    (p, t) = (at + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|token| *token == Like::Any)
}

#[derive(PartialEq)]
enum Like {
    Any,
    One,
    Exactly(char),
}

fn tokens(pattern: &str) -> Vec<Like> {
    let mut chars = pattern.chars();
    let mut tokens = Vec::new();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' => Like::Any,
            '?' => Like::One,
            '\\' => Like::Exactly(chars.next().unwrap_or('\\')),
            c => Like::Exactly(c),
        });
    }
    tokens
}
