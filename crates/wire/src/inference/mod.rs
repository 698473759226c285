//! Azure AI Model Inference (`/models/…`) and what Foundry projects list.
//!
//! Requests for chat and embeddings have the OpenAI shapes of
//! [`crate::openai`]; only the answers differ a little.

mod chat;
mod deployment;
mod info;

pub use chat::{ChatCompletions, ChatCompletionsUpdate, Choice, ChoiceUpdate, ResponseMessage};
pub use deployment::{Deployment, DeploymentList, Sku};
pub use info::{ModelInfo, ModelType};
