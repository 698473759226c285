//! What a token must say to be accepted here: from whom, for whom, of which tenant, and when.

use super::claims::{Claims, Version};
use super::fault::{TokenFault, quote};
use crate::Timestamp;

/// The clock skew that Microsoft's own validation library tolerates, in seconds.
pub const DEFAULT_SKEW: i64 = 300;

/// One check of a signed token's claims.
pub(super) type Check = fn(&Expectations, &Claims, Timestamp) -> Result<(), TokenFault>;

/// Everything a token's claims are held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectations {
    /// Accepted forms of `iss`.
    pub issuers: Issuers,
    /// Accepted values of `aud`.
    pub audiences: Audiences,
    /// Accepted tenants (GUIDs, compared without case). Empty accepts none.
    pub tenants: Vec<String>,
    /// Tolerated difference between clocks, in seconds.
    pub skew: i64,
}

impl Expectations {
    /// Tokens of `tenant` in the public cloud for `audiences`, with the usual skew.
    pub fn new(tenant: &str, audiences: Audiences) -> Expectations {
        Expectations {
            issuers: Issuers::public(),
            audiences,
            tenants: vec![tenant.to_owned()],
            skew: DEFAULT_SKEW,
        }
    }

    /// The same, except for the audiences.
    #[must_use]
    pub fn with_audiences(mut self, audiences: Audiences) -> Expectations {
        self.audiences = audiences;
        self
    }

    /// Judges the claims of a token whose origin was verified before: audience, times, tenant.
    ///
    /// # Errors
    /// The first fault.
    pub fn check(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
        Self::CHECKS
            .iter()
            .try_for_each(|check| check(self, claims, now))
    }

    /// Judges the times alone, for claims whose audience and tenant were found right before: those do not change.
    ///
    /// # Errors
    /// The first fault.
    pub fn check_times(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
        self.check_not_before(claims, now)?;
        self.check_expiry(claims, now)
    }

    /// `iss` must be one of the accepted forms, for this token's own version and tenant. This comes
    /// before the signature, because the issuer chooses the keys.
    pub(super) fn check_issuer(&self, claims: &Claims) -> Result<(), TokenFault> {
        if self.issuers.accept(claims) {
            return Ok(());
        }
        Err(TokenFault::Issuer {
            issuer: quote(&claims.issuer),
        })
    }

    /// The checks of a signed token's claims, in the order in which their faults are reported.
    pub(super) const CHECKS: [Check; 4] = [
        Expectations::check_audience,
        Expectations::check_not_before,
        Expectations::check_expiry,
        Expectations::check_tenant,
    ];

    fn check_audience(&self, claims: &Claims, _: Timestamp) -> Result<(), TokenFault> {
        if self.audiences.accept(&claims.audience) {
            return Ok(());
        }
        Err(TokenFault::Audience {
            found: quote(&claims.audience),
            accepted: self.audiences.0.clone(),
        })
    }

    fn check_not_before(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
        let not_before = claims.not_before.max(claims.issued);
        if not_before.0 <= now.0.saturating_add(self.skew) {
            return Ok(());
        }
        Err(TokenFault::NotYetValid { not_before, now })
    }

    fn check_expiry(&self, claims: &Claims, now: Timestamp) -> Result<(), TokenFault> {
        if now.0 <= claims.expires.0.saturating_add(self.skew) {
            return Ok(());
        }
        Err(TokenFault::Expired {
            expired: claims.expires,
            now,
        })
    }

    fn check_tenant(&self, claims: &Claims, _: Timestamp) -> Result<(), TokenFault> {
        let accepted = self.tenants.iter();
        if accepted
            .into_iter()
            .any(|tenant| tenant.eq_ignore_ascii_case(&claims.tenant))
        {
            return Ok(());
        }
        Err(TokenFault::Tenant {
            found: claims.tenant.clone(),
            accepted: self.tenants.clone(),
        })
    }
}

/// Accepted forms of `iss`. `{tenantid}` in a form stands for the token's own `tid`, as in Entra's
/// metadata, so that issuer and tenant of a token always agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuers(Vec<Issuer>);

/// One accepted form.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Issuer {
    version: Version,
    form: String,
    /// The only tenant whose tokens it may issue; `None` leaves that to the form's placeholder.
    tenant: Option<String>,
}

/// The placeholder for the tenant in issuer forms, spelt as in Entra's metadata.
pub const TENANT_PLACEHOLDER: &str = "{tenantid}";

impl Issuers {
    /// No issuer at all.
    pub fn none() -> Issuers {
        Issuers(Vec::new())
    }

