//! The rows of the troubleshooting page, as calls that go wrong and what mends them.

/// One way to get a row's error.
pub(super) struct Situation {
    /// The page's row.
    pub(super) row: usize,
    /// What the page calls it.
    pub(super) error: &'static str,
    /// What happened, in a sentence.
    pub(super) story: &'static str,
    /// The principal of the sample tenant.
    pub(super) principal: &'static str,
    /// The call as first made.
    pub(super) call: Call,
    /// What the refusal's root cause must be.
    pub(super) cause: &'static str,
    /// The page's solution.
    pub(super) solution: Solution,
}

/// A call to the endpoint.
#[derive(Clone, Copy)]
pub(super) struct Call {
    pub(super) path: &'static str,
    pub(super) body: Option<&'static str>,
    pub(super) credential: Credential,
}

/// What a call presents.
#[derive(Clone, Copy)]
pub(super) enum Credential {
    /// A token for this audience, where it belongs.
    Token { audience: &'static str },
    /// A token in another header.
    TokenInHeader {
        header: &'static str,
        audience: &'static str,
    },
}

/// What mends a situation.
pub(super) enum Solution {
    /// A role assignment, and waiting until it is effective.
    Grant {
        role: &'static str,
        scope: &'static str,
    },
    /// Another call.
    Change { what: &'static str, call: Call },
}

const COGNITIVE_SERVICES: &str = "https://cognitiveservices.azure.com";
const MACHINE_LEARNING: &str = "https://ml.azure.com";
const MANAGEMENT: &str = "https://management.azure.com";

const CHAT_GPT: &str = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21";
const MODELS_CHAT: &str = "/models/chat/completions?api-version=2024-05-01-preview";

const SAY_HELLO: &str = r#"{"messages":[{"role":"user","content":"Say hello"}]}"#;
const SAY_HELLO_PHI: &str =
    r#"{"model":"Phi-4","messages":[{"role":"user","content":"Say hello"}]}"#;

const fn with_token(path: &'static str, body: &'static str, audience: &'static str) -> Call {
    Call {
        path,
        body: Some(body),
        credential: Credential::Token { audience },
    }
}

/// All of them, in the page's order; row 1 is about software versions and has no call.
pub(super) const SITUATIONS: &[Situation] = &[
    Situation {
        row: 2,
        error: "401 Principal does not have access to API/Operation",
        story: "an Owner of the resource group calls a model",
        principal: "owner",
        call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        cause: "role-control-plane-only",
        solution: Solution::Grant {
            role: "Cognitive Services User",
            scope: "contoso",
        },
    },
    Situation {
        row: 2,
        error: "401 Principal does not have access to API/Operation",
        story: "Cognitive Services OpenAI User calls a model that is not OpenAI's",
        principal: "openai-only",
        call: with_token(MODELS_CHAT, SAY_HELLO_PHI, COGNITIVE_SERVICES),
        cause: "role-openai-only",
        solution: Solution::Grant {
            role: "Cognitive Services User",
            scope: "contoso",
        },
    },
    Situation {
        row: 2,
        error: "401 Principal does not have access to API/Operation",
        story: "the right role, on another resource",
        principal: "other-resource",
        call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        cause: "role-wrong-scope",
        solution: Solution::Grant {
            role: "Cognitive Services User",
            scope: "contoso",
        },
    },
    Situation {
        row: 3,
        error: "401 HTTP/1.1 401 PermissionDenied",
        story: "a Contributor of the subscription; this is the status line of the same refusal",
        principal: "contributor",
        call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        cause: "role-control-plane-only",
        solution: Solution::Grant {
            role: "Cognitive Services User",
            scope: "contoso",
        },
    },
    Situation {
        row: 4,
        error: "401 Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired.",
        story: "REST, with the token in the header that the page names",
        principal: "developer",
        call: Call {
            path: CHAT_GPT,
            body: Some(SAY_HELLO),
            credential: Credential::TokenInHeader {
                header: "Authentication",
                audience: COGNITIVE_SERVICES,
            },
        },
        cause: "token-wrong-header",
        solution: Solution::Change {
            what: "send it as `Authorization: Bearer …`",
            call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 4,
        error: "401 Unauthorized. Access token is missing, invalid, audience is incorrect, or have expired.",
        story: "REST, with a token for Azure's management API",
        principal: "developer",
        call: with_token(CHAT_GPT, SAY_HELLO, MANAGEMENT),
        cause: "token-wrong-audience",
        solution: Solution::Change {
            what: "ask for the scope https://cognitiveservices.azure.com/.default",
            call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 5,
        error: "`AzureOpenAI` class, 401 Unauthorized. Access token is missing, invalid, audience is incorrect…",
        story: "the AzureOpenAI class with a token for Azure Machine Learning",
        principal: "developer",
        call: with_token(CHAT_GPT, SAY_HELLO, MACHINE_LEARNING),
        cause: "token-wrong-audience",
        solution: Solution::Change {
            what: "ask for the scope https://cognitiveservices.azure.com/.default",
            call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 5,
        error: "`AzureOpenAI` class with a model that is not OpenAI's",
        story: "the AzureOpenAI class puts Phi-4 into an /openai/deployments/ path",
        principal: "developer",
        call: with_token(
            "/openai/deployments/Phi-4/chat/completions?api-version=2024-10-21",
            SAY_HELLO,
            COGNITIVE_SERVICES,
        ),
        cause: "endpoint-wrong-for-sdk",
        solution: Solution::Change {
            what: "use the Azure AI Inference route (or OpenAI v1)",
            call: with_token(MODELS_CHAT, SAY_HELLO_PHI, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 6,
        error: "Azure AI Inference SDK, 401 Unauthorized. Access token is missing, invalid, audience is incorrect…",
        story: "the Azure AI Inference SDK with its own default scope, https://ml.azure.com/.default",
        principal: "developer",
        call: with_token(MODELS_CHAT, SAY_HELLO_PHI, MACHINE_LEARNING),
        cause: "token-wrong-audience",
        solution: Solution::Change {
            what: "pass credential_scopes=[\"https://cognitiveservices.azure.com/.default\"]",
            call: with_token(MODELS_CHAT, SAY_HELLO_PHI, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 7,
        error: "404 Not found",
        story: "the page's spelling of the inference endpoint, /model",
        principal: "developer",
        call: with_token(
            "/model/chat/completions?api-version=2024-05-01-preview",
            SAY_HELLO_PHI,
            COGNITIVE_SERVICES,
        ),
        cause: "endpoint-malformed",
        solution: Solution::Change {
            what: "the route is /models",
            call: with_token(MODELS_CHAT, SAY_HELLO_PHI, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 7,
        error: "404 Not found",
        story: "a deployment that does not exist",
        principal: "developer",
        call: with_token(
            "/openai/deployments/gpt-4o-prod/chat/completions?api-version=2024-10-21",
            SAY_HELLO,
            COGNITIVE_SERVICES,
        ),
        cause: "deployment-not-found",
        solution: Solution::Change {
            what: "name a deployment of this account: gpt-4o",
            call: with_token(CHAT_GPT, SAY_HELLO, COGNITIVE_SERVICES),
        },
    },
    Situation {
        row: 7,
        error: "404 Not found",
        story: "no api-version, as with the plain OpenAI class on an Azure route",
        principal: "developer",
        call: with_token(
            "/openai/deployments/gpt-4o/chat/completions",
            SAY_HELLO,
            COGNITIVE_SERVICES,
        ),
        cause: "api-version-missing",
        solution: Solution::Change {
            what: "add ?api-version=2024-10-21, or use /openai/v1",
            call: with_token(
                "/openai/v1/chat/completions",
                r#"{"model":"gpt-4o","messages":[{"role":"user","content":"Say hello"}]}"#,
                COGNITIVE_SERVICES,
            ),
        },
    },
];
