//! What a client asks of the Responses API.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::openai::content::Content;
use crate::openai::tool::ToolChoice;

/// A response as a client asks for it.
#[derive(Deserialize)]
pub struct ResponseRequest {
    /// Deployment. The route has none in its path.
    #[serde(default)]
    pub model: Option<String>,
    /// What is new in the conversation.
    #[serde(default)]
    pub input: Option<Input>,
    /// A system message for this turn only.
    #[serde(default)]
    pub instructions: Option<String>,
    /// The response this one continues.
    #[serde(default)]
    pub previous_response_id: Option<String>,
    /// Whether to stream.
    #[serde(default)]
    pub stream: Option<bool>,
    /// Whether to keep the response; yes unless said otherwise.
    #[serde(default)]
    pub store: Option<bool>,
    /// Whether to answer later; Entrada answers at once.
    #[serde(default)]
    pub background: Option<bool>,
    /// Most tokens of the answer.
    #[serde(default)]
    pub max_output_tokens: Option<u64>,
    /// 0 to 2.
    #[serde(default)]
    pub temperature: Option<f64>,
    /// 0 to 1.
    #[serde(default)]
    pub top_p: Option<f64>,
    /// Tools on offer.
    #[serde(default)]
    pub tools: Option<Vec<ResponseTool>>,
    /// Which tool to call.
    #[serde(default)]
    pub tool_choice: Option<ToolChoice>,
    /// Text, JSON, or JSON by a schema.
    #[serde(default)]
    pub text: Option<TextOptions>,
    /// The client's labels.
    #[serde(default)]
    pub metadata: Option<Map<String, Value>>,
    /// The client's user.
    #[serde(default)]
    pub user: Option<String>,
    /// Whether several tools may be called at once.
    #[serde(default)]
    pub parallel_tool_calls: Option<bool>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A text, or items.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub enum Input {
    /// What the user says.
    Text(String),
    /// Messages, calls and outputs, in order.
    Items(Vec<InputItem>),
}

/// One item: a message (whose `type` may be missing), a call, an output.
#[derive(Clone, Deserialize)]
pub struct InputItem {
    /// Kind of item; a message if missing.
    #[serde(rename = "type", default)]
    pub kind: Option<String>,
    /// Who speaks, in messages.
    #[serde(default)]
    pub role: Option<String>,
    /// What is said, in messages.
    #[serde(default)]
    pub content: Content,
    /// Which call is made or answered.
    #[serde(default)]
    pub call_id: Option<String>,
    /// The function called.
    #[serde(default)]
    pub name: Option<String>,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Option<String>,
    /// What the function returned: text or parts.
    #[serde(default)]
    pub output: Content,
    /// The item's name, for items of earlier responses.
    #[serde(default)]
    pub id: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// A tool; functions are flat here, unlike in chat completions.
#[derive(Clone, Deserialize)]
pub struct ResponseTool {
    /// `function`, or a hosted tool.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// Name of a function.
    #[serde(default)]
    pub name: Option<String>,
    /// JSON Schema of its arguments.
    #[serde(default)]
    pub parameters: Option<Value>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// `text`: how the answer is written.
#[derive(Clone, Deserialize)]
pub struct TextOptions {
    /// The format.
    #[serde(default)]
    pub format: Option<TextFormat>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}

/// `text.format`; the schema is flat here, unlike in chat completions.
#[derive(Clone, Deserialize)]
pub struct TextFormat {
    /// `text`, `json_object` or `json_schema`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Name of the schema.
    #[serde(default)]
    pub name: Option<String>,
    /// The schema itself.
    #[serde(default)]
    pub schema: Option<Value>,
    /// Everything else.
    #[serde(flatten)]
    pub rest: Map<String, Value>,
}
