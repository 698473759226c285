"""Each row of the troubleshooting page: the refusal, its explanation, the fix, and success."""

import openai
import pytest
import requests
from azure.ai.inference import ChatCompletionsClient
from azure.ai.inference.models import UserMessage
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError

from clients import azure_openai, inference_chat, openai_v1
from conftest import SCOPE, Server

HELLO = [{"role": "user", "content": "hello"}]
ROLE = "Cognitive Services User"


def chat(client, model: str = "gpt-4o"):
    return client.chat.completions.create(model=model, messages=HELLO).choices[0].message.content


def rules(explanation: dict) -> list[str]:
    """The rules that an explanation names, best first."""
    report = explanation.get("report", explanation)
    return [finding["rule"] for finding in report["findings"]]


@pytest.fixture
def granted(server: Server):
    """Grants a role for the length of a test."""
    grants: list[tuple[str, str, str]] = []

    def grant(principal: str, role: str = ROLE, scope: str = "contoso") -> None:
        server.command("grant", principal, role, scope)
        grants.append((principal, role, scope))

    yield grant
    for principal, role, scope in grants:
        server.command("revoke", principal, role, scope)


def test_row_1_an_outdated_sdk(server, tmp_path):
    lock = tmp_path / "requirements.txt"
    lock.write_text("azure-ai-inference==1.0.0b4\nazure-identity==1.15.0\nopenai==1.40.0\n")
    done = server.command("explain", str(lock), "--output", "json", check=False)
    assert done.returncode == 1, done.stderr
    assert "sdk-version-bug" in done.stdout
    lock.write_text("azure-ai-inference==1.0.0b9\nazure-identity==1.27.0\nopenai==3.54.0\n")
    assert server.command("explain", str(lock), "--output", "json", check=False).returncode == 0


def test_row_2_principal_does_not_have_access(server, granted):
    client = azure_openai(server, "nobody")
    with pytest.raises(openai.AuthenticationError, match="PermissionDenied|lacks the required data action"):
        chat(client)
    assert rules(server.explain("nobody"))[0] == "role-missing"
    granted("nobody")
    assert chat(client).endswith("You said: hello")


def test_row_2_a_role_for_openai_models_only(server, granted):
    client = inference_chat(server, "openai-only")
    with pytest.raises(ClientAuthenticationError, match="PermissionDenied"):
        client.complete(messages=[UserMessage("hello")], model="Phi-4")
    assert rules(server.explain("openai-only"))[0] == "role-openai-only"
    granted("openai-only")
    assert client.complete(messages=[UserMessage("hello")], model="Phi-4").choices


@pytest.mark.parametrize("principal", ["owner", "contributor"])
def test_row_3_permission_denied_despite_management_rights(server, granted, principal):
    client = openai_v1(server, principal)
    with pytest.raises(openai.AuthenticationError) as refusal:
        chat(client)
    assert refusal.value.response.reason_phrase == "PermissionDenied"
    assert rules(server.explain(principal))[0] == "role-control-plane-only"
    granted(principal)
    assert chat(client).endswith("You said: hello")


def test_row_3_the_right_role_elsewhere(server, granted):
    client = azure_openai(server, "other-resource")
    with pytest.raises(openai.AuthenticationError):
        chat(client)
    assert rules(server.explain("other-resource"))[0] == "role-wrong-scope"
    granted("other-resource")
    assert chat(client).endswith("You said: hello")


def test_row_4_rest_with_the_pages_own_header(server):
    """The page says `Authentication`; the header is `Authorization`."""
    url = f"{server.https}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
    bearer = f"Bearer {server.credential('developer').get_token(SCOPE).token}"
    refused = requests.post(url, json={"messages": HELLO}, headers={"Authentication": bearer}, timeout=10)
    assert refused.status_code == 401
    assert rules(server.explain())[0] == "token-wrong-header"
    answered = requests.post(url, json={"messages": HELLO}, headers={"Authorization": bearer}, timeout=10)
    assert answered.status_code == 200


