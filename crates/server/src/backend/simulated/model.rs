//! A simulated model: what it is called, what it can do, and its script.

use std::path::Path;

use super::config::{LatencyConfig, ReplyConfig, SimulatedConfig};
use super::rule::{Rule, RuleError};

/// Longest embedding that a model may be configured or asked for.
const MAX_DIMENSIONS: u32 = 4_096;
/// Length of embeddings where the model's name does not tell.
const USUAL_DIMENSIONS: u32 = 1_536;

/// Which model a deployment runs, as ARM names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identity {
    /// `model.name`, such as `gpt-4o`.
    pub name: String,
    /// `model.version`, such as `2024-11-20`; may be empty.
    pub version: String,
    /// `model.format`: whose model it is, such as `OpenAI`.
    pub format: String,
}

/// A model that cannot be simulated as configured.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// A reply of the script cannot be used.
    #[error("reply {number} cannot be used")]
    Reply {
        /// Which, from 1.
        number: usize,
        /// Why not.
        source: RuleError,
    },
    /// Embeddings are bounded.
    #[error("`{0}` is not between 1 and {MAX_DIMENSIONS} dimensions")]
    Dimensions(u32),
}

/// A simulated model.
pub struct Model {
    pub(super) identity: Identity,
    pub(super) seed: u64,
    pub(super) latency: LatencyConfig,
    pub(super) dimensions: u32,
    pub(super) rules: Vec<Rule>,
}

impl Model {
    /// The model called `identity`, with its script. Files of replies are read
    /// now; relative paths start at `base`.
    ///
    /// # Errors
    /// If a reply or a setting cannot be used.
    pub fn new(
        identity: Identity,
        config: &SimulatedConfig,
        replies: &[ReplyConfig],
        base: &Path,
    ) -> Result<Self, ModelError> {
        let dimensions = config
            .dimensions
            .unwrap_or_else(|| usual_dimensions(&identity.name));
        if !(1..=MAX_DIMENSIONS).contains(&dimensions) {
            return Err(ModelError::Dimensions(dimensions));
        }
        let compile = |(reply, number)| {
            Rule::new(reply, base).map_err(|source| ModelError::Reply { number, source })
        };
        let rules = replies
            .iter()
            .zip(1..)
            .map(compile)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            identity,
            seed: config.seed,
            latency: config.latency,
            dimensions,
            rules,
        })
    }

    /// Whether it embeds texts; all others chat.
    pub fn embeds(&self) -> bool {
        let name = self.identity.name.to_lowercase();
        name.contains("embed")
            || name.starts_with("text-similarity")
            || name.starts_with("text-search")
    }

    /// Whether it completes plain prompts.
    pub(super) fn completes(&self) -> bool {
        let name = self.identity.name.to_lowercase();
        name.contains("instruct")
            || name.starts_with("davinci")
            || name.starts_with("babbage")
            || name.starts_with("text-davinci")
    }

    /// Its name with its version, as OpenAI's models answer.
    pub(super) fn versioned_name(&self) -> String {
        let Identity {
            name,
            version,
            format,
        } = &self.identity;
        if version.is_empty() || self.embeds() || !format.eq_ignore_ascii_case("OpenAI") {
            name.clone()
        } else {
            format!("{name}-{version}")
        }
    }

    /// The length of embeddings a request asks for, if the model goes that far.
    pub(super) fn admit_dimensions(&self, asked: u64) -> Option<u32> {
        u32::try_from(asked)
            .ok()
            .filter(|asked| (1..=self.dimensions.max(USUAL_DIMENSIONS)).contains(asked))
    }
}

fn usual_dimensions(name: &str) -> u32 {
    let name = name.to_lowercase();
    [
        ("text-embedding-3-large", 3_072),
        ("cohere-embed-v3", 1_024),
        ("embed-v-4", 1_536),
    ]
    .iter()
    .find(|(prefix, _)| name.starts_with(prefix))
    .map_or(USUAL_DIMENSIONS, |(_, dimensions)| *dimensions)
}
