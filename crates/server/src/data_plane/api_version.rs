//! The `api-version` query parameter: which routes want it, and which values they take.
//!
//! Inferred from reports (`docs/fidelity.md`): a missing or unknown version on a classic or `/models`
//! route is 404 `Resource not found`, a known one that is too old for the operation is 400. Therefore
//! `[endpoint.api_version]` can say otherwise.

use super::denied::Denied;
use crate::authenticate::RouteFamily;
use crate::config::ApiVersionRules;
use crate::config::file::VersionedFamily;

/// Checks the version of a request; `lenient` accounts take requests without one.
///
/// # Errors
/// The reason, in the domain's terms.
pub(crate) fn check(
    rules: &ApiVersionRules,
    family: RouteFamily,
    path: &str,
    version: Option<&str>,
    lenient: bool,
) -> Result<(), Denied> {
    let family = match family {
        RouteFamily::Classic => VersionedFamily::Classic,
        RouteFamily::Inference => VersionedFamily::Models,
        // v1 routes carry the version in the path; Anthropic has a header of its own.
        RouteFamily::V1
        | RouteFamily::Anthropic
        | RouteFamily::Project
        | RouteFamily::Management
        | RouteFamily::Graph
        | RouteFamily::Unknown => return Ok(()),
    };
    let Some(version) = version.filter(|version| !version.is_empty()) else {
        return if !lenient && rules.required.contains(&family) {
            Err(Denied::ApiVersionMissing)
        } else {
            Ok(())
        };
    };
    let exists = if rules.accepted.is_empty() {
        is_dated(version)
    } else {
        rules.accepted.iter().any(|known| known == version)
    };
    if !exists {
        return Err(Denied::ApiVersionUnknown(version.to_owned()));
    }
    if path.starts_with("/openai/responses") && version < rules.responses_since.as_str() {
        return Err(Denied::ApiVersionTooOld(version.to_owned()));
    }
    Ok(())
}

/// `YYYY-MM-DD` or `YYYY-MM-DD-preview`, from the service's first year on.
fn is_dated(version: &str) -> bool {
    let date = version.strip_suffix("-preview").unwrap_or(version);
    let bytes = date.as_bytes();
    let digits = |from: usize, to: usize| bytes[from..to].iter().all(u8::is_ascii_digit);
    bytes.len() == 10
        && bytes[4] == b'-'
        && bytes[7] == b'-'
        && digits(0, 4)
        && digits(5, 7)
        && digits(8, 10)
        && ("2022"..="2099").contains(&&date[..4])
        && ("01"..="12").contains(&&date[5..7])
        && ("01"..="31").contains(&&date[8..])
}

/// The value of `api-version` in a query string, whatever the case of its name.
pub(crate) fn of_query(query: Option<&str>) -> Option<&str> {
    query?.split('&').find_map(|pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        name.eq_ignore_ascii_case("api-version").then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHAT: &str = "/openai/deployments/d/chat/completions";

    fn check(
        family: RouteFamily,
        path: &str,
        version: Option<&str>,
        lenient: bool,
    ) -> Result<(), Denied> {
        super::check(&ApiVersionRules::default(), family, path, version, lenient)
    }

    #[test]
    fn classic_routes_want_a_dated_version() {
        let check = |version| check(RouteFamily::Classic, CHAT, version, false);
        assert!(check(Some("2024-10-21")).is_ok());
        assert!(check(Some("2025-04-01-preview")).is_ok());
        assert!(matches!(check(None), Err(Denied::ApiVersionMissing)));
        assert!(matches!(check(Some("")), Err(Denied::ApiVersionMissing)));
        for unknown in [
            "v1",
            "2024-11-20x",
            "0613",
            "2024-13-01",
            "1999-01-01",
            "2024-10-21-Preview",
        ] {
            assert!(
                matches!(check(Some(unknown)), Err(Denied::ApiVersionUnknown(_))),
                "{unknown}"
            );
        }
    }

    #[test]
    fn v1_takes_any_version_or_none() {
        for version in [None, Some("v1"), Some("preview"), Some("2024-10-21")] {
            assert!(check(RouteFamily::V1, "/openai/v1/responses", version, false).is_ok());
        }
    }

    #[test]
    fn responses_need_a_version_that_has_them() {
        let check = |version| {
            check(
                RouteFamily::Classic,
                "/openai/responses",
                Some(version),
                false,
            )
        };
        assert!(matches!(
            check("2024-10-21"),
            Err(Denied::ApiVersionTooOld(_))
        ));
        assert!(check("2025-03-01-preview").is_ok());
    }

    #[test]
    fn a_lenient_account_takes_requests_without_a_version() {
        assert!(
            check(
                RouteFamily::Inference,
                "/models/chat/completions",
                None,
                true
            )
            .is_ok()
        );
    }

    #[test]
    fn the_rules_are_settings() {
        let rules = ApiVersionRules {
            required: vec![VersionedFamily::Models],
            accepted: vec!["2024-10-21".to_owned(), "2025-04-01-preview".to_owned()],
            responses_since: "2024-01-01".to_owned(),
        };
        let check =
            |path, version| super::check(&rules, RouteFamily::Classic, path, version, false);
        assert!(check(CHAT, None).is_ok());
        assert!(check(CHAT, Some("2025-04-01-preview")).is_ok());
        assert!(matches!(
            check(CHAT, Some("2024-06-01")),
            Err(Denied::ApiVersionUnknown(_))
        ));
        assert!(check("/openai/responses", Some("2024-10-21")).is_ok());
    }

    #[test]
    fn the_parameter_is_found_in_any_case() {
        assert_eq!(
            of_query(Some("a=b&API-Version=2024-10-21")),
            Some("2024-10-21")
        );
        assert_eq!(of_query(Some("x-api-version=1")), None);
        assert_eq!(of_query(None), None);
    }
}
