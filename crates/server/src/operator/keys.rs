//! The signing keys of the local token service.

use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use wire::entrada::{KeyEntry, KeyList, RotateKeysRequest};

use super::{Answer, Trouble, json, local, read};
use crate::app::App;
use crate::clock;
use crate::token_service::{Rotation, TokenService};

/// `GET /entrada/keys`
pub(super) fn list(app: &App) -> Answer {
    answer(local(app)?.token_service())
}

/// `POST /entrada/keys/rotate`: durable before it is acknowledged.
pub(super) async fn rotate(app: &App, body: &Bytes) -> Answer {
    let service = Arc::clone(local(app)?.token_service());
    let asked: RotateKeysRequest = read(body)?;
    let how = match asked {
        RotateKeysRequest { withdraw: true, .. } => Rotation::Withdrawing,
        RotateKeysRequest { at_once: true, .. } => Rotation::AtOnce,
        RotateKeysRequest { .. } => Rotation::Announced,
    };
    // Making a key takes too long for a thread that answers requests.
    let rotated =
        tokio::task::spawn_blocking(move || service.rotate_signing_key(how, clock::now())).await;
    let failed =
        |message: String| Trouble::new(StatusCode::INTERNAL_SERVER_ERROR, "signing_keys", message);
    rotated
        .map_err(|error| failed(error.to_string()))?
        .map_err(|error| failed(error.to_string()))?;
    answer(local(app)?.token_service())
}

fn answer(service: &TokenService) -> Answer {
    let keys = service.signing_keys(clock::now()).into_iter();
    let keys = keys.map(|key| KeyEntry {
        id: key.id,
        state: key.state.as_str().to_owned(),
        from: key.from.to_string(),
        until: key.until.map(|until| until.to_string()),
    });
    json(&KeyList {
        keys: keys.collect(),
    })
}
