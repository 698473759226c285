"""openai: AzureOpenAI on the classic routes, OpenAI on v1."""

import asyncio
import json

import pytest
from openai import AsyncAzureOpenAI, OpenAI
from pydantic import BaseModel

from clients import azure_openai, azure_responses, openai_v1

HELLO = [{"role": "user", "content": "hello"}]
SAID = "[simulated gpt-4o] You said: hello"
CLIENTS = pytest.mark.parametrize("client_of", [azure_openai, openai_v1])
RESPONSE_CLIENTS = pytest.mark.parametrize("client_of", [azure_responses, openai_v1])
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
        },
    }
]


@CLIENTS
def test_chat(server, client_of):
    completion = client_of(server, "developer").chat.completions.create(model="gpt-4o", messages=HELLO)
    assert completion.choices[0].message.content == SAID
    assert completion.usage.total_tokens == completion.usage.prompt_tokens + completion.usage.completion_tokens


@CLIENTS
def test_chat_streams(server, client_of):
    stream = client_of(server, "developer").chat.completions.create(
        model="gpt-4o", messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    text, usage = "", None
    for chunk in stream:
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        usage = chunk.usage or usage
    assert text == SAID
    assert usage.prompt_tokens > 0


@CLIENTS
def test_chat_stream_helper_accumulates_tool_calls(server, client_of):
    with client_of(server, "developer").chat.completions.stream(
        model="gpt-4o", messages=HELLO, tools=TOOLS, tool_choice="required"
    ) as stream:
        stream.until_done()
        call = stream.get_final_completion().choices[0].message.tool_calls[0]
    assert call.function.name == "get_weather"
    assert json.loads(call.function.arguments) == {"city": "city"}


@CLIENTS
def test_a_tool_loop_ends(server, client_of):
    client = client_of(server, "developer")
    messages = [{"role": "user", "content": "get_weather for Paris"}]
    first = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
    call = first.choices[0].message.tool_calls[0]
    messages += [first.choices[0].message, {"role": "tool", "tool_call_id": call.id, "content": "22 degrees"}]
    second = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
    assert second.choices[0].finish_reason == "stop"
    assert "22 degrees" in second.choices[0].message.content


@CLIENTS
def test_structured_output_is_parsed(server, client_of):
    class Person(BaseModel):
        name: str
        age: int
        tags: list[str]

    completion = client_of(server, "developer").chat.completions.parse(
        model="gpt-4o", messages=HELLO, response_format=Person
    )
    assert isinstance(completion.choices[0].message.parsed, Person)


@CLIENTS
def test_embeddings(server, client_of):
    """The SDK asks for base64 and decodes it; `float` comes as a list."""
    client = client_of(server, "developer")
    answer = client.embeddings.create(model="text-embedding-3-small", input=["hello", "hello world"])
    assert [len(item.embedding) for item in answer.data] == [1536, 1536]
    assert sum(x * x for x in answer.data[0].embedding) == pytest.approx(1, abs=1e-4)
    same = client.embeddings.create(model="text-embedding-3-small", input="hello", encoding_format="float")
    assert same.data[0].embedding == pytest.approx(answer.data[0].embedding)
    short = client.embeddings.create(model="text-embedding-3-small", input="hello", dimensions=64)
    assert len(short.data[0].embedding) == 64


def test_completions(server):
    answer = azure_openai(server, "developer").completions.create(model="gpt-35-turbo-instruct", prompt="once", max_tokens=50)
    assert "once" in answer.choices[0].text


@RESPONSE_CLIENTS
def test_responses(server, client_of):
    client = client_of(server, "developer")
    first = client.responses.create(model="gpt-4o", input="hello")
    assert first.output_text == SAID
    assert client.responses.retrieve(first.id).output_text == SAID
    assert [item.content[0].text for item in client.responses.input_items.list(first.id)] == ["hello"]
    second = client.responses.create(model="gpt-4o", input="and?", previous_response_id=first.id)
    assert second.usage.input_tokens > first.usage.total_tokens
    client.responses.delete(first.id)
    with pytest.raises(Exception, match="not found"):
        client.responses.retrieve(first.id)


@RESPONSE_CLIENTS
def test_responses_stream(server, client_of):
    with client_of(server, "developer").responses.stream(model="gpt-4o", input="hello") as stream:
        kinds = [event.type for event in stream]
        final = stream.get_final_response()
    assert kinds[0] == "response.created" and kinds[-1] == "response.completed"
    assert final.output_text == SAID


@RESPONSE_CLIENTS
def test_responses_call_functions(server, client_of):
    client = client_of(server, "developer")
    tools = [{"type": "function", **TOOLS[0]["function"], "strict": False}]
    first = client.responses.create(model="gpt-4o", input="get_weather for Paris", tools=tools)
    call = first.output[0]
    assert (call.type, call.name) == ("function_call", "get_weather")
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "22 degrees"}
    second = client.responses.create(model="gpt-4o", input=[output], previous_response_id=first.id, tools=tools)
    assert "22 degrees" in second.output_text


@CLIENTS
def test_models_are_those_the_caller_may_call(server, client_of):
    names = {model.id for model in client_of(server, "developer").models.list()}
    assert {"gpt-4o", "text-embedding-3-small"} <= names


def test_one_model(server):
    assert openai_v1(server, "developer").models.retrieve("gpt-4o").id == "gpt-4o"


def test_models_of_others_families_are_called_through_v1_too(server):
    completion = openai_v1(server, "developer").chat.completions.create(model="Phi-4", messages=HELLO)
    assert completion.choices[0].message.content == "[simulated Phi-4] You said: hello"


def test_an_account_is_addressed_by_path(server):
    client = azure_openai(server, "developer", azure_endpoint=f"{server.https}/contoso")
    assert client.chat.completions.create(model="gpt-4o", messages=HELLO).choices[0].message.content == SAID
    other = azure_openai(server, "other-resource", azure_endpoint=f"{server.https}/contoso-lab")
    assert other.chat.completions.create(model="gpt-4o", messages=HELLO).choices[0].message.content == SAID


def test_an_account_is_addressed_by_host(server):
    client = azure_openai(server, "developer", default_headers={"Host": "contoso.openai.azure.com"})
    assert client.chat.completions.create(model="gpt-4o", messages=HELLO).choices[0].message.content == SAID


def test_plain_http_and_keys(server):
    """The OpenAI class sends its key as a bearer; AzureOpenAI as `api-key`."""
    from openai import AzureOpenAI

    key = "contoso-local-key-1"
    v1 = OpenAI(base_url=f"{server.http}/openai/v1", api_key=key, max_retries=0)
    classic = AzureOpenAI(azure_endpoint=server.http, api_key=key, api_version="2024-10-21", max_retries=0)
    for client in (v1, classic):
        assert client.chat.completions.create(model="gpt-4o", messages=HELLO).choices[0].message.content == SAID


def test_the_asynchronous_client(server):
    async def ask() -> str:
        async with AsyncAzureOpenAI(
            azure_endpoint=server.https,
            api_version="2024-10-21",
            azure_ad_token=server.credential("developer").get_token("https://cognitiveservices.azure.com/.default").token,
        ) as client:
            stream = await client.chat.completions.create(model="gpt-4o", messages=HELLO, stream=True)
            return "".join([c.delta.content or "" async for chunk in stream for c in chunk.choices])

    assert asyncio.run(ask()) == SAID
