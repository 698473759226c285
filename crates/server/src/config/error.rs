//! What can be wrong with a configuration.

/// A configuration that is not taken, with the place and the reason.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// Not TOML, or not the expected shape; the text points at line and column.
    #[error("{0}")]
    Syntax(String),
    /// A name that nothing bears.
    #[error("{place}: nothing is called `{name}`; known: {known}")]
    UnknownName {
        /// Where it was written.
        place: String,
        /// The name.
        name: String,
        /// What there is.
        known: String,
    },
    /// Two things bear one name or id.
    #[error("{place}: `{name}` is used twice")]
    Duplicate {
        /// Where the second one stands.
        place: String,
        /// The name or id.
        name: String,
    },
    /// A value that does not fit.
    #[error("{place}: {problem}")]
    Value {
        /// Where it was written.
        place: String,
        /// What is wrong, with the value in backticks.
        problem: String,
    },
}