def test_row_4_rest_with_another_audience(server):
    url = f"{server.https}/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"

    def post(scope: str) -> requests.Response:
        bearer = f"Bearer {server.credential('developer').get_token(scope).token}"
        return requests.post(url, json={"messages": HELLO}, headers={"Authorization": bearer}, timeout=10)

    refused = post("https://management.azure.com/.default")
    assert refused.status_code == 401
    assert "Access token is missing, invalid, audience is incorrect" in refused.text
    assert rules(server.explain())[0] == "token-wrong-audience"
    assert post(SCOPE).status_code == 200


def test_row_5_azure_openai_with_a_wrong_audience(server):
    token = server.credential("developer").get_token("https://graph.microsoft.com/.default").token
    wrong = openai.AzureOpenAI(azure_endpoint=server.https, api_version="2024-10-21", azure_ad_token=token, max_retries=0)
    with pytest.raises(openai.AuthenticationError, match="audience is incorrect|401"):
        chat(wrong)
    assert rules(server.explain())[0] == "token-wrong-audience"
    assert chat(azure_openai(server, "developer")).endswith("You said: hello")


def test_row_5_azure_openai_with_a_model_that_is_not_openais(server):
    with pytest.raises(openai.APIStatusError) as refusal:
        chat(azure_openai(server, "developer"), "Phi-4")
    assert refusal.value.status_code in (400, 401, 404)
    assert rules(server.explain("developer"))[0] in ("sdk-wrong-class", "endpoint-wrong-for-sdk", "operation-not-supported-by-model")
    answer = inference_chat(server, "developer").complete(messages=[UserMessage("hello")], model="Phi-4")
    assert answer.choices[0].message.content.endswith("You said: hello")


def test_row_6_the_inference_sdk_with_its_default_scope(server):
    wrong = ChatCompletionsClient(f"{server.https}/models", server.credential("developer"), retry_total=0)
    with pytest.raises(ClientAuthenticationError):
        wrong.complete(messages=[UserMessage("hello")], model="Phi-4")
    assert rules(server.explain())[0] == "token-wrong-audience"
    right = ChatCompletionsClient(f"{server.https}/models", server.credential("developer"), credential_scopes=[SCOPE])
    assert right.complete(messages=[UserMessage("hello")], model="Phi-4").choices


def test_row_7_the_pages_own_endpoint_for_the_inference_sdk(server):
    """The page says `/model`; the route is `/models`."""
    wrong = ChatCompletionsClient(
        f"{server.https}/model", server.credential("developer"), credential_scopes=[SCOPE], retry_total=0
    )
    with pytest.raises(HttpResponseError) as refusal:
        wrong.complete(messages=[UserMessage("hello")], model="Phi-4")
    assert refusal.value.status_code == 404
    assert rules(server.explain("developer"))[0] in ("endpoint-malformed", "endpoint-wrong-for-sdk")
    right = inference_chat(server, "developer")
    assert right.complete(messages=[UserMessage("hello")], model="Phi-4").choices


def test_row_7_a_deployment_that_does_not_exist(server):
    with pytest.raises(openai.NotFoundError):
        chat(azure_openai(server, "developer"), "gpt-4o-typo")
    assert rules(server.explain("developer"))[0].startswith(("deployment-", "model-"))
    assert chat(azure_openai(server, "developer"), "gpt-4o").endswith("You said: hello")


def test_row_7_the_endpoint_of_another_sdk(server):
    """AzureOpenAI given the Model Inference endpoint."""
    with pytest.raises(openai.NotFoundError):
        chat(azure_openai(server, "developer", azure_endpoint=f"{server.https}/models"))
    assert rules(server.explain("developer"))[0] in ("endpoint-wrong-for-sdk", "endpoint-malformed")
    assert chat(azure_openai(server, "developer")).endswith("You said: hello")
