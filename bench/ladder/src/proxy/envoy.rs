//! Envoy: plain, or with `jwt_authn` and `rbac` on the token's groups, with and without its cache.

use std::fs;
use std::process::Command;

use anyhow::Result;
use serde_json::{Value, json};

use super::Setting;
use crate::tokens::{AUDIENCE, GROUP, issuer};

#[derive(Clone, Copy)]
pub(super) enum Checks {
    None,
    /// Tokens, and this many verdicts kept.
    Jwt {
        cache: u32,
    },
}

pub(super) fn command(setting: &Setting, port: u16, checks: Checks) -> Result<Command> {
    let mut filters = match checks {
        Checks::None => Vec::new(),
        Checks::Jwt { cache } => vec![jwt(setting, cache), rbac()],
    };
    filters.push(json!({
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": kind("filters.http.router.v3.Router")},
    }));
    let config = json!({"static_resources": {
        "listeners": [listener(port, &filters)],
        "clusters": [{
            "name": "model", "type": "STATIC", "connect_timeout": "5s",
            "load_assignment": {"cluster_name": "model", "endpoints": [{"lb_endpoints": [{
                "endpoint": {"address": address(setting.model_server.port())},
            }]}]},
        }],
    }});
    let file = setting.folder.join("envoy.json");
    fs::write(&file, serde_json::to_vec_pretty(&config)?)?;
    let mut command = Command::new(&setting.envoy);
    command.args([
        "--concurrency",
        "1",
        "--disable-hot-restart",
        "--log-level",
        "error",
    ]);
    command.arg("--config-path").arg(file);
    Ok(command)
}

fn listener(port: u16, filters: &[Value]) -> Value {
    json!({
        "name": "clients", "address": address(port),
        "filter_chains": [{"filters": [{
            "name": "envoy.filters.network.http_connection_manager",
            "typed_config": {
                "@type": kind("filters.network.http_connection_manager.v3.HttpConnectionManager"),
                "stat_prefix": "clients", "generate_request_id": false,
                "route_config": {"virtual_hosts": [{
                    "name": "all", "domains": ["*"],
                    "routes": [{"match": {"prefix": "/"}, "route": {"cluster": "model"}}],
                }]},
                "http_filters": filters,
            },
        }]}],
    })
}

fn jwt(setting: &Setting, cache: u32) -> Value {
    let mut provider = json!({
        "issuer": issuer(), "audiences": [AUDIENCE], "forward": true,
        "payload_in_metadata": "token",
        "local_jwks": {"inline_string": setting.entrada.keys.jwks().to_string()},
    });
    if cache > 0 {
        provider["jwt_cache_config"] = json!({"jwt_cache_size": cache});
    }
    json!({
        "name": "envoy.filters.http.jwt_authn",
        "typed_config": {
            "@type": kind("filters.http.jwt_authn.v3.JwtAuthentication"),
            "providers": {"entra": provider},
            "rules": [{"match": {"prefix": "/"}, "requires": {"provider_name": "entra"}}],
        },
    })
}

fn rbac() -> Value {
    json!({
        "name": "envoy.filters.http.rbac",
        "typed_config": {
            "@type": kind("filters.http.rbac.v3.RBAC"),
            "rules": {"action": "ALLOW", "policies": {"callers": {
                "permissions": [{"url_path": {"path": {"prefix": "/openai/deployments/gpt-4o/"}}}],
                "principals": [{"metadata": {
                    "filter": "envoy.filters.http.jwt_authn",
                    "path": [{"key": "token"}, {"key": "groups"}],
                    "value": {"list_match": {"one_of": {"string_match": {"exact": GROUP}}}},
                }}],
            }}},
        },
    })
}

fn address(port: u16) -> Value {
    json!({"socket_address": {"address": "127.0.0.1", "port_value": port}})
}

fn kind(name: &str) -> String {
    format!("type.googleapis.com/envoy.extensions.{name}")
}
