//! What a failed call looks like to the person who made it: the texts of the common clients.

use serde_json::{Value, json};

use super::Answer;

/// A call, and the account's own address for it.
pub(super) struct Shown<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) answer: &'a Answer,
}

/// How a client shows a failure.
type Show = fn(&Shown<'_>) -> String;

/// Every client, by name.
pub(super) const CLIENTS: &[(&str, Show)] = &[
    ("raw", raw),
    ("curl -v", curl),
    ("openai-python", openai_python),
    ("openai-node", openai_node),
    ("OpenAI .NET", openai_dotnet),
    ("Azure .NET", azure_dotnet),
    ("Azure Java", azure_java),
    ("Azure Go", azure_go),
    ("azure-core Python", azure_python),
    ("LiteLLM", litellm),
    ("HAR", har),
    ("log line", log_line),
];

impl Shown<'_> {
    fn url(&self) -> String {
        format!("https://contoso.services.ai.azure.com{}", self.path)
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.answer.body).unwrap_or(Value::Null)
    }

    /// The service's own code and message, wherever they stand.
    fn error(&self) -> (String, String) {
        let body = self.json();
        let error = body.get("error").unwrap_or(&body);
        let text = |name: &str| match &error[name] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        (text("code"), text("message"))
    }
}

fn raw(shown: &Shown<'_>) -> String {
    let Answer {
        status,
        reason,
        body,
        ..
    } = shown.answer;
    format!(
        "{} {}\nHTTP/1.1 {status} {reason}\n\n{body}\n",
        shown.method,
        shown.url()
    )
}

fn curl(shown: &Shown<'_>) -> String {
    let mut text = format!(
        "> {} {} HTTP/2\n> Host: contoso.services.ai.azure.com\n",
        shown.method, shown.path
    );
    for (name, value) in shown.headers {
        text += &format!("> {name}: {value}\n");
    }
    text += &format!(
        "> Content-Type: application/json\n>\n< HTTP/2 {}\n",
        shown.answer.status
    );
    for (name, value) in &shown.answer.headers {
        // What the real service would not send.
        if !name.starts_with("x-entrada") {
            text += &format!("< {name}: {value}\n");
        }
    }
    text + "<\n" + &shown.answer.body + "\n* Connection #0 to host left intact\n"
}

fn openai_python(shown: &Shown<'_>) -> String {
    let class = match shown.answer.status {
        400 => "BadRequestError",
        401 => "AuthenticationError",
        403 => "PermissionDeniedError",
        404 => "NotFoundError",
        429 => "RateLimitError",
        _ => "APIStatusError",
    };
    let body = shown
        .answer
        .body
        .replace("\":\"", "': '")
        .replace("\": \"", "': '");
    let body = body.replace('"', "'").replace("null", "None");
    format!(
        "Traceback (most recent call last):\n  File \"app.py\", line 12, in <module>\n    client.chat.completions.create(\nopenai.{class}: Error code: {} - {body}\n",
        shown.answer.status
    )
}

fn openai_node(shown: &Shown<'_>) -> String {
    let status = shown.answer.status;
    let told = shown.json()["error"]["message"].as_str().map(str::to_owned);
    let told = told.unwrap_or_else(|| "status code (no body)".to_owned());
    format!(
        "Error: {status} {told}\n    at APIError.generate (file:///app/node_modules/openai/core/error.mjs:41:20)\n    at AzureOpenAI.makeStatusError (file:///app/node_modules/openai/client.mjs:154:32)\n"
    )
}

fn openai_dotnet(shown: &Shown<'_>) -> String {
    let (code, message) = shown.error();
    format!(
        "Unhandled exception. System.ClientModel.ClientResultException: HTTP {} (: {code})\n\n{message}\n   at OpenAI.Chat.ChatClient.CompleteChat(BinaryContent content, RequestOptions options)\n",
        shown.answer.status
    )
}

fn azure_dotnet(shown: &Shown<'_>) -> String {
    let (code, message) = shown.error();
    let Answer {
        status,
        reason,
        body,
        ..
    } = shown.answer;
    format!(
        "Azure.RequestFailedException: {message}\nStatus: {status} ({reason})\nErrorCode: {code}\n\nContent:\n{body}\n\nHeaders:\napim-request-id: REDACTED\nContent-Type: application/json\n"
    )
}

fn azure_java(shown: &Shown<'_>) -> String {
    format!(
        "com.azure.core.exception.HttpResponseException: Status code {}, \"{}\"\n\tat com.azure.core.implementation.http.rest.RestProxyBase.instantiateUnexpectedException(RestProxyBase.java:388)\n",
        shown.answer.status, shown.answer.body
    )
}

fn azure_go(shown: &Shown<'_>) -> String {
    let (code, _) = shown.error();
    let Answer {
        status,
        reason,
        body,
        ..
    } = shown.answer;
    let line = "-".repeat(80);
    format!(
        "{} {}\n{line}\nRESPONSE {status}: {status} {reason}\nERROR CODE: {code}\n{line}\n{body}\n{line}\n",
        shown.method,
        shown.url()
    )
}

fn azure_python(shown: &Shown<'_>) -> String {
    let (code, message) = shown.error();
    format!(
        "azure.core.exceptions.HttpResponseError: ({code}) {message}\nCode: {code}\nMessage: {message}\n"
    )
}

fn litellm(shown: &Shown<'_>) -> String {
    let (_, message) = shown.error();
    format!(
        "litellm.exceptions.APIError: AzureException APIError - Error code: {} - {message}. Received Model Group=gpt-4o\nAvailable Model Group Fallbacks=None\n",
        shown.answer.status
    )
}

fn har(shown: &Shown<'_>) -> String {
    let headers = |all: &mut dyn Iterator<Item = (&str, &str)>| -> Vec<Value> {
        all.map(|(name, value)| json!({ "name": name, "value": value }))
            .collect()
    };
    let answer = &shown.answer.headers;
    let answer = answer
        .iter()
        .filter(|(name, _)| !name.starts_with("x-entrada"));
    json!({ "log": { "version": "1.2", "entries": [{
        "request": {
            "method": shown.method,
            "url": shown.url(),
            "headers": headers(&mut shown.headers.iter().copied()),
        },
        "response": {
            "status": shown.answer.status,
            "statusText": shown.answer.reason,
            "headers": headers(&mut answer.map(|(name, value)| (name.as_str(), value.as_str()))),
            "content": { "mimeType": "application/json", "text": shown.answer.body },
        },
    }] } })
    .to_string()
}

fn log_line(shown: &Shown<'_>) -> String {
    json!({
        "time": "2026-11-20T10:00:00Z",
        "category": "GatewayLogs",
        "operationName": "Microsoft.ApiManagement/GatewayLogs",
        "properties": {
            "method": shown.method,
            "url": shown.url(),
            "backendResponseCode": shown.answer.status,
            "responseCode": shown.answer.status,
            "backendResponseBody": shown.answer.body,
        },
    })
    .to_string()
        + "\n"
}
