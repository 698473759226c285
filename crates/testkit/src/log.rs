//! Logs as they are found in the wild, with known failures: diagnostic logs of Azure and of API Management,
//! application logs with the stack traces of SDKs, access logs, and the lines of our own endpoint.
//!
//! Equal seeds give equal logs. Records have the members and sizes of real ones; names, ids and secrets
//! are made up.

use std::fmt::Write;

use access::Timestamp;
use serde_json::{Value, json};
use wire::refusals::Refusal;

/// What a log is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// `RequestResponse` records of an Azure OpenAI resource, which tell the status and no text.
    Diagnostic,
    /// `GatewayLogs` of API Management, with the bodies.
    Gateway,
    /// An application's JSON lines.
    Application,
    /// An application's plain text, with stack traces.
    Text,
    /// A web server's access log.
    Access,
    /// What `entrada serve` prints.
    Own,
}

impl Shape {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Diagnostic,
        Self::Gateway,
        Self::Application,
        Self::Text,
        Self::Access,
        Self::Own,
    ];
}

/// A log that never ends.
#[derive(Debug, Clone)]
pub struct Log {
    shape: Shape,
    /// Failures in a thousand records.
    failures: u64,
    state: u64,
    time: i64,
}

impl Log {
    /// A log of this shape with so many failures in a thousand records.
    pub fn new(shape: Shape, seed: u64, failures: u64) -> Self {
        Self {
            shape,
            failures,
            state: seed ^ 0x9e37_79b9_7f4a_7c15,
            time: crate::NOW.0 * 1_000,
        }
    }

    /// The next record with its line break, and whether it tells of a failed call.
    pub fn record(&mut self) -> (String, bool) {
        self.time += i64::try_from(self.below(2_000)).unwrap_or(0);
        let failed = self.below(1_000) < self.failures;
        let text = match self.shape {
            Shape::Diagnostic => self.diagnostic(failed),
            Shape::Gateway => self.gateway(failed),
            Shape::Application => self.application(failed),
            Shape::Text => self.text(failed),
            Shape::Access => self.access(failed),
            Shape::Own => self.own(failed),
        };
        (text, failed)
    }

    /// So many records, and how many of them tell of a failed call.
    pub fn records(&mut self, count: usize) -> (String, u64) {
        let (mut text, mut failures) = (String::new(), 0);
        for _ in 0..count {
            let (record, failed) = self.record();
            text.push_str(&record);
            failures += u64::from(failed);
        }
        (text, failures)
    }

    fn diagnostic(&mut self, failed: bool) -> String {
        let status = if failed {
            self.one(&["401", "404", "429", "403"])
        } else {
            "200"
        };
        let account = self.account();
        let caller = if failed { self.id() } else { String::new() };
        let took = self.below(4_000);
        let length = self.below(9_000);
        let deployment = self.deployment();
        let ticks = 638_000_000_000_000_000 + self.below(1_000_000_000_000);
        let properties = json!({
            "apiName": "Azure OpenAI API version 2024-10-21",
            "requestTime": ticks,
            "requestLength": length,
            "responseTime": ticks + took,
            "responseLength": length / 2,
            "objectId": caller,
            "streamType": "Non-Streaming",
            "modelDeploymentName": deployment,
            "modelName": "gpt-4o",
            "modelVersion": "2024-11-20",
        });
        let packed = self.below(3) == 0;
        line(&json!({
            "Tenant": "eastus",
            "callerIpAddress": format!("81.2.{}.***", self.below(256)),
            "category": "RequestResponse",
            "correlationId": self.id(),
            "durationMs": took,
            "event": "ShoeboxCallResult",
            "location": "eastus",
            "operationName": "ChatCompletions_Create",
            "properties": if packed { Value::String(properties.to_string()) } else { properties },
            "resourceId": format!("/SUBSCRIPTIONS/{}/RESOURCEGROUPS/AI/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/{}",
                "0B1F6471-1BF0-4DDA-AEC3-CB9272F09590", account.to_uppercase()),
            "resultSignature": status,
            "time": self.stamp("T", ".", "0000Z"),
        }))
    }

