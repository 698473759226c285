//! Real tenants: who issues their tokens, and for whom tokens must be issued.

use std::path::Path;

use access::principal::PrincipalId;
use access::token::{Audiences, COGNITIVE_SERVICES_APP, Issuers, TENANT_PLACEHOLDER, Version};
use azure::keys::Authority;

use super::error::ConfigError;
use super::file::{CloudEntry, EntraEntry, EntraTenantEntry};

/// `[entra]`, resolved.
#[derive(Clone, Debug)]
pub struct Entra {
    /// Ids of the accepted tenants, lower-case GUIDs; the first is the home tenant.
    pub tenants: Vec<String>,
    /// Who publishes keys, each for its form of issuer.
    pub authorities: Vec<Authority>,
    /// Accepted forms of `iss`.
    pub issuers: Issuers,
    /// The gateway's own audiences.
    pub own_audiences: Audiences,
    /// What account routes accept: the gateway's own, and Microsoft's if that was asked for.
    pub account_audiences: Audiences,
    /// What project routes accept, likewise.
    pub project_audiences: Audiences,
    /// Whether Microsoft's audiences may be accepted.
    pub microsoft_audiences: bool,
    /// App role whose holders in the home tenant are operators.
    pub operator_role: Option<String>,
    /// Certificate authorities beside the system's, PEM.
    pub roots: Option<Vec<u8>>,
}

impl Entra {
    /// The home tenant.
    #[must_use]
    pub fn home(&self) -> &str {
        self.tenants.first().map_or("", String::as_str)
    }

    /// Where people of the home tenant sign in: scheme and host of who publishes its keys.
    #[must_use]
    pub fn sign_in_origin(&self) -> String {
        let metadata = self.authorities.first().map(|one| one.metadata.as_str());
        let mut parts = metadata.unwrap_or_default().splitn(4, '/');
        let (scheme, host) = (parts.next(), parts.nth(1));
        format!(
            "{}//{}",
            scheme.unwrap_or_default(),
            host.unwrap_or_default()
        )
    }

    /// How policy names a principal: by object id, and by `TENANT/OBJECT-ID` if the tenant is not the
    /// home tenant. Object ids are unique within a tenant only.
    #[must_use]
    pub fn principal_id(&self, tenant: &str, object_id: &str) -> PrincipalId {
        if tenant.eq_ignore_ascii_case(self.home()) {
            PrincipalId::new(object_id)
        } else {
            PrincipalId::new(&format!("{tenant}/{object_id}").to_ascii_lowercase())
        }
    }

    /// The principal that nobody declared: an object id, or `TENANT/OBJECT-ID`.
    #[must_use]
    pub fn undeclared(&self, name: &str) -> Option<PrincipalId> {
        let (tenant, object_id) = name.split_once('/').unwrap_or((self.home(), name));
        let known = self
            .tenants
            .iter()
            .any(|known| known.eq_ignore_ascii_case(tenant));
        (known && is_guid(object_id)).then(|| self.principal_id(tenant, object_id))
    }
}

/// A cloud's names. Issuers of version 1.0 are the same in the public cloud and the US Government's.
/// China's audience is a guess by analogy (service.md, section 1).
struct Cloud {
    login: &'static str,
    issuer_v1: &'static str,
    cognitive_services: &'static str,
    foundry: Option<&'static str>,
}

const PUBLIC: Cloud = Cloud {
    login: "https://login.microsoftonline.com",
    issuer_v1: "https://sts.windows.net",
    cognitive_services: "https://cognitiveservices.azure.com",
    foundry: Some("https://ai.azure.com"),
};

const GOVERNMENT: Cloud = Cloud {
    login: "https://login.microsoftonline.us",
    issuer_v1: "https://sts.windows.net",
    cognitive_services: "https://cognitiveservices.azure.us",
    foundry: Some("https://ai.azure.us"),
};

const CHINA: Cloud = Cloud {
    login: "https://login.partner.microsoftonline.cn",
    issuer_v1: "https://sts.chinacloudapi.cn",
    cognitive_services: "https://cognitiveservices.azure.cn",
    foundry: None,
};

