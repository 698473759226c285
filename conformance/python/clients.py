"""SDK clients as their documentation makes them. Retries are off where a test counts refusals."""

from anthropic import AnthropicFoundry
from azure.ai.inference import ChatCompletionsClient, EmbeddingsClient
from openai import AzureOpenAI, OpenAI

from conftest import CLASSIC_VERSION, RESPONSES_VERSION, SCOPE, Server


def azure_openai(server: Server, principal: str, version: str = CLASSIC_VERSION, **more) -> AzureOpenAI:
    more.setdefault("azure_endpoint", server.https)
    more.setdefault("max_retries", 0)
    return AzureOpenAI(api_version=version, azure_ad_token_provider=server.tokens(principal), **more)


def azure_responses(server: Server, principal: str, **more) -> AzureOpenAI:
    return azure_openai(server, principal, RESPONSES_VERSION, **more)


def openai_v1(server: Server, principal: str, **more) -> OpenAI:
    more.setdefault("base_url", f"{server.https}/openai/v1")
    more.setdefault("max_retries", 0)
    return OpenAI(api_key=server.tokens(principal), **more)


def foundry(server: Server, principal: str, **more) -> AnthropicFoundry:
    more.setdefault("base_url", f"{server.https}/anthropic")
    more.setdefault("max_retries", 0)
    return AnthropicFoundry(azure_ad_token_provider=server.tokens(principal), **more)


def inference_chat(server: Server, principal: str, **more) -> ChatCompletionsClient:
    more.setdefault("credential_scopes", [SCOPE])
    return ChatCompletionsClient(f"{server.https}/models", server.credential(principal), retry_total=0, **more)


def inference_embeddings(server: Server, principal: str, **more) -> EmbeddingsClient:
    more.setdefault("credential_scopes", [SCOPE])
    return EmbeddingsClient(f"{server.https}/models", server.credential(principal), retry_total=0, **more)
