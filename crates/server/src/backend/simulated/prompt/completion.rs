//! Plain completions: one prompt or several, each with its own answers.

use wire::openai::chat::Stop;
use wire::openai::completion::CompletionRequest;
use wire::openai::embedding::Input;

use super::{Prompt, choices, limit, seed, within};
use crate::backend::simulated::reply::Invalid;
use crate::backend::simulated::tokens;

/// What the API writes if the client does not say.
const DEFAULT_LIMIT: u64 = 16;
/// Most prompts of one request, as the API has it.
const MAX_PROMPTS: usize = 2048;

impl Prompt {
    /// One prompt for each that a completion asks.
    pub(in crate::backend::simulated) fn from_completion(
        request: CompletionRequest,
    ) -> Result<Vec<Self>, Invalid> {
        within("temperature", request.temperature, 0.0..=2.0)?;
        within("top_p", request.top_p, 0.0..=1.0)?;
        let limit = limit(
            "max_tokens",
            Some(request.max_tokens.unwrap_or(DEFAULT_LIMIT)),
        )?;
        let choices = choices(request.n)?;
        let stop = request.stop.map(Stop::into_sequences).unwrap_or_default();
        let texts = match request.prompt {
            None => vec![(String::new(), 0)],
            Some(input) => texts(input),
        };
        if texts.len() > MAX_PROMPTS || texts.len() * choices as usize > MAX_PROMPTS {
            return Err(Invalid::new(
                "prompt",
                format!("more than {MAX_PROMPTS} answers are asked for"),
            ));
        }
        Ok(texts
            .into_iter()
            .map(|(message, tokens)| Self {
                message,
                tokens,
                limit,
                choices,
                stop: stop.clone(),
                stream: request.stream.unwrap_or_default(),
                include_usage: request
                    .stream_options
                    .and_then(|options| options.include_usage)
                    .unwrap_or_default(),
                seed: seed(request.seed),
                ..Self::default()
            })
            .collect())
    }
}

/// Each text with its tokens. Token numbers cannot be turned back into text
/// here: they are named.
pub(in crate::backend::simulated) fn texts(input: Input) -> Vec<(String, u32)> {
    let numbers = |numbers: Vec<u32>| {
        let text = numbers
            .iter()
            .map(u32::to_string)
            .collect::<Vec<_>>()
            .join(" ");
        (text, u32::try_from(numbers.len()).unwrap_or(u32::MAX))
    };
    let text = |text: String| {
        let count = tokens::count(&text);
        (text, count)
    };
    match input {
        Input::Text(one) => vec![text(one)],
        Input::Texts(many) => many.into_iter().map(text).collect(),
        Input::Tokens(one) => vec![numbers(one)],
        Input::TokenLists(many) => many.into_iter().map(numbers).collect(),
    }
}
