//! From `POST /entrada/grant` to its answer, which comes when the grant is durable and effective: the
//! principal's next call is answered.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::{Figure, milliseconds};
use crate::client::Connection;
use crate::options::Product;
use crate::proxy::{self, Proxy, Setting};
use crate::traffic::Traffic;

pub(super) fn measure(setting: &Setting, options: &Product) -> Result<Vec<Figure>> {
    let assignments = options.assignments;
    let running = Proxy::Entrada {
        assignments,
        tls: false,
        other: false,
    }
    .start(setting)?;
    let operator = fs::read_to_string(setting.entrada.data.join("operator-token"))?;
    let change = |what: &str| {
        let body = json!({
            "principal": "other-0", "role": "Cognitive Services OpenAI User", "scope": "ladder",
        })
        .to_string();
        format!(
            "POST /entrada/{what} HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            operator.trim(),
            body.len()
        )
        .into_bytes()
    };
    let (grant, revoke) = (change("grant"), change("revoke"));
    let token = setting.entrada.keys.token(0, &proxy::other(0), None)?;
    let call = Traffic::Chat.parts("localhost").with(&token);

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let (granted, revoked, refused) = runtime.block_on(async {
        let mut connection = Connection::open(&running.target).await?;
        let refuses = async |connection: &mut Connection| -> Result<Duration> {
            let started = Instant::now();
            let status = connection.call(&call).await?;
            ensure!(
                status == 401 || status == 403,
                "a call without a role: {status}"
            );
            Ok(started.elapsed())
        };
        let (mut granted, mut revoked) = (Vec::new(), Vec::new());
        let mut refused = vec![milliseconds(refuses(&mut connection).await?)];
        for _ in 0..options.runs {
            granted.push(timed(&mut connection, &grant).await?);
            let status = connection.call(&call).await?;
            ensure!(status == 200, "a call after the grant: {status}");
            revoked.push(timed(&mut connection, &revoke).await?);
            refused.push(milliseconds(refuses(&mut connection).await?));
        }
        anyhow::Ok((granted, revoked, refused))
    })?;
    Ok(vec![
        Figure {
            name: "grant, durable and effective",
            unit: "ms",
            runs: granted,
        },
        Figure {
            name: "revocation, durable and effective",
            unit: "ms",
            runs: revoked,
        },
        Figure {
            name: "a refused call with its explanation",
            unit: "ms",
            runs: refused,
        },
    ])
}

async fn timed(connection: &mut Connection, request: &[u8]) -> Result<f64> {
    let started = Instant::now();
    let status = connection.call(request).await?;
    let time = started.elapsed();
    let answer = || String::from_utf8_lossy(connection.body()).into_owned();
    Some(status)
        .filter(|status| *status == 200)
        .with_context(answer)?;
    Ok(milliseconds(time))
}
