//! The signing keys of the local token service.

use serde::{Deserialize, Serialize};

/// Has another key sign.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateKeysRequest {
    /// Sign with the new key at once, rather than when verifiers have had an hour to learn it.
    #[serde(default)]
    pub at_once: bool,
    /// Accept no older key any more; implies `at_once`.
    #[serde(default)]
    pub withdraw: bool,
}

/// The keys, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyList {
    /// The keys.
    pub keys: Vec<KeyEntry>,
}

/// One key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct KeyEntry {
    /// Its id, as tokens name it (`kid`).
    pub id: String,
    /// `waiting`, `signing` or `retired`.
    pub state: String,
    /// From when it signs (RFC 3339, UTC).
    pub from: String,
    /// Until when it is accepted, once that is known.
    pub until: Option<String>,
}
