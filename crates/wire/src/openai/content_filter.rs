//! Azure's content filter: annotations on answers, and the refusal of a prompt.

use serde::{Deserialize, Serialize};

/// How bad a text is in one category.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing found.
    #[default]
    Safe,
    /// Below the usual threshold.
    Low,
    /// Filtered by default.
    Medium,
    /// Filtered.
    High,
}

/// The four categories with a severity.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Hate and fairness.
    Hate,
    /// Self-harm.
    SelfHarm,
    /// Sexual content.
    Sexual,
    /// Violence.
    Violence,
    /// An attack on the prompt; found or not, without a severity.
    Jailbreak,
}

/// Verdict of a category with a severity.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct SeverityResult {
    /// Whether the text was withheld.
    pub filtered: bool,
    /// How bad it is.
    pub severity: Severity,
}

/// Verdict of a category that is found or not.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct DetectionResult {
    /// Whether the text was withheld.
    pub filtered: bool,
    /// Whether it was found.
    pub detected: bool,
}

/// The four severities, common to prompts and answers.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct Severities {
    /// Hate and fairness.
    pub hate: SeverityResult,
    /// Self-harm.
    pub self_harm: SeverityResult,
    /// Sexual content.
    pub sexual: SeverityResult,
    /// Violence.
    pub violence: SeverityResult,
}

/// What the filter found in a prompt.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct PromptFilter {
    /// The four severities.
    #[serde(flatten)]
    pub severities: Severities,
    /// An attack by the user.
    pub jailbreak: DetectionResult,
    /// An attack hidden in a document.
    pub indirect_attack: DetectionResult,
}

/// What the filter found in an answer.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct ChoiceFilter {
    /// The four severities.
    #[serde(flatten)]
    pub severities: Severities,
    /// Known text under protection.
    pub protected_material_text: DetectionResult,
    /// Known code under protection.
    pub protected_material_code: DetectionResult,
}

/// The filter's verdict on the n-th prompt.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Serialize)]
pub struct PromptFilterResult {
    /// Which prompt.
    pub prompt_index: u32,
    /// What was found.
    pub content_filter_results: PromptFilter,
}

/// The body of a 400 for a filtered prompt.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct PromptFiltered {
    error: FilterError,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct FilterError {
    message: &'static str,
    param: &'static str,
    code: &'static str,
    status: u16,
    innererror: InnerError,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct InnerError {
    code: &'static str,
    content_filter_result: PromptFilter,
}

impl Severities {
    fn mark(&mut self, category: Category, result: SeverityResult) {
        match category {
            Category::Hate => self.hate = result,
            Category::SelfHarm => self.self_harm = result,
            Category::Sexual => self.sexual = result,
            Category::Violence => self.violence = result,
            Category::Jailbreak => {}
        }
    }
}

impl PromptFilter {
    /// Everything safe but `category`, which is filtered.
    pub fn filtered(category: Category, severity: Severity) -> Self {
        let mut filter = Self::default();
        filter.severities.mark(
            category,
            SeverityResult {
                filtered: true,
                severity,
            },
        );
        if category == Category::Jailbreak {
            filter.jailbreak = DetectionResult {
                filtered: true,
                detected: true,
            };
        }
        filter
    }
}

impl ChoiceFilter {
    /// Everything safe but `category`, which is filtered. Answers have no
    /// jailbreak category; it marks violence.
    pub fn filtered(category: Category, severity: Severity) -> Self {
        let category = if category == Category::Jailbreak {
            Category::Violence
        } else {
            category
        };
        let mut filter = Self::default();
        filter.severities.mark(
            category,
            SeverityResult {
                filtered: true,
                severity,
            },
        );
        filter
    }
}

impl PromptFiltered {
    /// The refusal of a prompt in which `filter` found something.
    pub fn new(filter: PromptFilter) -> Self {
        Self {
            error: FilterError {
                message: "The response was filtered due to the prompt triggering Azure OpenAI's content management \
                          policy. Please modify your prompt and retry. To learn more about our content filtering \
                          policies please read our documentation: https://go.microsoft.com/fwlink/?linkid=2198766",
                param: "prompt",
                code: "content_filter",
                status: 400,
                innererror: InnerError {
                    code: "ResponsibleAIPolicyViolation",
                    content_filter_result: filter,
                },
            },
        }
    }
}