/// Resolves `[entra]`; relative paths start at `folder`.
pub(super) fn resolve(entry: EntraEntry, folder: &Path) -> Result<Entra, ConfigError> {
    let client_id = uuid::Uuid::try_parse(&entry.client_id)
        .map_err(|_| {
            let problem = format!("`{}` is not a GUID", entry.client_id);
            value("[entra] client_id", problem)
        })?
        .hyphenated()
        .to_string();
    let own = if entry.audiences.is_empty() {
        vec![format!("api://{client_id}"), client_id]
    } else {
        entry.audiences
    };
    refuse_microsoft("[entra] audiences", &own)?;
    let mut entra = Entra {
        tenants: Vec::new(),
        authorities: Vec::new(),
        issuers: Issuers::none(),
        account_audiences: Audiences::new(own.clone()),
        project_audiences: Audiences::new(own.clone()),
        own_audiences: Audiences::new(own),
        microsoft_audiences: entry.microsoft_audiences,
        operator_role: entry.operator_role.filter(|role| !role.is_empty()),
        roots: None,
    };
    if let Some(file) = entry.ca_file {
        let path = folder.join(file);
        let pem = std::fs::read(&path).map_err(|error| {
            let problem = format!("cannot read `{}`: {error}", path.display());
            value("[entra] ca_file", problem)
        })?;
        entra.roots = Some(pem);
    }
    let mut clouds: Vec<CloudEntry> = Vec::new();
    for tenant in entry.tenant {
        let cloud = add_tenant(&mut entra, &tenant)?;
        clouds.extend(cloud.filter(|cloud| !clouds.contains(cloud)));
    }
    if entra.tenants.is_empty() {
        let problem = "no [[entra.tenant]] says whose tokens are accepted".to_owned();
        return Err(value("[entra]", problem));
    }
    if entra.microsoft_audiences {
        let clouds = || clouds.iter().map(|cloud| facts(*cloud));
        let own = || entra.own_audiences.iter().map(str::to_owned);
        let cognitive = clouds().map(|cloud| cloud.cognitive_services.to_owned());
        let foundry = || clouds().filter_map(|cloud| cloud.foundry.map(str::to_owned));
        let app = COGNITIVE_SERVICES_APP.to_owned();
        entra.project_audiences = Audiences::new(own().chain(foundry()));
        let account = own().chain(cognitive).chain(foundry()).chain([app]);
        entra.account_audiences = Audiences::new(account);
    }
    Ok(entra)
}

/// Adds a tenant with those who issue its tokens; returns its cloud if it is in one.
fn add_tenant(
    entra: &mut Entra,
    entry: &EntraTenantEntry,
) -> Result<Option<CloudEntry>, ConfigError> {
    let place = format!("[[entra.tenant]] `{}`", entry.id);
    if !is_guid(&entry.id) {
        let problem = "the id is not a GUID with hyphens".to_owned();
        return Err(value(&place, problem));
    }
    let id = entry.id.to_ascii_lowercase();
    if entra.tenants.contains(&id) {
        return Err(ConfigError::Duplicate { place, name: id });
    }
    entra.tenants.push(id.clone());
    let Some(authority) = &entry.authority else {
        if entry.issuer_v1.is_some() || entry.issuer_v2.is_some() {
            let problem = "an issuer of its own needs `authority`, which publishes its keys";
            return Err(value(&place, problem.to_owned()));
        }
        let cloud = entry.cloud.unwrap_or_default();
        add_cloud(entra, &id, cloud);
        return Ok(Some(cloud));
    };
    if entry.cloud.is_some() {
        let problem = "`cloud` and `authority` exclude each other".to_owned();
        return Err(value(&place, problem));
    }
    let base = base_url(authority).ok_or_else(|| {
        let problem =
            format!("authority: `{authority}` is not `https://HOST` with or without a path");
        value(&place, problem)
    })?;
    let (v1, v2) = match (&entry.issuer_v1, &entry.issuer_v2) {
        (None, None) => (
            Some(format!("https://sts.windows.net/{id}/")),
            Some(format!("{base}/{id}/v2.0")),
        ),
        (v1, v2) => (v1.clone(), v2.clone()),
    };
    for (version, issuer) in [(Version::V1, v1), (Version::V2, v2)] {
        if let Some(issuer) = issuer {
            add_issuer(entra, &id, version, base, &issuer);
        }
    }
    Ok(None)
}

