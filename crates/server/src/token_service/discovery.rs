//! The documents that clients start from: where everything is, and which keys sign.

use serde_json::{Value, json};

use super::origin::Origin;

/// OpenID Connect discovery. `name` is the tenant as the URL spelt it; `issuer` is configured, everything
/// else is at the origin the client used.
pub(super) fn metadata(origin: &Origin, name: &str, issuer: &str, version_2: bool) -> Value {
    let base = format!("{}/{name}", origin.as_str());
    let (oauth, keys) = if version_2 {
        (
            format!("{base}/oauth2/v2.0"),
            format!("{base}/discovery/v2.0/keys"),
        )
    } else {
        (format!("{base}/oauth2"), format!("{base}/discovery/keys"))
    };
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{oauth}/authorize"),
        "token_endpoint": format!("{oauth}/token"),
        "device_authorization_endpoint": format!("{oauth}/devicecode"),
        "end_session_endpoint": format!("{oauth}/logout"),
        "jwks_uri": keys,
        "token_endpoint_auth_methods_supported":
            ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "response_modes_supported": ["query", "fragment", "form_post"],
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "code_challenge_methods_supported": ["S256"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nbf", "name", "nonce", "oid", "preferred_username",
            "tid", "upn", "ver",
        ],
        "request_uri_parameter_supported": false,
        "http_logout_supported": false,
        "frontchannel_logout_supported": false,
        "tenant_region_scope": null,
        "cloud_instance_name": "microsoftonline.com",
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    })
}

/// Entra's authorities, cloud by cloud; the first of each is the one to call, the second names caches.
const CLOUDS: [&[&str]; 3] = [
    &[
        "login.microsoftonline.com",
        "login.windows.net",
        "login.microsoft.com",
        "sts.windows.net",
    ],
    &["login.partner.microsoftonline.cn", "login.chinacloudapi.cn"],
    &["login.microsoftonline.us", "login.usgovcloudapi.net"],
];

/// Whether this is one of Entra's own authorities, which people's browsers reach without us.
pub(super) fn is_entra(origin: &Origin) -> bool {
    let own = origin.as_str().strip_prefix("https://");
    own.is_some_and(|own| CLOUDS.iter().any(|cloud| cloud.contains(&own)))
}

/// Instance discovery: asked by clients that want to know whether an authority is one of Microsoft's.
/// `None` if the endpoint asked about is neither ours nor Entra's.
pub(super) fn instance(origin: &Origin, authorization_endpoint: &str) -> Option<Value> {
    let asked: http::Uri = authorization_endpoint.parse().ok()?;
    let authority = asked.authority()?.as_str().to_ascii_lowercase();
    let authority = authority.strip_suffix(":443").unwrap_or(&authority);
    let own = origin.as_str().split_once("://").map_or("", |(_, own)| own);
    let of_entra = CLOUDS.iter().any(|cloud| cloud.contains(&authority));
    if !of_entra && own != authority {
        return None;
    }
    let tenant = asked
        .path()
        .split('/')
        .find(|part| !part.is_empty())
        .unwrap_or("common");
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    let tenant = if tenant.bytes().all(plain) {
        tenant
    } else {
        "common"
    };
    let metadata = if of_entra {
        let clouds = CLOUDS.iter();
        clouds
            .map(|cloud| json!({"preferred_network": cloud[0], "preferred_cache": cloud[1], "aliases": cloud}))
            .collect()
    } else {
        json!([{"preferred_network": own, "preferred_cache": own, "aliases": [own]}])
    };
    let base = if of_entra {
        format!("https://{authority}")
    } else {
        origin.as_str().to_owned()
    };
    Some(json!({
        "tenant_discovery_endpoint": format!("{base}/{tenant}/v2.0/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": metadata,
    }))
}
