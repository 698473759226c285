//! Query parameters for the endpoints beside the token service.

use super::form::Form;

/// The query of a URL, decoded.
pub(crate) struct Query(Form);

impl Query {
    /// Reads a URL's query; `None` if it is not properly encoded.
    pub(crate) fn read(uri: &http::Uri) -> Option<Query> {
        Form::parse(uri.query().unwrap_or_default().as_bytes())
            .ok()
            .map(Query)
    }

    /// A parameter that may be absent or empty. `None` if it is there twice: which one counts could be
    /// read either way.
    pub(crate) fn optional(&self, name: &'static str) -> Option<Option<&str>> {
        self.0.optional(name).ok()
    }
}
