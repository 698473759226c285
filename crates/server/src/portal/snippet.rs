//! A first call in every language, to be copied.

use serde_json::Value;

/// The languages, with what people call them.
pub(super) const LANGUAGES: &[(&str, &str)] = &[
    ("python", "Python"),
    ("javascript", "JavaScript"),
    ("csharp", "C#"),
    ("go", "Go"),
    ("rust", "Rust"),
    ("curl", "curl"),
];

/// What is to be called.
pub(super) struct Called<'c> {
    /// The account's address, without a slash at the end.
    pub(super) base: &'c str,
    /// The scope of the token.
    pub(super) scope: String,
    pub(super) deployment: &'c str,
}

/// A program to copy.
pub(super) struct Snippet {
    pub(super) language: &'static str,
    /// What it needs beforehand.
    pub(super) install: &'static str,
    pub(super) code: String,
}

/// The program in this language; in the first one, if there is no such language.
pub(super) fn of(language: &str, called: &Called<'_>) -> Snippet {
    let known = LANGUAGES.iter().find(|(id, _)| *id == language);
    let (language, _) = known.unwrap_or(&LANGUAGES[0]);
    let (install, template) = match *language {
        "javascript" => ("npm install openai @azure/identity", JAVASCRIPT),
        "csharp" => (
            "dotnet add package OpenAI && dotnet add package Azure.Identity",
            CSHARP,
        ),
        "go" => (
            "go get github.com/openai/openai-go/v3 github.com/Azure/azure-sdk-for-go/sdk/azidentity",
            GO,
        ),
        "rust" => (
            "cargo add azure_identity azure_core serde_json && cargo add tokio --features full && cargo add reqwest --features json",
            RUST,
        ),
        "curl" => ("", CURL),
        _ => ("pip install openai azure-identity", PYTHON),
    };
    // As all of these languages write texts in quotes.
    let quoted = |text: &str| Value::from(text).to_string();
    let code = template
        .replace("{v1}", &quoted(&format!("{}/openai/v1/", called.base)))
        .replace(
            "{chat}",
            &quoted(&format!("{}/openai/v1/chat/completions", called.base)),
        )
        .replace("{scope}", &quoted(&called.scope))
        .replace("{model}", &quoted(called.deployment));
    Snippet {
        language,
        install,
        code,
    }
}

const PYTHON: &str = r#"from azure.identity import DefaultAzureCredential, get_bearer_token_provider
from openai import OpenAI

tokens = get_bearer_token_provider(DefaultAzureCredential(), {scope})
client = OpenAI(base_url={v1}, api_key=tokens)
answer = client.chat.completions.create(
    model={model},
    messages=[{"role": "user", "content": "Hello"}],
)
print(answer.choices[0].message.content)
"#;

const JAVASCRIPT: &str = r#"import { DefaultAzureCredential, getBearerTokenProvider } from "@azure/identity";
import OpenAI from "openai";

const tokens = getBearerTokenProvider(new DefaultAzureCredential(), {scope});
const client = new OpenAI({ baseURL: {v1}, apiKey: tokens });
const answer = await client.chat.completions.create({
  model: {model},
  messages: [{ role: "user", content: "Hello" }],
});
console.log(answer.choices[0].message.content);
"#;

const CSHARP: &str = r#"using System.ClientModel.Primitives;
using Azure.Identity;
using OpenAI;
using OpenAI.Chat;

BearerTokenPolicy tokens = new(new DefaultAzureCredential(), {scope});
ChatClient client = new(
    model: {model},
    authenticationPolicy: tokens,
    options: new OpenAIClientOptions { Endpoint = new Uri({v1}) });
ChatCompletion answer = client.CompleteChat("Hello");
Console.WriteLine(answer.Content[0].Text);
"#;

const GO: &str = r#"package main

import (
	"context"
	"fmt"

	"github.com/Azure/azure-sdk-for-go/sdk/azidentity"
	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/azure"
	"github.com/openai/openai-go/v3/option"
)

func main() {
	credential, err := azidentity.NewDefaultAzureCredential(nil)
	if err != nil {
		panic(err)
	}
	client := openai.NewClient(
		option.WithBaseURL({v1}),
		azure.WithTokenCredential(credential, azure.WithTokenCredentialScopes([]string{{scope}})),
	)
	answer, err := client.Chat.Completions.New(context.Background(), openai.ChatCompletionNewParams{
		Model:    {model},
		Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage("Hello")},
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(answer.Choices[0].Message.Content)
}
"#;

const RUST: &str = r#"use azure_core::credentials::TokenCredential;
use serde_json::{Value, json};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let credential = azure_identity::DeveloperToolsCredential::new(None)?;
    let token = credential.get_token(&[{scope}], None).await?;
    let answer: Value = reqwest::Client::new()
        .post({chat})
        .bearer_auth(token.token.secret())
        .json(&json!({
            "model": {model},
            "messages": [{ "role": "user", "content": "Hello" }],
        }))
        .send()
        .await?
        .json()
        .await?;
    println!("{}", answer["choices"][0]["message"]["content"]);
    Ok(())
}
"#;

const CURL: &str = r#"TOKEN=$(az account get-access-token --scope {scope} --query accessToken --output tsv)
curl {chat} \
  -H "Authorization: Bearer $TOKEN" \
  -H "Content-Type: application/json" \
  -d '{"model": {model}, "messages": [{"role": "user", "content": "Hello"}]}'
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_a_program_without_a_hole() {
        let called = Called {
            base: "https://localhost:8443/contoso",
            scope: "https://cognitiveservices.azure.com/.default".to_owned(),
            deployment: "gpt-\"4o",
        };
        for (language, _) in LANGUAGES {
            let snippet = of(language, &called);
            assert_eq!(snippet.language, *language);
            assert!(snippet.code.contains(r#""gpt-\"4o""#), "{language}");
            assert!(
                snippet
                    .code
                    .contains("https://localhost:8443/contoso/openai/v1/")
            );
            assert!(snippet.code.contains("/.default\""), "{language}");
            for hole in ["{v1}", "{chat}", "{scope}", "{model}"] {
                assert!(!snippet.code.contains(hole), "{language} {hole}");
            }
        }
        assert_eq!(of("cobol", &called).language, "python");
    }
}