    fn gateway(&mut self, failed: bool) -> String {
        let (account, deployment) = (self.account(), self.deployment());
        let (status, answer) = if failed {
            self.refusal()
        } else {
            (200, self.completion())
        };
        let prompt = self.words(60);
        let request = json!({ "messages": [{ "role": "user", "content": prompt }] }).to_string();
        line(&json!({
            "DeploymentVersion": "0.44.18652.0",
            "Level": 4,
            "callerIpAddress": format!("81.2.69.{}", self.below(256)),
            "category": "GatewayLogs",
            "correlationId": self.id(),
            "durationMs": self.below(4_000),
            "isRequestSuccess": !failed,
            "location": "East US",
            "operationName": "Microsoft.ApiManagement/GatewayLogs",
            "properties": {
                "apiId": "azure-openai-service-api",
                "backendMethod": "POST",
                "backendProtocol": "HTTP/1.1",
                "backendRequestBody": request,
                "backendResponseBody": answer,
                "backendResponseCode": status,
                "backendTime": self.below(4_000),
                "backendUrl": format!("https://{account}.openai.azure.com/openai/deployments/{deployment}/chat/completions?api-version=2024-10-21"),
                "cache": "none",
                "method": "POST",
                "operationId": "ChatCompletions_Create",
                "requestSize": self.below(9_000),
                "responseCode": status,
                "responseSize": self.below(9_000),
                "url": format!("https://gateway.azure-api.net/deployments/{deployment}/chat/completions?api-version=2024-10-21"),
            },
            "resourceId": "/SUBSCRIPTIONS/0B1F6471-1BF0-4DDA-AEC3-CB9272F09590/RESOURCEGROUPS/AI/PROVIDERS/MICROSOFT.APIMANAGEMENT/SERVICE/GATEWAY",
            "resultType": if failed { "Failed" } else { "Succeeded" },
            "time": self.stamp("T", ".", "0000Z"),
            "truncated": 0,
        }))
    }

    fn application(&mut self, failed: bool) -> String {
        let account = self.account();
        let (level, message) = if failed {
            let (status, body) = self.refusal();
            (
                "ERROR",
                format!(
                    "call to https://{account}.openai.azure.com/ failed: Error code: {status} - {body}"
                ),
            )
        } else {
            let tokens = self.below(900);
            (
                "INFO",
                format!(
                    "completion from https://{account}.openai.azure.com/ with {tokens} tokens: {}",
                    self.words(24)
                ),
            )
        };
        line(&json!({
            "timestamp": self.stamp("T", ".", "Z"),
            "level": level,
            "logger": "chat.service",
            "thread": format!("worker-{}", self.below(16)),
            "trace_id": format!("{:016x}{:016x}", self.next(), self.next()),
            "duration_ms": self.below(4_000),
            "message": message,
        }))
    }

    fn text(&mut self, failed: bool) -> String {
        let stamp = self.stamp(" ", ",", "");
        if !failed {
            let took = self.below(4_000);
            return format!(
                "{stamp} INFO chat.service answered in {took} ms: {}\n",
                self.words(12)
            );
        }
        let account = self.account();
        let (status, body) = self.refusal();
        let url = format!(
            "https://{account}.openai.azure.com/openai/deployments/{}/chat/completions",
            self.deployment()
        );
        match self.below(4) {
            0 => format!(
                "{stamp} ERROR chat.service call to {url} failed\nTraceback (most recent call last):\n  File \"/app/chat.py\", line {}, in answer\n    completion = client.chat.completions.create(model=name)\n  File \"/usr/lib/python3.12/site-packages/openai/_base_client.py\", line 1047, in request\n    raise self._make_status_error_from_response(err.response) from None\nopenai.APIStatusError: Error code: {status} - {body}\n",
                self.below(900)
            ),
            1 => format!(
                "{stamp} ERROR [http-nio-8080-exec-{}] c.c.ChatService : {url}\ncom.azure.core.exception.HttpResponseException: Status code {status}, \"{body}\"\n\tat com.azure.core.implementation.http.rest.RestProxyBase.instantiateUnexpectedException(RestProxyBase.java:388)\n\tat com.azure.ai.openai.OpenAIClient.getChatCompletions(OpenAIClient.java:700)\n\tat com.contoso.ChatService.answer(ChatService.java:{})\n",
                self.below(16),
                self.below(400)
            ),
            2 => format!(
                "{stamp} fail: Contoso.Chat[0]\n      Azure.RequestFailedException: Service request failed. {url}\n      Status: {status}\n\n      Content:\n      {body}\n\n      Headers:\n      apim-request-id: {}\n         at Azure.Core.HttpPipelineExtensions.ProcessMessageAsync(HttpPipeline pipeline)\n",
                self.id()
            ),
            _ => format!(
                "{stamp} error: APIError: {status} {body} {url}\n    at APIError.generate (/app/node_modules/openai/core/error.js:45:20)\n    at AzureOpenAI.makeRequest (/app/node_modules/openai/client.js:312:30) {{\n  status: {status},\n  requestID: '{}'\n}}\n",
                self.id()
            ),
        }
    }

