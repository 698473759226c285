"""Each refusal is the SDK's own exception, with the service's words."""

import anthropic
import openai
import pytest
from azure.ai.inference import ChatCompletionsClient
from azure.ai.inference.models import UserMessage
from azure.core.credentials import AzureKeyCredential
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError

from clients import azure_openai, azure_responses, foundry, inference_chat, openai_v1

HELLO = [{"role": "user", "content": "hello"}]
CHAT_ACTION = "Microsoft.CognitiveServices/accounts/OpenAI/deployments/chat/completions/action"


def refused(call) -> Exception:
    try:
        call()
    except Exception as exception:
        return exception
    pytest.fail("the call was answered")


def chat(client, model="gpt-4o", **more):
    return client.chat.completions.create(model=model, messages=HELLO, **more)


@pytest.mark.parametrize("principal", ["nobody", "owner", "contributor", "other-resource"])
def test_a_missing_role_is_401_permission_denied(server, principal):
    exception = refused(lambda: chat(azure_openai(server, principal)))
    assert isinstance(exception, openai.AuthenticationError)
    assert (exception.status_code, exception.code) == (401, "PermissionDenied")
    assert f"lacks the required data action `{CHAT_ACTION}`" in str(exception)
    assert "POST /openai/deployments/{deployment-id}/chat/completions" in str(exception)
    assert exception.response.reason_phrase == "PermissionDenied"
    assert exception.response.headers["apim-request-id"]


def test_a_missing_role_on_the_other_routes(server):
    for call, template in [
        (lambda: chat(openai_v1(server, "nobody")), "POST /openai/v1/chat/completions"),
        (lambda: openai_v1(server, "nobody").responses.create(model="gpt-4o", input="x"), "POST /openai/v1/responses"),
        (lambda: azure_responses(server, "nobody").responses.create(model="gpt-4o", input="x"), "POST /openai/responses"),
        (lambda: openai_v1(server, "nobody").models.list(), "GET /openai/v1/models"),
    ]:
        exception = refused(call)
        assert isinstance(exception, openai.AuthenticationError), exception
        assert template in str(exception)


def test_an_openai_role_does_not_reach_other_models(server):
    assert chat(azure_openai(server, "openai-only")).choices
    exception = refused(lambda: inference_chat(server, "openai-only").complete(messages=[UserMessage("x")], model="Phi-4"))
    assert isinstance(exception, ClientAuthenticationError)
    assert exception.error.code == "PermissionDenied"
    assert "accounts/MaaS/chat/completions/action" in exception.message
    exception = refused(lambda: foundry(server, "openai-only").messages.create(model="claude-sonnet", max_tokens=9, messages=HELLO))
    assert isinstance(exception, anthropic.AuthenticationError)


@pytest.mark.parametrize(
    "token",
    [
        "eyJhbGciOiJSUzI1NiJ9.e30.c2ln",
        "eyJ0eXAi",
        "not.a.token",
    ],
)
def test_a_broken_token_is_401_with_the_flat_envelope(server, token):
    client = openai.AzureOpenAI(azure_endpoint=server.https, api_version="2024-10-21", azure_ad_token=token, max_retries=0)
    exception = refused(lambda: chat(client))
    assert isinstance(exception, openai.AuthenticationError)
    assert "Access token is missing, invalid, audience is incorrect (https://cognitiveservices.azure.com), or have expired." in str(
        exception.response.text
    )
    assert exception.response.reason_phrase == "Unauthorized"


def test_a_token_for_another_audience(server):
    token = server.credential("developer").get_token("https://management.azure.com/.default").token
    client = openai.AzureOpenAI(azure_endpoint=server.https, api_version="2024-10-21", azure_ad_token=token, max_retries=0)
    exception = refused(lambda: chat(client))
    assert isinstance(exception, openai.AuthenticationError)
    assert "audience is incorrect" in exception.response.text


def test_the_inference_sdks_default_scope(server):
    """It asks for https://ml.azure.com/.default, which the service does not take."""
    client = ChatCompletionsClient(f"{server.https}/models", server.credential("developer"), retry_total=0)
    exception = refused(lambda: client.complete(messages=[UserMessage("x")], model="Phi-4"))
    assert isinstance(exception, ClientAuthenticationError)
    assert "audience is incorrect" in exception.response.text()


def test_wrong_keys(server):
    wrong = dict(api_key="wrong", max_retries=0)
    for client in (
        openai.AzureOpenAI(azure_endpoint=server.https, api_version="2024-10-21", **wrong),
        openai.OpenAI(base_url=f"{server.https}/openai/v1", **wrong),
    ):
        exception = refused(lambda client=client: chat(client))
        assert isinstance(exception, openai.AuthenticationError)
        assert exception.code == "401"
        assert "invalid subscription key or wrong API endpoint" in str(exception)
        assert exception.response.headers["content-length"] == "224"
    client = ChatCompletionsClient(f"{server.https}/models", AzureKeyCredential("wrong"), retry_total=0)
    exception = refused(lambda: client.complete(messages=[UserMessage("x")], model="Phi-4"))
    assert isinstance(exception, ClientAuthenticationError)


def test_keys_that_are_switched_off(server):
    client = openai.AzureOpenAI(
        azure_endpoint=f"{server.https}/contoso-lab", api_key="contoso-lab-key", api_version="2024-10-21", max_retries=0
    )
    exception = refused(lambda: chat(client))
    assert isinstance(exception, openai.PermissionDeniedError)
    assert exception.code == "AuthenticationTypeDisabled"


def test_a_deployment_that_is_not_there(server):
    for client in (azure_openai(server, "developer"), openai_v1(server, "developer")):
        exception = refused(lambda client=client: chat(client, "gpt-5-typo"))
        assert isinstance(exception, openai.NotFoundError)
        assert exception.code == "DeploymentNotFound"
    exception = refused(lambda: inference_chat(server, "developer").complete(messages=[UserMessage("x")], model="no-such"))
    assert isinstance(exception, ResourceNotFoundError)


def test_a_call_without_a_model(server):
    exception = refused(lambda: inference_chat(server, "developer").complete(messages=[UserMessage("x")]))
    assert isinstance(exception, HttpResponseError)
    assert exception.error.code == "no_model_name"


def test_api_versions(server):
    exception = refused(lambda: chat(azure_openai(server, "developer", "2024-99-99")))
    assert isinstance(exception, openai.NotFoundError)
    exception = refused(lambda: azure_openai(server, "developer").responses.create(model="gpt-4o", input="x"))
    assert isinstance(exception, openai.BadRequestError)
    assert "2025-03-01-preview and later" in str(exception)


def test_an_operation_that_the_model_lacks(server):
    exception = refused(lambda: azure_openai(server, "developer").embeddings.create(model="gpt-4o", input="x"))
    assert isinstance(exception, openai.BadRequestError)
    assert exception.code == "OperationNotSupported"


def test_faults_on_demand(server):
    """What a client asks for to test its own error handling."""
    client = azure_openai(server, "developer")
    for fault, expected in [
        ("429;retry-after=0", openai.RateLimitError),
        ("500", openai.InternalServerError),
        ("503", openai.InternalServerError),
        ("content-filter", openai.BadRequestError),
        ("disconnect", openai.APIConnectionError),
    ]:
        exception = refused(lambda fault=fault: chat(client, extra_headers={"x-entrada-fault": fault}))
        assert isinstance(exception, expected), (fault, exception)
    exception = refused(lambda: chat(client, timeout=0.5, extra_headers={"x-entrada-fault": "timeout"}))
    assert isinstance(exception, openai.APITimeoutError)
