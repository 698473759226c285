"""A deployment whose model runs on a server of one's own (`model_server.py`)."""

import time

import openai
import pytest
import requests

from clients import azure_openai, azure_responses, inference_chat, openai_v1

HELLO = [{"role": "user", "content": "hello"}]
DEPLOYMENT = "llama"


@pytest.fixture
def seen(server):
    """What the model server saw last."""
    url = (server.work / "model-server").read_text()
    return lambda: requests.get(f"{url}/seen", timeout=10).json()


@pytest.mark.parametrize("client_of", [azure_openai, openai_v1])
def test_a_call_reaches_the_server_under_our_name_and_credential(server, seen, client_of):
    answer = client_of(server, "developer").chat.completions.create(model=DEPLOYMENT, messages=HELLO)
    assert answer.choices[0].message.content == "llama3.2:3b heard hello"
    last = seen()
    assert last["path"] == "/v1/chat/completions"
    assert last["body"]["model"] == "llama3.2:3b"
    assert last["headers"]["authorization"] == "Bearer the-gateways-own-key"
    assert not {"api-key", "cookie", "x-entrada-test-id"} & set(last["headers"])


def test_the_inference_api_reaches_it_too(server, seen):
    from azure.ai.inference.models import UserMessage

    answer = inference_chat(server, "developer").complete(messages=[UserMessage("hello")], model=DEPLOYMENT)
    assert answer.choices[0].message.content == "llama3.2:3b heard hello"


def test_a_stream_is_not_held_back_and_ends_when_the_client_goes(server, seen):
    many = [{"role": "user", "content": "400"}]  # twenty seconds of it
    begun = time.monotonic()
    with azure_openai(server, "developer").chat.completions.create(model=DEPLOYMENT, messages=many, stream=True) as stream:
        first = next(iter(stream))
        assert first.choices[0].delta.content == "0 "
        assert time.monotonic() - begun < 5
    while not seen()["gone"]:
        assert time.monotonic() - begun < 15, "the model server still writes"
        time.sleep(0.1)


def test_who_may_not_call_does_not_reach_it(server, seen):
    azure_openai(server, "developer").chat.completions.create(model=DEPLOYMENT, messages=HELLO)
    with pytest.raises(openai.AuthenticationError):
        azure_openai(server, "nobody").chat.completions.create(
            model=DEPLOYMENT, messages=[{"role": "user", "content": "secret"}]
        )
    assert seen()["body"]["messages"] == HELLO


def test_a_body_that_names_two_models_does_not_reach_it(server):
    for body in ('{"messages":[],"model":"llama","model":"other"}', '{"messages":[],"model":"llama","MODEL":"other"}'):
        answer = requests.post(
            f"{server.https}/openai/deployments/llama/chat/completions?api-version=2024-10-21",
            data=body,
            headers={
                "Authorization": f"Bearer {server.tokens('developer')()}",
                "Content-Type": "application/json",
            },
            timeout=10,
        )
        assert answer.status_code == 400, answer.text


def test_what_the_server_lacks_is_refused(server):
    with pytest.raises(openai.BadRequestError) as refusal:
        azure_openai(server, "developer").embeddings.create(model=DEPLOYMENT, input="x")
    assert refusal.value.code == "OperationNotSupported"


def test_a_server_that_is_down_is_a_bad_gateway(server):
    with pytest.raises(openai.InternalServerError) as refusal:
        azure_openai(server, "developer").chat.completions.create(model="nobody-home", messages=HELLO)
    assert refusal.value.status_code == 502
    assert "127.0.0.1" not in str(refusal.value)


@pytest.mark.parametrize("client_of", [azure_responses, openai_v1])
def test_responses_that_the_server_keeps_are_read_and_deleted_there(server, client_of):
    client = client_of(server, "developer")
    made = client.responses.create(model="keeper", input="hello")
    assert client.responses.retrieve(made.id).output_text == "llama3.2:3b heard hello"
    assert [item.content[0].text for item in client.responses.input_items.list(made.id)] == ["hello"]
    with pytest.raises(openai.AuthenticationError):
        client_of(server, "nobody").responses.retrieve(made.id)
    client.responses.delete(made.id)
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(made.id)