    fn access(&mut self, failed: bool) -> String {
        let status = if failed {
            self.one(&[401, 404, 403])
        } else {
            200
        };
        let seconds = Timestamp(self.time / 1_000).to_string();
        let (size, last) = (self.below(9_000), self.below(256));
        let host = self.account();
        // 2026-11-23T10:00:00Z as the web servers write it.
        let day = format!(
            "{}/Nov/{}:{}",
            &seconds[8..10],
            &seconds[..4],
            &seconds[11..19]
        );
        format!(
            "10.0.3.{last} - - [{day} +0000] \"POST https://{host}.openai.azure.com/openai/v1/responses HTTP/1.1\" {status} {size} \"-\" \"OpenAI/Python 3.54.0\"\n"
        )
    }

    fn own(&mut self, failed: bool) -> String {
        let time = Timestamp(self.time / 1_000);
        if !failed {
            return format!("{time} serving\n");
        }
        let (who, account) = (
            self.one(&["owner", "contributor", "build-robot"]),
            self.account(),
        );
        let (status, cause) = self.one(&[
            (401, "role-control-plane-only"),
            (401, "role-missing"),
            (404, "deployment-not-found"),
            (401, "token-wrong-audience"),
        ]);
        format!(
            "{time} {status} {who} on {account}: POST /openai/v1/responses -> {cause}\n    why: entrada explain --request {}\n",
            self.id()
        )
    }

    /// A refusal of the service: its status and body.
    fn refusal(&mut self) -> (u16, String) {
        let principal = self.id();
        let data_action =
            "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"
                .to_owned();
        let refusal = match self.below(7) {
            0 | 1 => Refusal::PrincipalLacksDataAction {
                principal,
                data_action,
                method: "POST".into(),
                template: "/openai/deployments/{deployment-id}/chat/completions".into(),
            },
            2 => Refusal::PrincipalLacksAccess,
            3 => Refusal::DeploymentNotFound,
            4 => Refusal::NetworkDenied,
            5 => Refusal::KeysDisabled,
            _ => Refusal::TokenRejected {
                audience: "https://cognitiveservices.azure.com".into(),
            },
        };
        let rendered = refusal.render();
        (rendered.status, rendered.body)
    }

    fn completion(&mut self) -> String {
        let answer = self.words(120);
        json!({
            "choices": [{ "finish_reason": "stop", "index": 0, "message": { "content": answer, "role": "assistant" } }],
            "created": self.time / 1_000,
            "id": format!("chatcmpl-{:016x}", self.next()),
            "model": "gpt-4o",
            "object": "chat.completion",
            "usage": { "completion_tokens": self.below(900), "prompt_tokens": self.below(900) },
        })
        .to_string()
    }

    fn account(&mut self) -> &'static str {
        self.one(&["contoso", "contoso-dev", "fabrikam-eu", "northwind"])
    }

    fn deployment(&mut self) -> &'static str {
        self.one(&["chat-prod", "chat-dev", "gpt-4o", "embeddings"])
    }

    fn words(&mut self, count: usize) -> String {
        const WORDS: [&str; 16] = [
            "the",
            "capital",
            "of",
            "summary",
            "meeting",
            "please",
            "write",
            "quarter",
            "report",
            "about",
            "customer",
            "translate",
            "into",
            "French",
            "with",
            "numbers",
        ];
        let mut text = String::new();
        for number in 0..count {
            let gap = if number == 0 { "" } else { " " };
            let _ = write!(text, "{gap}{}", self.one(&WORDS));
        }
        text
    }

    fn id(&mut self) -> String {
        // A small tenant: the same callers come back.
        let number = self.below(40);
        format!(
            "{:08x}-1111-4222-8333-{:012x}",
            number * 7_919 + 0x10_0000,
            number * 104_729
        )
    }

    fn stamp(&self, between: &str, fraction: &str, zone: &str) -> String {
        let time = Timestamp(self.time / 1_000).to_string();
        let (day, clock) = (&time[..10], &time[11..19]);
        format!(
            "{day}{between}{clock}{fraction}{:03}{zone}",
            self.time % 1_000
        )
    }

    fn one<T: Copy>(&mut self, choices: &[T]) -> T {
        let at = usize::try_from(self.below(choices.len() as u64)).unwrap_or(0);
        choices[at]
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// SplitMix64 (Steele, Lea and Flood, 2014).
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

fn line(value: &Value) -> String {
    format!("{value}\n")
}