    /// The public cloud: `https://sts.windows.net/{tid}/` for version 1.0 and
    /// `https://login.microsoftonline.com/{tid}/v2.0` for version 2.0.
    pub fn public() -> Issuers {
        Issuers::none()
            .with(Version::V1, "https://sts.windows.net/{tenantid}/")
            .with(
                Version::V2,
                "https://login.microsoftonline.com/{tenantid}/v2.0",
            )
    }

    /// Accepts a further form, for tokens of one version.
    #[must_use]
    pub fn with(mut self, version: Version, form: &str) -> Issuers {
        self.0.push(Issuer {
            version,
            form: form.to_owned(),
            tenant: None,
        });
        self
    }

    /// Accepts a further issuer that speaks for one tenant: a token of it that names another tenant is
    /// refused, even if that tenant is accepted from its own issuer.
    #[must_use]
    pub fn with_issuer_of(mut self, tenant: &str, version: Version, issuer: &str) -> Issuers {
        self.0.push(Issuer {
            version,
            form: issuer.to_owned(),
            tenant: Some(tenant.to_owned()),
        });
        self
    }

    /// Whether the claims' issuer is one of the forms, for the claims' version and tenant.
    pub fn accept(&self, claims: &Claims) -> bool {
        self.0.iter().any(|issuer| {
            let of_tenant = issuer.tenant.as_ref();
            issuer.version == claims.version
                && issuer_has_form(&claims.issuer, &issuer.form, &claims.tenant)
                && of_tenant.is_none_or(|tenant| tenant.eq_ignore_ascii_case(&claims.tenant))
        })
    }
}

/// Whether `issuer` is `form` with `tenant` in the place of `{tenantid}`. The tenant's case is ignored,
/// everything else counts.
pub fn issuer_has_form(issuer: &str, form: &str, tenant: &str) -> bool {
    match tenant_in_issuer(issuer, form) {
        Some(found) if form.contains(TENANT_PLACEHOLDER) => found.eq_ignore_ascii_case(tenant),
        found => found.is_some(),
    }
}

/// What stands in `issuer` where `form` has `{tenantid}`: one path segment, not empty. For a form without
/// the placeholder, empty if it is the issuer. `None` if the issuer does not have this form.
pub fn tenant_in_issuer<'i>(issuer: &'i str, form: &str) -> Option<&'i str> {
    let Some((before, after)) = form.split_once(TENANT_PLACEHOLDER) else {
        return (issuer == form).then_some("");
    };
    let middle = issuer.strip_prefix(before)?.strip_suffix(after)?;
    (!middle.is_empty() && !middle.contains('/')).then_some(middle)
}

/// Accepted values of `aud`: resource identifiers and application ids.
///
/// A version 1.0 token repeats the resource as the client wrote it, so one trailing slash more or less
/// is no difference. Everything else is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Audiences(Vec<String>);

impl Audiences {
    /// Accepts these. The first is the one to recommend.
    pub fn new<S: Into<String>>(accepted: impl IntoIterator<Item = S>) -> Audiences {
        let without_slash = |audience: S| {
            let audience = audience.into();
            audience
                .strip_suffix('/')
                .map(str::to_owned)
                .unwrap_or(audience)
        };
        Audiences(accepted.into_iter().map(without_slash).collect())
    }

    /// What account routes accept (`/openai`, `/openai/v1`, `/models`, `/anthropic`). Inferred from
    /// documentation and reports; configurable.
    pub fn account() -> Audiences {
        Audiences::new([
            "https://cognitiveservices.azure.com",
            "https://ai.azure.com",
            COGNITIVE_SERVICES_APP,
        ])
    }

    /// What project routes accept (`/api/projects/…`). Inferred; configurable.
    pub fn project() -> Audiences {
        Audiences::new(["https://ai.azure.com"])
    }

    /// What the control plane (ARM) accepts.
    pub fn management() -> Audiences {
        Audiences::new([
            "https://management.azure.com",
            "https://management.core.windows.net",
            "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        ])
    }

    /// What Microsoft Graph accepts.
    pub fn graph() -> Audiences {
        Audiences::new([
            "https://graph.microsoft.com",
            "00000003-0000-0000-c000-000000000000",
        ])
    }

    /// Whether this `aud` is accepted.
    pub fn accept(&self, audience: &str) -> bool {
        let audience = audience.strip_suffix('/').unwrap_or(audience);
        self.0.iter().any(|accepted| accepted == audience)
    }

    /// The audience to recommend.
    pub fn preferred(&self) -> Option<&str> {
        self.0.first().map(String::as_str)
    }

    /// All of them, without trailing slashes.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// The application id of Microsoft Cognitive Services.
pub const COGNITIVE_SERVICES_APP: &str = "7d312290-28c8-473c-a0ed-8e53749b6d6d";
