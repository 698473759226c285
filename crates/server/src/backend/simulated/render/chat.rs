//! Chat completions of the classic and v1 routes.

use wire::openai::chat::{
    AnswerMessage, ChatCompletion, ChatCompletionChunk, Choice, ChunkChoice, Delta,
};
use wire::openai::content_filter::PromptFilterResult;
use wire::openai::tool::{CalledFunction, ToolCall};
use wire::openai::usage::Usage;

use super::super::compose::Outcome;
use super::super::prompt::Prompt;
use super::super::reply::Reply;
use super::{Events, Setting, arguments, content, finish_reason, inference, output_tokens, pieces};
use crate::backend::Dialect;

const FINGERPRINT: &str = "fp_simulated";

/// A chat completion with one choice per outcome.
pub(in crate::backend::simulated) fn chat(
    setting: &Setting<'_>,
    prompt: &Prompt,
    outcomes: &[Outcome],
) -> Reply {
    let usage = Usage::new(prompt.tokens, output_tokens(outcomes));
    if setting.dialect == Dialect::Inference {
        return inference::chat(setting, prompt, outcomes, usage);
    }
    if prompt.stream {
        return stream(setting, prompt, outcomes, usage);
    }
    // Azure annotates both routes; only the classic document has it in chunks.
    let choices = outcomes.iter().zip(0..).map(|(outcome, index)| Choice {
        index,
        message: AnswerMessage {
            content: content(outcome),
            refusal: None,
            tool_calls: calls(setting, outcome, index),
        },
        finish_reason: finish_reason(outcome),
        logprobs: None,
        content_filter_results: Some(outcome.filter),
    });
    let completion = ChatCompletion {
        id: setting.id("chatcmpl-", 0),
        created: setting.created,
        model: setting.model.to_owned(),
        choices: choices.collect(),
        usage,
        system_fingerprint: Some(FINGERPRINT.to_owned()),
        prompt_filter_results: Some(vec![PromptFilterResult::default()]),
    };
    setting.whole(&completion, usage.completion_tokens)
}

/// The calls of an outcome, named after the call and the choice.
pub(super) fn calls(setting: &Setting<'_>, outcome: &Outcome, choice: u32) -> Vec<ToolCall> {
    let named = |(n, call): (usize, _)| {
        let call: &super::Call = call;
        let id = setting.id("call_", choice as usize * 1_000 + n);
        ToolCall::new(id, call.tool.clone(), arguments(call))
    };
    outcome.calls.iter().enumerate().map(named).collect()
}

/// The first delta of a choice: who speaks.
pub(super) fn begin(outcome: &Outcome) -> Delta {
    Delta {
        role: Some("assistant"),
        content: content(outcome).map(|_| String::new()),
        ..Delta::default()
    }
}

/// The deltas of one choice: role, text in pieces, calls with their arguments.
pub(super) fn deltas(
    setting: &Setting<'_>,
    outcome: &Outcome,
    choice: u32,
    choices: usize,
) -> Vec<Delta> {
    let mut deltas = vec![begin(outcome)];
    for piece in pieces(&outcome.text, choices) {
        deltas.push(Delta {
            content: Some(piece.to_owned()),
            ..Delta::default()
        });
    }
    for (call, index) in calls(setting, outcome, choice).into_iter().zip(0..) {
        let text = call.function.arguments;
        let function = CalledFunction {
            name: call.function.name,
            arguments: String::new(),
        };
        let begun = ToolCall {
            index: Some(index),
            function,
            ..call
        };
        deltas.push(Delta {
            tool_calls: vec![begun],
            ..Delta::default()
        });
        for piece in pieces(&text, choices * outcome.calls.len()) {
            let function = CalledFunction {
                name: None,
                arguments: piece.to_owned(),
            };
            let more = ToolCall {
                index: Some(index),
                id: None,
                kind: None,
                function,
            };
            deltas.push(Delta {
                tool_calls: vec![more],
                ..Delta::default()
            });
        }
    }
    deltas
}

fn stream(setting: &Setting<'_>, prompt: &Prompt, outcomes: &[Outcome], usage: Usage) -> Reply {
    let classic = setting.dialect == Dialect::Classic;
    let id = setting.id("chatcmpl-", 0);
    let chunk = |choices| ChatCompletionChunk {
        id: id.clone(),
        created: setting.created,
        model: setting.model.to_owned(),
        choices,
        system_fingerprint: Some(FINGERPRINT.to_owned()),
        usage: None,
        prompt_filter_results: None,
    };
    let mut events = Events::new(setting);
    if classic {
        let filter = Some(vec![PromptFilterResult::default()]);
        events.push(
            None,
            &ChatCompletionChunk {
                prompt_filter_results: filter,
                ..chunk(Vec::new())
            },
        );
    }
    for (outcome, index) in outcomes.iter().zip(0..) {
        let choice = |delta, finish_reason| ChunkChoice {
            index,
            delta,
            finish_reason,
            logprobs: None,
            content_filter_results: classic.then_some(outcome.filter),
        };
        for delta in deltas(setting, outcome, index, outcomes.len()) {
            events.token(None, &chunk(vec![choice(delta, None)]));
        }
        events.push(
            None,
            &chunk(vec![choice(Delta::default(), Some(finish_reason(outcome)))]),
        );
    }
    if prompt.include_usage {
        events.push(
            None,
            &ChatCompletionChunk {
                usage: Some(usage),
                ..chunk(Vec::new())
            },
        );
    }
    events.done()
}
