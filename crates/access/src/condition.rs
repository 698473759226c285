//! Conditions: Azure's attribute-based access control language.
//!
//! A condition sits on a role assignment, on one permission block of a role definition, or on a
//! deny assignment. It is read once and evaluated with three values, because a check made without
//! the request (offline, or before the call) does not know every attribute:
//!
//! ```text
//! (
//!   ( !(ActionMatches{'Microsoft.Authorization/roleAssignments/write'}) )
//!   OR
//!   ( @Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]
//!       ForAnyOfAnyValues:GuidEquals {53ca6127-db72-4b80-b1b0-d745d6d5456d} )
//! )
//! ```
//!
//! An action that this condition does not target makes `!(ActionMatches…)` true, and with it the
//! whole: a Foundry Project Manager may call the model, although the role is "conditional". For
//! `roleAssignments/write` the answer hangs on an attribute: known, it is true or false; absent, it
//! is [`Truth::Unknown`], and the decision reads "conditional".
//!
//! What cannot be read never grants and never lifts a deny. [`Condition`] therefore keeps its text
//! and the error, so that an explanation can show both.

mod evaluate;
mod operator;
mod parse;
#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

pub use evaluate::Truth;
use parse::Expression;

use crate::text::fold;

/// The longest condition that is read, in bytes. ARM's own limit is lower.
pub const MAX_LENGTH: usize = 64 * 1024;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 100;

/// A condition as it was written, and what it means.
#[derive(Clone)]
pub struct Condition {
    text: Arc<str>,
    expression: Arc<Result<Expression, ConditionError>>,
}

impl Condition {
    /// Reads a condition. One that cannot be read is kept: see [`Condition::error`].
    pub fn new(text: &str) -> Self {
        Self {
            text: Arc::from(text),
            expression: Arc::new(parse::parse(text)),
        }
    }

    /// Reads a condition, for those who must refuse a bad one (creating an assignment).
    pub fn parse(text: &str) -> Result<Self, ConditionError> {
        let condition = Self::new(text);
        match &*condition.expression {
            Ok(_) => Ok(condition),
            Err(error) => Err(error.clone()),
        }
    }

    /// The text as it was given.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Why the text cannot be read, if so.
    pub fn error(&self) -> Option<&ConditionError> {
        self.expression.as_ref().as_ref().err()
    }

    /// The value for an action, or `None` if the condition cannot be read.
    pub fn evaluate(&self, action: &str, attributes: &Attributes) -> Option<Truth> {
        self.evaluate_folded(&fold(action), attributes)
    }

    pub(crate) fn evaluate_folded(&self, action: &str, attributes: &Attributes) -> Option<Truth> {
        let expression = self.expression.as_ref().as_ref().ok()?;
        Some(evaluate::evaluate(expression, action, attributes))
    }
}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Condition {}

impl std::fmt::Debug for Condition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Condition").field(&self.text).finish()
    }
}

/// Why a condition cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// Something else stands where `expected` should.
    #[error("expected {expected} at character {at}, found `{found}`")]
    Unexpected {
        /// What would have been right.
        expected: &'static str,
        /// What is there, shortened.
        found: String,
        /// Where, in characters from 1.
        at: usize,
    },
    /// A source of attributes that the language does not have.
    #[error("unknown source of attributes `@{0}`")]
    UnknownSource(String),
    /// An operator that the language does not have.
    #[error("unknown operator `{0}`")]
    UnknownOperator(String),
    /// A literal that its operator cannot compare, such as a word for `NumericEquals`.
    #[error("`{value}` is not a value for operator `{operator}`")]
    WrongValue {
        /// The operator's name.
        operator: String,
        /// The literal.
        value: String,
    },
    /// Nested deeper than [`MAX_DEPTH`].
    #[error("nested deeper than {MAX_DEPTH} levels")]
    TooDeep,
    /// Longer than [`MAX_LENGTH`].
    #[error("longer than {MAX_LENGTH} bytes")]
    TooLong,
}

/// What is known about a request, its resource, its principal and its environment.
///
/// An attribute that is not here is *unknown*; one that is known to be absent is given no value.
#[derive(Clone, Debug, Default)]
pub struct Attributes {
    values: HashMap<String, Vec<String>>,
    sub_operation: Option<String>,
}

impl Attributes {
    /// Nothing is known.
    pub fn none() -> &'static Self {
        static NONE: std::sync::LazyLock<Attributes> =
            std::sync::LazyLock::new(Attributes::default);
        &NONE
    }

    /// Adds an attribute: `source` is `Request`, `Resource`, `Principal` or `Environment`; `name` is
    /// what stands in the brackets, such as `Microsoft.Authorization/roleAssignments:PrincipalId`.
    #[must_use]
    pub fn with(mut self, source: &str, name: &str, values: &[&str]) -> Self {
        let values = values.iter().map(|value| (*value).to_owned()).collect();
        self.values.insert(attribute_key(source, name), values);
        self
    }

    /// Adds the sub-operation, such as `Blob.List`.
    #[must_use]
    pub fn with_sub_operation(mut self, name: &str) -> Self {
        self.sub_operation = Some(fold(name).into_owned());
        self
    }

    fn values(&self, key: &str) -> Option<&[String]> {
        self.values.get(key).map(Vec::as_slice)
    }
}

/// Sources and attribute names are compared ignoring case.
fn attribute_key(source: &str, name: &str) -> String {
    format!("{}[{}]", fold(source), fold(name))
}
