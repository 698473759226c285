//! First path segments that mean a route, so no account can bear them as its name.

/// Route roots of all planes (data, token service, managed identity, ARM, our own).
const RESERVED: &[&str] = &[
    "adfs",
    "anthropic",
    "api",
    "assets",
    "common",
    "consumers",
    "deployments",
    "entrada",
    "graph",
    "healthz",
    "mai",
    "metadata",
    "model",
    "models",
    "msi",
    "openai",
    "organizations",
    "portal",
    "providers",
    "readyz",
    "subscriptions",
    "tenants",
    "v1",
];

/// Whether a path's first segment belongs to a route rather than to an account.
#[must_use]
pub fn is_reserved_segment(segment: &str) -> bool {
    RESERVED
        .iter()
        .any(|reserved| reserved.eq_ignore_ascii_case(segment))
}

#[cfg(test)]
mod tests {
    use super::is_reserved_segment;

    #[test]
    fn routes_are_reserved_whatever_their_case() {
        assert!(is_reserved_segment("openai"));
        assert!(is_reserved_segment("Subscriptions"));
        assert!(!is_reserved_segment("contoso"));
    }
}
