//! Lists of models: what v1 shows, and what `/openai/models` shows.

use serde::Serialize;

/// A list of models of either shape.
#[derive(Serialize)]
#[serde(tag = "object", rename = "list")]
pub struct ModelList<M> {
    /// The models.
    pub data: Vec<M>,
}

/// A model as the v1 API lists it.
#[derive(Clone, Serialize)]
#[serde(tag = "object", rename = "model")]
pub struct Model {
    /// Deployment name, to be used as `model`.
    pub id: String,
    /// When it was deployed, in seconds since the epoch.
    pub created: i64,
    /// Whose model it is.
    pub owned_by: String,
}

/// A model as the classic API lists it, with capabilities and lifecycle.
#[derive(Clone, Serialize)]
#[serde(tag = "object", rename = "model")]
pub struct ClassicModel {
    /// Deployment or model name.
    pub id: String,
    /// When it was deployed, in seconds since the epoch.
    pub created_at: i64,
    /// When it changed.
    pub updated_at: i64,
    /// `succeeded` for what can be called.
    pub status: &'static str,
    /// What it can do.
    pub capabilities: Capabilities,
    /// `generally-available` or `preview`.
    pub lifecycle_status: &'static str,
    /// When it goes away.
    pub deprecation: Deprecation,
}

/// What a model can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct Capabilities {
    /// Whether it can be fine-tuned.
    pub fine_tune: bool,
    /// Whether it infers.
    pub inference: bool,
    /// Whether it completes a prompt.
    pub completion: bool,
    /// Whether it completes a chat.
    pub chat_completion: bool,
    /// Whether it embeds.
    pub embeddings: bool,
}

/// When a model goes away.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Deprecation {
    /// Last second of inference, in seconds since the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inference: Option<i64>,
}

impl ClassicModel {
    /// A model that can be called, deployed at `created_at`.
    pub fn new(id: String, created_at: i64, capabilities: Capabilities) -> Self {
        Self {
            id,
            created_at,
            updated_at: created_at,
            status: "succeeded",
            capabilities,
            lifecycle_status: "generally-available",
            deprecation: Deprecation::default(),
        }
    }
}

impl Capabilities {
    /// A model that chats.
    pub const CHAT: Self = Self {
        fine_tune: false,
        inference: true,
        completion: false,
        chat_completion: true,
        embeddings: false,
    };
    /// A model that embeds.
    pub const EMBEDDINGS: Self = Self {
        fine_tune: false,
        inference: true,
        completion: false,
        chat_completion: false,
        embeddings: true,
    };
}
