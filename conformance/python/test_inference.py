"""azure-ai-inference and azure-ai-projects."""

import pytest
from azure.ai.inference import ChatCompletionsClient
from azure.ai.inference.models import SystemMessage, UserMessage
from azure.ai.projects import AIProjectClient
from azure.core.credentials import AzureKeyCredential

from clients import inference_chat, inference_embeddings

HELLO = [SystemMessage("Be brief."), UserMessage("hello")]


@pytest.mark.parametrize("model", ["Phi-4", "gpt-4o"])
def test_chat(server, model):
    completion = inference_chat(server, "developer").complete(messages=HELLO, model=model)
    assert completion.choices[0].message.content == f"[simulated {model}] You said: hello"
    assert completion.usage.total_tokens > 0


def test_chat_streams(server):
    updates = inference_chat(server, "developer").complete(messages=HELLO, model="Phi-4", stream=True)
    text = "".join(choice.delta.content or "" for update in updates for choice in update.choices)
    assert text == "[simulated Phi-4] You said: hello"


def test_extra_parameters_ride_along(server):
    completion = inference_chat(server, "developer").complete(
        messages=HELLO, model="Phi-4", model_extras={"safe_mode": True}
    )
    assert completion.choices[0].finish_reason == "stop"


def test_embeddings(server):
    answer = inference_embeddings(server, "developer").embed(input=["hello"], model="text-embedding-3-small")
    assert len(answer.data[0].embedding) == 1536


def test_model_info(server):
    client = ChatCompletionsClient(
        f"{server.https}/openai/deployments/gpt-4o",
        server.credential("developer"),
        credential_scopes=["https://cognitiveservices.azure.com/.default"],
        api_version="2024-10-21",
    )
    info = client.get_model_info()
    assert (info.model_name, info.model_type) == ("gpt-4o", "chat-completion")


def test_a_deployment_is_addressed_by_endpoint(server):
    client = ChatCompletionsClient(
        f"{server.https}/openai/deployments/gpt-4o",
        server.credential("developer"),
        credential_scopes=["https://cognitiveservices.azure.com/.default"],
        api_version="2024-10-21",
    )
    assert client.complete(messages=HELLO).choices[0].message.content.endswith("You said: hello")


def test_a_key_which_the_sdk_sends_twice(server):
    """As `api-key` and as a bearer: the bearer is no token, and need not be one."""
    client = ChatCompletionsClient(f"{server.https}/models", AzureKeyCredential("contoso-local-key-1"))
    assert client.complete(messages=HELLO, model="Phi-4").choices[0].message.content.endswith("hello")


def test_a_project_lists_and_calls_its_deployments(server):
    with AIProjectClient(f"{server.https}/api/projects/chat", server.credential("developer")) as project:
        deployments = {deployment.name: deployment for deployment in project.deployments.list()}
        assert {"gpt-4o", "Phi-4", "claude-sonnet"} <= set(deployments)
        assert deployments["Phi-4"].model_publisher == "Microsoft"
        with project.get_openai_client() as client:
            assert client.responses.create(model="gpt-4o", input="hello").output_text.endswith("You said: hello")