/// The public cloud publishes one set of keys for all its tenants, which tells good tokens of foreign
/// tenants from forged ones. Of the other clouds and of authorities of one's own, each speaks for the one
/// tenant that names it.
fn add_cloud(entra: &mut Entra, tenant: &str, cloud: CloudEntry) {
    let facts = facts(cloud);
    let named = match cloud {
        CloudEntry::Public => TENANT_PLACEHOLDER,
        CloudEntry::Government | CloudEntry::China => tenant,
    };
    let v1 = format!("{}/{named}/", facts.issuer_v1);
    let v2 = format!("{}/{named}/v2.0", facts.login);
    add_issuer(entra, tenant, Version::V1, facts.login, &v1);
    add_issuer(entra, tenant, Version::V2, facts.login, &v2);
}

fn add_issuer(entra: &mut Entra, tenant: &str, version: Version, base: &str, issuer: &str) {
    let general = issuer.contains(TENANT_PLACEHOLDER);
    let path = if general { "common" } else { tenant };
    let authority = match version {
        Version::V1 => Authority::v1(base, path, issuer),
        Version::V2 => Authority::v2(base, path, issuer),
    };
    if entra.authorities.contains(&authority) {
        return;
    }
    entra.authorities.push(authority);
    let issuers = std::mem::replace(&mut entra.issuers, Issuers::none());
    entra.issuers = if general {
        issuers.with(version, issuer)
    } else {
        issuers.with_issuer_of(tenant, version, issuer)
    };
}

fn facts(cloud: CloudEntry) -> &'static Cloud {
    match cloud {
        CloudEntry::Public => &PUBLIC,
        CloudEntry::Government => &GOVERNMENT,
        CloudEntry::China => &CHINA,
    }
}

/// Refuses audiences of Microsoft's resources: they come with `microsoft_audiences`, never by the way.
pub(super) fn refuse_microsoft(place: &str, audiences: &[String]) -> Result<(), ConfigError> {
    let Some(found) = audiences.iter().find(|audience| is_microsofts(audience)) else {
        return Ok(());
    };
    let problem = format!(
        "`{found}` is the audience of a Microsoft resource, and whoever operates this server could use \
         tokens for it at Azure: `microsoft_audiences = true` in [entra] accepts them all the same"
    );
    Err(value(place, problem))
}

/// Whether tokens for this audience open something at Microsoft.
fn is_microsofts(audience: &str) -> bool {
    const DOMAINS: [&str; 9] = [
        "azure.com",
        "azure.us",
        "azure.cn",
        "azure.net",
        "windows.net",
        "microsoft.com",
        "microsoft.us",
        "chinacloudapi.cn",
        "usgovcloudapi.net",
    ];
    // Cognitive Services, Azure Machine Learning, Azure Resource Manager, Microsoft Graph, Azure AD Graph.
    const APPLICATIONS: [&str; 5] = [
        COGNITIVE_SERVICES_APP,
        "18a66f5f-dbdf-4c17-9dd7-1634712a9cbe",
        "797f4846-ba00-4fd7-ba43-dac1f8f63013",
        "00000003-0000-0000-c000-000000000000",
        "00000002-0000-0000-c000-000000000000",
    ];
    let audience = audience.to_ascii_lowercase();
    let bare = audience
        .split_once("://")
        .map_or(&*audience, |(_, rest)| rest);
    let host = bare.split(['/', ':']).next().unwrap_or_default();
    APPLICATIONS.contains(&host)
        || DOMAINS.iter().any(|domain| {
            host.strip_suffix(domain)
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
}

/// The URL without a final slash, if others can be made from it by appending a path.
fn base_url(text: &str) -> Option<&str> {
    let url: http::Uri = text.parse().ok()?;
    let plain = !text.contains(['?', '#', '@']) && url.host().is_some_and(|host| !host.is_empty());
    (plain && url.scheme_str() == Some("https")).then(|| text.trim_end_matches('/'))
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

fn value(place: &str, problem: String) -> ConfigError {
    ConfigError::Value {
        place: place.to_owned(),
        problem,
    }
}
