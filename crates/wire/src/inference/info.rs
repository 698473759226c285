//! `GET /models/info`: which model answers.

use serde::Serialize;

/// A model.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct ModelInfo {
    /// Its name.
    pub model_name: String,
    /// What it does.
    pub model_type: ModelType,
    /// Whose it is.
    pub model_provider_name: String,
}

/// What a model does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub enum ModelType {
    /// It chats. The Python SDK knows this kind by the word `chat-completion`.
    #[serde(rename = "chat-completion")]
    Chat,
    /// It embeds.
    #[serde(rename = "embeddings")]
    Embeddings,
}
