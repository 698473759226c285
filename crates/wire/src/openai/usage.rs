//! Token counts, as each API names them.

use serde::Serialize;

/// Usage of chat completions and completions.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Usage {
    /// Tokens of the request.
    pub prompt_tokens: u32,
    /// Tokens of the answer, over all choices.
    pub completion_tokens: u32,
    /// Their sum.
    pub total_tokens: u32,
}

/// Usage of embeddings, which have no completion.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct EmbeddingUsage {
    /// Tokens of all inputs.
    pub prompt_tokens: u32,
    /// The same number.
    pub total_tokens: u32,
}

/// Usage of the Responses API.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct ResponseUsage {
    /// Tokens of the request with everything it continues.
    pub input_tokens: u32,
    /// Of these, from a cache.
    pub input_tokens_details: InputTokensDetails,
    /// Tokens of the answer.
    pub output_tokens: u32,
    /// Of these, for reasoning.
    pub output_tokens_details: OutputTokensDetails,
    /// Their sum.
    pub total_tokens: u32,
}

/// Where input tokens came from.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct InputTokensDetails {
    /// Tokens read from a prompt cache.
    pub cached_tokens: u32,
}

/// Where output tokens went.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct OutputTokensDetails {
    /// Tokens spent on reasoning.
    pub reasoning_tokens: u32,
}

impl Usage {
    /// Usage of `prompt` and `completion` tokens; a sum that overflows saturates.
    pub fn new(prompt: u32, completion: u32) -> Self {
        Self {
            prompt_tokens: prompt,
            completion_tokens: completion,
            total_tokens: prompt.saturating_add(completion),
        }
    }
}

impl EmbeddingUsage {
    /// Usage of `tokens` input tokens.
    pub fn new(tokens: u32) -> Self {
        Self {
            prompt_tokens: tokens,
            total_tokens: tokens,
        }
    }
}

impl ResponseUsage {
    /// Usage of `input` and `output` tokens; a sum that overflows saturates.
    pub fn new(input: u32, output: u32) -> Self {
        Self {
            input_tokens: input,
            output_tokens: output,
            total_tokens: input.saturating_add(output),
            ..Self::default()
        }
    }
}
