//! Plain completions.

use wire::openai::completion::{Completion, CompletionChoice};
use wire::openai::content_filter::PromptFilterResult;
use wire::openai::usage::Usage;

use super::super::compose::Outcome;
use super::super::prompt::Prompt;
use super::super::reply::Reply;
use super::{Events, Setting, finish_reason, output_tokens, pieces};
use crate::backend::Dialect;

/// A completion of `prompts`, each with its share of the outcomes, in order.
pub(in crate::backend::simulated) fn completion(
    setting: &Setting<'_>,
    prompts: &[Prompt],
    outcomes: &[Outcome],
) -> Reply {
    let input = prompts
        .iter()
        .map(|prompt| prompt.tokens)
        .fold(0, u32::saturating_add);
    let usage = Usage::new(input, output_tokens(outcomes));
    let classic = setting.dialect == Dialect::Classic;
    let filters = || {
        let filter = |prompt_index| PromptFilterResult {
            prompt_index,
            ..PromptFilterResult::default()
        };
        (0..).zip(prompts).map(|(index, _)| filter(index)).collect()
    };
    let completion = |choices| Completion {
        id: setting.id("cmpl-", 0),
        created: setting.created,
        model: setting.model.to_owned(),
        choices,
        usage: None,
        prompt_filter_results: None,
    };
    let choice = |index, outcome: &Outcome, text: &str, last: bool| CompletionChoice {
        text: text.to_owned(),
        index,
        logprobs: None,
        finish_reason: last.then(|| finish_reason(outcome)),
        content_filter_results: (classic && last).then_some(outcome.filter),
    };
    if !prompts.iter().any(|prompt| prompt.stream) {
        let choices = outcomes
            .iter()
            .zip(0..)
            .map(|(outcome, index)| choice(index, outcome, &outcome.text, true));
        let whole = Completion {
            usage: Some(usage),
            prompt_filter_results: classic.then(filters),
            ..completion(choices.collect())
        };
        return setting.whole(&whole, usage.completion_tokens);
    }
    let mut events = Events::new(setting);
    if classic {
        events.push(
            None,
            &Completion {
                prompt_filter_results: Some(filters()),
                ..completion(Vec::new())
            },
        );
    }
    for (outcome, index) in outcomes.iter().zip(0..) {
        for piece in pieces(&outcome.text, outcomes.len()) {
            events.token(
                None,
                &completion(vec![choice(index, outcome, piece, false)]),
            );
        }
        events.push(None, &completion(vec![choice(index, outcome, "", true)]));
    }
    if prompts.iter().any(|prompt| prompt.include_usage) {
        events.push(
            None,
            &Completion {
                usage: Some(usage),
                ..completion(Vec::new())
            },
        );
    }
    events.done()
}
