//! Evaluation with three values (Kleene's logic): what is unknown stays unknown unless the rest decides.

use super::Attributes;
use super::parse::{Expression, Operand};

/// True, false, or not to be told without an attribute that was not supplied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// It does not hold.
    False,
    /// An attribute that decides was not supplied.
    Unknown,
    /// It holds.
    True,
}

impl Truth {
    /// False if either is; true only if both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// True if either is; false only if both are.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    pub(super) fn negated_if(self, negated: bool) -> Self {
        if negated { !self } else { self }
    }
}

impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}

/// The value of an expression for a folded action. Depth is bounded by the parser.
pub(super) fn evaluate(expression: &Expression, action: &str, attributes: &Attributes) -> Truth {
    let value = |expression: &Expression| evaluate(expression, action, attributes);
    match expression {
        Expression::And(all) => all.iter().map(value).fold(Truth::True, Truth::and),
        Expression::Or(any) => any.iter().map(value).fold(Truth::False, Truth::or),
        Expression::Not(inner) => !value(inner),
        Expression::ActionMatches(patterns) => patterns
            .iter()
            .any(|pattern| pattern.matches_folded(action))
            .into(),
        Expression::SubOperationMatches(patterns) => match &attributes.sub_operation {
            Some(name) => patterns
                .iter()
                .any(|pattern| pattern.matches_folded(name))
                .into(),
            None => Truth::Unknown,
        },
        Expression::Exists(attribute) => match attributes.values(attribute) {
            Some(values) => (!values.is_empty()).into(),
            None => Truth::Unknown,
        },
        Expression::Compare(left, operator, right) => {
            match (values(left, attributes), values(right, attributes)) {
                (Some(left), Some(right)) => operator.compare(left, right),
                _ => Truth::Unknown,
            }
        }
    }
}

fn values<'a>(operand: &'a Operand, attributes: &'a Attributes) -> Option<&'a [String]> {
    match operand {
        Operand::Literal(values) => Some(values),
        Operand::Attribute(key) => attributes.values(key),
    }
}
