//! The events of a streamed response.

use serde::Serialize;

use super::answer::{OutputItem, OutputText, Response};

/// One event. `sequence_number` counts from 0 within a stream; positions count
/// output items and their parts.
#[derive(Serialize)]
#[serde(tag = "type")]
#[expect(
    missing_docs,
    reason = "the members are the API's own, named once in the text above"
)]
pub enum ResponseEvent<'a> {
    /// The response exists.
    #[serde(rename = "response.created")]
    Created {
        sequence_number: u32,
        response: &'a Response,
    },
    /// It is being written.
    #[serde(rename = "response.in_progress")]
    InProgress {
        sequence_number: u32,
        response: &'a Response,
    },
    /// An item begins.
    #[serde(rename = "response.output_item.added")]
    OutputItemAdded {
        sequence_number: u32,
        output_index: u32,
        item: &'a OutputItem,
    },
    /// A part of a message begins.
    #[serde(rename = "response.content_part.added")]
    ContentPartAdded {
        sequence_number: u32,
        item_id: &'a str,
        output_index: u32,
        content_index: u32,
        part: &'a OutputText,
    },
    /// More text. `obfuscation` hides the length of what is said; it is empty here.
    #[serde(rename = "response.output_text.delta")]
    OutputTextDelta {
        sequence_number: u32,
        item_id: &'a str,
        output_index: u32,
        content_index: u32,
        delta: &'a str,
        logprobs: [(); 0],
        obfuscation: &'a str,
    },
    /// The text is complete.
    #[serde(rename = "response.output_text.done")]
    OutputTextDone {
        sequence_number: u32,
        item_id: &'a str,
        output_index: u32,
        content_index: u32,
        text: &'a str,
        logprobs: [(); 0],
    },
    /// The part is complete.
    #[serde(rename = "response.content_part.done")]
    ContentPartDone {
        sequence_number: u32,
        item_id: &'a str,
        output_index: u32,
        content_index: u32,
        part: &'a OutputText,
    },
    /// More of a call's arguments.
    #[serde(rename = "response.function_call_arguments.delta")]
    FunctionCallArgumentsDelta {
        sequence_number: u32,
        item_id: &'a str,
        output_index: u32,
        delta: &'a str,
        obfuscation: &'a str,
    },
    /// The arguments are complete.
    #[serde(rename = "response.function_call_arguments.done")]
    FunctionCallArgumentsDone {
        sequence_number: u32,
        item_id: &'a str,
        output_index: u32,
        name: &'a str,
        arguments: &'a str,
    },
    /// The item is complete.
    #[serde(rename = "response.output_item.done")]
    OutputItemDone {
        sequence_number: u32,
        output_index: u32,
        item: &'a OutputItem,
    },
    /// The response is complete.
    #[serde(rename = "response.completed")]
    Completed {
        sequence_number: u32,
        response: &'a Response,
    },
    /// A limit or the content filter cut it off.
    #[serde(rename = "response.incomplete")]
    Incomplete {
        sequence_number: u32,
        response: &'a Response,
    },
}

impl ResponseEvent<'_> {
    /// The event's name, which is repeated in the `event:` line of the stream.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "response.created",
            Self::InProgress { .. } => "response.in_progress",
            Self::OutputItemAdded { .. } => "response.output_item.added",
            Self::ContentPartAdded { .. } => "response.content_part.added",
            Self::OutputTextDelta { .. } => "response.output_text.delta",
            Self::OutputTextDone { .. } => "response.output_text.done",
            Self::ContentPartDone { .. } => "response.content_part.done",
            Self::FunctionCallArgumentsDelta { .. } => "response.function_call_arguments.delta",
            Self::FunctionCallArgumentsDone { .. } => "response.function_call_arguments.done",
            Self::OutputItemDone { .. } => "response.output_item.done",
            Self::Completed { .. } => "response.completed",
            Self::Incomplete { .. } => "response.incomplete",
        }
    }
}
