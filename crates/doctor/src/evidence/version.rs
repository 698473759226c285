//! What is written where an api-version belongs.

/// An api-version that somebody used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersion {
    /// As it was written, cut to 40 characters.
    pub text: String,
    /// What kind of thing that is.
    pub kind: VersionKind,
}

/// What is written where an api-version belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum VersionKind {
    /// A dated version of the inference APIs.
    Known,
    /// A dated version that was withdrawn.
    Retired,
    /// The date of a model's version, such as `2024-07-18` of gpt-4o-mini.
    ModelVersion,
    /// Another date.
    UnknownDate,
    /// `v1`, `preview` or `latest`: words of the v1 surface.
    Word,
    /// Not filled in.
    Placeholder,
    /// Anything else.
    Odd,
}

/// Dated versions of the Azure OpenAI and model inference data planes that answer today.
const KNOWN: [&str; 27] = [
    "2022-12-01",
    "2023-05-15",
    "2023-12-01-preview",
    "2024-02-01",
    "2024-02-15-preview",
    "2024-03-01-preview",
    "2024-04-01-preview",
    "2024-05-01-preview",
    "2024-06-01",
    "2024-07-01-preview",
    "2024-08-01-preview",
    "2024-09-01-preview",
    "2024-10-01-preview",
    "2024-10-21",
    "2024-11-01-preview",
    "2024-12-01-preview",
    "2025-01-01-preview",
    "2025-02-01-preview",
    "2025-03-01-preview",
    "2025-04-01",
    "2025-04-01-preview",
    "2025-05-01",
    "2025-05-15-preview",
    "2024-04-01",
    "2025-11-15-preview",
    "2025-05-01-preview",
    "2025-06-01",
];

/// Versions that were withdrawn.
const RETIRED: [&str; 9] = [
    "2022-03-01-preview",
    "2022-06-01-preview",
    "2023-03-15-preview",
    "2023-06-01-preview",
    "2023-07-01-preview",
    "2023-08-01-preview",
    "2023-09-01-preview",
    "2023-10-01-preview",
    "2023-03-15",
];

/// Dates that name versions of models.
const MODELS: [&str; 22] = [
    "2023-03-14",
    "2023-06-13",
    "2023-11-06",
    "2024-01-25",
    "2024-04-09",
    "2024-05-13",
    "2024-07-18",
    "2024-08-06",
    "2024-09-12",
    "2024-11-20",
    "2024-12-17",
    "2025-01-31",
    "2025-03-11",
    "2025-04-14",
    "2025-04-16",
    "2025-06-10",
    "2025-08-07",
    "2025-10-03",
    "2025-10-06",
    "2025-11-13",
    "2025-12-11",
    "2024-10-01",
];

impl ApiVersion {
    /// Classifies what was written.
    pub fn read(text: &str) -> Self {
        let text = text
            .trim()
            .trim_matches(['"', '\'', '`', '.', ',', ')', '(']);
        let lower = text.to_ascii_lowercase();
        let kind = if KNOWN.contains(&lower.as_str()) {
            VersionKind::Known
        } else if RETIRED.contains(&lower.as_str()) {
            VersionKind::Retired
        } else if MODELS.contains(&lower.as_str()) {
            VersionKind::ModelVersion
        } else if ["v1", "preview", "latest", "v1-preview"].contains(&lower.as_str()) {
            VersionKind::Word
        } else if dated(&lower) {
            VersionKind::UnknownDate
        } else if placeholder(text, &lower) {
            VersionKind::Placeholder
        } else {
            VersionKind::Odd
        };
        let text = text.chars().take(40).collect();
        Self { text, kind }
    }

    /// The date, in a form that orders versions; a preview counts as its date.
    pub fn date(&self) -> Option<&str> {
        dated(&self.text).then(|| &self.text[..10])
    }
}

/// Whether a text begins with a date such as `2024-10-21`.
pub(crate) fn dated(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 10
        && bytes[..10].iter().enumerate().all(|(at, b)| match at {
            4 | 7 => *b == b'-',
            _ => b.is_ascii_digit(),
        })
        && bytes.starts_with(b"20")
}

fn placeholder(text: &str, lower: &str) -> bool {
    if lower.contains("redacted") {
        return false;
    }
    let shouting = text
        .chars()
        .all(|c| c.is_ascii_uppercase() || matches!(c, '-' | '_'))
        && (text.contains("VERSION") || text.contains(['-', '_']));
    shouting
        || text.starts_with(['<', '{', '$', '%'])
        || ["your", "yyyy", "xxxx", "api-version", "api_version"]
            .iter()
            .any(|start| lower.starts_with(start))
}
