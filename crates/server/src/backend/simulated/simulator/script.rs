//! What a prompt is told: by the first reply of the script that matches, or by
//! the model's habits.

use wire::openai::content_filter::PromptFilter;

use super::{Matched, Simulator, Turn, lock};
use crate::backend::hash::mix;
use crate::backend::simulated::compose::{self, Outcome};
use crate::backend::simulated::config::{ContentFilterConfig, Filtered};
use crate::backend::simulated::fault::fail;
use crate::backend::simulated::prompt::Prompt;
use crate::backend::simulated::reply::{Invalid, Reply};
use crate::backend::simulated::rule::{Rule, Script};

/// Most bytes of text and arguments in all choices of one answer.
const MAX_OUTPUT: usize = 8 * 1024 * 1024;

/// What is told.
pub(super) enum Told {
    /// These answers, one per choice.
    Outcomes(Vec<Outcome>),
    /// This, in place of any answer.
    Instead(Reply),
}

impl Simulator {
    /// What `prompt` is told. Notes which reply of the script it was.
    pub(super) fn tell(
        &self,
        turn: &Turn<'_>,
        prompt: &Prompt,
        matched: &mut Matched,
    ) -> Result<Told, Invalid> {
        let Turn { call, model, .. } = turn;
        let name = &model.identity.name;
        let seed = if prompt.seed == 0 {
            model.seed
        } else {
            mix(model.seed) ^ prompt.seed
        };
        let Some((index, rule)) = self.matching(turn, prompt) else {
            return outcomes(prompt, |choice| compose::answer(prompt, name, seed, choice));
        };
        *matched = Matched {
            index: Some(index),
            delay: rule.delay,
        };
        match &rule.script {
            Script::Default => {
                outcomes(prompt, |choice| compose::answer(prompt, name, seed, choice))
            }
            Script::Say { text, tool_calls } => outcomes(prompt, |_| {
                let text = text
                    .as_deref()
                    .map(|text| compose::fill(text, prompt, name, turn.number));
                let calls = compose::scripted_calls(prompt, tool_calls, seed);
                Outcome::call(prompt, text.unwrap_or_default(), calls)
            }),
            Script::Instance(schema) => outcomes(prompt, |choice| {
                compose::by_schema(prompt, schema, seed.wrapping_add(u64::from(choice)))
            }),
            Script::Filter(ContentFilterConfig {
                category,
                severity,
                on: Filtered::Prompt,
            }) => {
                let filter = PromptFilter::filtered(*category, *severity);
                Ok(Told::Instead(Reply::filtered(filter, call.route.dialect)))
            }
            Script::Filter(ContentFilterConfig {
                category,
                severity,
                on: Filtered::Completion,
            }) => outcomes(prompt, |_| Outcome::filtered(*category, *severity)),
            Script::Fail(error) => Ok(Told::Instead(fail(error, call.route.dialect))),
        }
    }

    /// The first reply of the script whose conditions hold. Calls are counted
    /// for every reply that fits up to it.
    fn matching<'m>(&self, turn: &Turn<'m>, prompt: &Prompt) -> Option<(usize, &'m Rule)> {
        let Turn {
            call,
            model,
            control,
            ..
        } = turn;
        let what = format!("{}/{}", call.account, call.deployment);
        model.rules.iter().enumerate().find(|(index, rule)| {
            rule.fits(prompt, call.headers)
                && (!rule.counts()
                    || rule.is_due(lock(&self.sessions).count(
                        &control.test_id,
                        &what,
                        Some(*index),
                    )))
        })
    }
}

/// One outcome per choice, as long as they are not too much in all.
fn outcomes(prompt: &Prompt, outcome: impl Fn(u32) -> Outcome) -> Result<Told, Invalid> {
    let mut outcomes = Vec::new();
    let mut bytes = 0_usize;
    for choice in 0..prompt.choices {
        let outcome = outcome(choice);
        bytes = bytes.saturating_add(outcome.bytes());
        if bytes > MAX_OUTPUT {
            return Err(Invalid::new("n", "asks for too much text at once"));
        }
        outcomes.push(outcome);
    }
    Ok(Told::Outcomes(outcomes))
}
