//! The query of a management call.

use wire::odata::Filter;

use super::fault::Fault;

/// Names and values, decoded. Names are compared ignoring case.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what follows the `?`.
    pub(crate) fn parse(query: Option<&str>) -> Self {
        let pairs = query.unwrap_or_default().split('&');
        let pairs = pairs.filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decoded(name), decoded(value))
        });
        Self(pairs.collect())
    }

    /// The first value of this name.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        let found = pairs.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| &**value)
    }

    /// Every value of this name, in order.
    pub(crate) fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        let pairs = self.0.iter();
        pairs
            .filter(move |(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// `api-version`, if it says anything.
    pub(crate) fn api_version(&self) -> Option<&str> {
        self.value("api-version")
            .filter(|version| !version.is_empty())
    }

    /// `$filter`.
    ///
    /// # Errors
    /// It is not understood.
    pub(crate) fn filter(&self) -> Result<Filter, Fault> {
        let text = self.value("$filter").unwrap_or_default();
        Filter::parse(text).map_err(|error| Fault::Filter(error.to_string()))
    }

    /// All of them but one, as they go into the link of the next page.
    pub(super) fn without(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let pairs = self.0.iter();
        pairs
            .filter(move |(known, _)| !known.eq_ignore_ascii_case(name))
            .map(|(name, value)| (&**name, &**value))
    }
}

/// As forms are encoded: `+` is a space.
fn decoded(text: &str) -> String {
    crate::percent::decoded(&text.replace('+', " ")).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_any_case_and_values_are_decoded() {
        let query = Query::parse(Some(
            "API-Version=2022-04-01&%24filter=atScope()+and%20assignedTo('x')",
        ));
        assert_eq!(query.api_version(), Some("2022-04-01"));
        assert_eq!(
            query.value("$filter"),
            Some("atScope() and assignedTo('x')")
        );
        assert_eq!(query.filter().unwrap().call("assignedTo"), Some("x"));
        assert!(Query::parse(Some("api-version=")).api_version().is_none());
        assert!(Query::parse(Some("$filter=a or b")).filter().is_err());
        assert!(Query::parse(None).filter().unwrap().0.is_empty());
    }
}
