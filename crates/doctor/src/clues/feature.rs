//! What was asked for, where it exists from a certain api-version on.

use super::clues;

clues! {
    RESPONSES: "the Responses API is called" [
        "responses api|create|endpoint|route|call",
        "openai responses",
        "v1 responses",
        "client responses",
        "openaichatclient|openairesponsesclient|azureopenairesponsesclient|projectresponsesclient",
        "createresponse*",
        "responses",
    ]
    REASONING: "a reasoning model is called" [
        "o1|o3|o4",
        "gpt 5|gpt5",
        "reasoning effort|model|models",
    ]
    TOOLS: "tools are used" [
        "tools|tool_calls|tool_choice|tool_calling",
    ]
    FUNCTIONS: "functions are used" [
        "function calling|call",
        "functions parameter|argument",
    ]
    JSON_SCHEMA: "structured output is asked for" [
        "json_schema|structured_output|structured_outputs|response_format",
    ]
    ASSISTANTS: "assistants are used" [
        "assistants|assistant_api|threads",
    ]
    IMAGES: "images are generated" [
        "gpt image|dall_e_3|dalle3|dall e 3|image generation",
    ]
    REALTIME: "realtime audio is used" [
        "realtime",
    ]
    CHAT: "chat completions are called" [
        "chat completions|completion",
        "chatcompletion",
        "chat_completions",
        "azureopenaichatmodel|azurechatopenai|azurechatcompletion|chatcompletionsclient",
    ]
}

/// The features with the date of the first api-version that has them.
pub(crate) static SINCE: &[(&super::Clue, &str)] = &[
    (&RESPONSES, "2025-03-01"),
    (&REASONING, "2024-12-01"),
    (&TOOLS, "2023-12-01"),
    (&FUNCTIONS, "2023-07-01"),
    (&JSON_SCHEMA, "2024-08-01"),
    (&ASSISTANTS, "2024-02-15"),
    (&IMAGES, "2023-12-01"),
    (&REALTIME, "2024-10-01"),
    (&CHAT, "2023-03-15"),
];
