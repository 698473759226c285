//! Chat completions of the Model Inference API.

use wire::inference::{
    ChatCompletions, ChatCompletionsUpdate, Choice, ChoiceUpdate, ResponseMessage,
};
use wire::openai::chat::Delta;
use wire::openai::tool::ToolCall;
use wire::openai::usage::Usage;

use super::super::compose::Outcome;
use super::super::prompt::Prompt;
use super::super::reply::Reply;
use super::chat::{begin, calls};
use super::{Events, Setting, content, finish_reason, pieces};

/// A chat completion with one choice per outcome.
pub(super) fn chat(
    setting: &Setting<'_>,
    prompt: &Prompt,
    outcomes: &[Outcome],
    usage: Usage,
) -> Reply {
    if prompt.stream {
        return stream(setting, outcomes, usage);
    }
    let choices = outcomes.iter().zip(0..).map(|(outcome, index)| Choice {
        index,
        finish_reason: finish_reason(outcome),
        message: ResponseMessage {
            content: content(outcome),
            tool_calls: calls(setting, outcome, index),
        },
    });
    let completions = ChatCompletions {
        id: setting.id("", 0),
        created: setting.created,
        model: setting.model.to_owned(),
        choices: choices.collect(),
        usage,
    };
    setting.whole(&completions, usage.completion_tokens)
}

/// The document of this API knows no update without a choice, so usage comes
/// with the last one; and no piece of a call without its name, so calls are whole.
fn deltas(setting: &Setting<'_>, outcome: &Outcome, choice: u32, choices: usize) -> Vec<Delta> {
    let text = pieces(&outcome.text, choices).into_iter();
    let text = text.map(|piece| Delta {
        content: Some(piece.to_owned()),
        ..Delta::default()
    });
    let calls = calls(setting, outcome, choice).into_iter().zip(0..);
    let calls = calls.map(|(call, index)| Delta {
        tool_calls: vec![ToolCall {
            index: Some(index),
            ..call
        }],
        ..Delta::default()
    });
    std::iter::once(begin(outcome))
        .chain(text)
        .chain(calls)
        .collect()
}

fn stream(setting: &Setting<'_>, outcomes: &[Outcome], usage: Usage) -> Reply {
    let id = setting.id("", 0);
    let update = |choice, usage| ChatCompletionsUpdate {
        id: id.clone(),
        created: setting.created,
        model: setting.model.to_owned(),
        choices: vec![choice],
        usage,
    };
    let mut events = Events::new(setting);
    for (outcome, index) in outcomes.iter().zip(0..) {
        for delta in deltas(setting, outcome, index, outcomes.len()) {
            events.token(
                None,
                &update(
                    ChoiceUpdate {
                        index,
                        finish_reason: None,
                        delta,
                    },
                    None,
                ),
            );
        }
        let last = index as usize + 1 == outcomes.len();
        let end = ChoiceUpdate {
            index,
            finish_reason: Some(finish_reason(outcome)),
            delta: Delta::default(),
        };
        events.push(None, &update(end, last.then_some(usage)));
    }
    events.done()
}
