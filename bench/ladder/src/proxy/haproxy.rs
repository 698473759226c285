//! HAProxy: plain, or verifying every token (it keeps no verdicts) with issuer, audience, time and group.

use std::fs;
use std::process::Command;

use anyhow::Result;

use super::Setting;
use crate::tokens::{AUDIENCE, GROUP, issuer};

pub(super) fn command(setting: &Setting, port: u16, verify: bool) -> Result<Command> {
    let upstream = setting.model_server;
    let checks = if verify {
        checks(setting)?
    } else {
        String::new()
    };
    let config = format!(
        "global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
frontend clients
  bind 127.0.0.1:{port}
{checks}  default_backend model
backend model
  server model {upstream}
"
    );
    let file = setting.folder.join("haproxy.cfg");
    fs::write(&file, config)?;
    let mut command = Command::new("haproxy");
    command.arg("-db").arg("-f").arg(file);
    Ok(command)
}

fn checks(setting: &Setting) -> Result<String> {
    let key = setting.folder.join("token-public-key.pem");
    fs::write(&key, setting.entrada.keys.public_pem())?;
    let (key, issuer) = (key.display(), issuer());
    Ok(format!(
        "  http-request set-var(txn.now) date()
  http-request set-var(txn.exp) http_auth_bearer,jwt_payload_query('$.exp','int')
  http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_header_query('$.alg') -m str RS256 }}
  http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_verify(\"RS256\",\"{key}\") -m int 1 }}
  http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_payload_query('$.iss') -m str {issuer} }}
  http-request deny deny_status 401 unless {{ http_auth_bearer,jwt_payload_query('$.aud') -m str {AUDIENCE} }}
  http-request deny deny_status 401 if {{ var(txn.exp),sub(txn.now) -m int lt 0 }}
  http-request deny deny_status 403 unless {{ http_auth_bearer,jwt_payload_query('$.groups[0]') -m str {GROUP} }}
"
    ))
}
