//! Before a load: are the answers right? A proxy that refuses nobody, or answers with something else,
//! is not measured.

use anyhow::{Context as _, Result, ensure};

use crate::client::{Connection, Target};
use crate::proxy::{Proxy, Running};
use crate::tokens::Keys;
use crate::traffic::{KEY, Traffic};

/// Checks one proxy with one kind of traffic; gives the bytes of an answer's body.
pub(crate) fn check(
    proxy: Proxy,
    running: &Running,
    traffic: Traffic,
    model_server: &Target,
    keys: &Keys,
) -> Result<usize> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime
        .block_on(async {
            let request = traffic.parts("localhost");
            let token = keys.caller(0, true)?;
            let good = if traffic == Traffic::Key { KEY } else { &token };

            let (_, expected) = call(model_server, &request.with(good)).await?;
            let (status, body) = call(&running.target, &request.with(good)).await?;
            ensure!(
                status == 200 && body == expected,
                "{status}: {}",
                String::from_utf8_lossy(&body)
            );
            if proxy.checks_tokens() {
                let strange = keys.caller(0, false)?;
                let bad = match traffic {
                    Traffic::Key => vec![("a wrong key", request.with(&KEY.replace('0', "1")))],
                    _ => vec![
                        (
                            "a token that was tampered with",
                            request.with(&tampered(&token)?),
                        ),
                        ("a token without the role", request.with(&strange)),
                    ],
                };
                let nothing = ("no credential", request.without_credential());
                for (what, request) in bad.into_iter().chain([nothing]) {
                    let (status, _) = call(&running.target, &request).await?;
                    ensure!(matches!(status, 401 | 403), "{what}: {status}");
                }
            }
            Ok(expected.len())
        })
        .with_context(|| format!("{proxy:?} with {traffic:?}"))
}

async fn call(target: &Target, request: &[u8]) -> Result<(u16, Vec<u8>)> {
    let mut connection = Connection::open(target).await?;
    let status = connection.call(request).await?;
    Ok((status, connection.body().to_vec()))
}

/// The same token with another signature of the same length.
fn tampered(token: &str) -> Result<String> {
    let (input, signature) = token.rsplit_once('.').context("a token")?;
    let middle = signature.len() / 2;
    let other = if signature.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    Ok(format!(
        "{input}.{}{other}{}",
        &signature[..middle],
        &signature[middle + 1..]
    ))
}
