"""Scripted replies (see `configure.py`), as a test suite of one's own would use them."""

import json
import uuid

from clients import azure_openai


def client(server, **more):
    """Each test counts its own calls."""
    headers = {"x-entrada-test-id": str(uuid.uuid4())}
    endpoint = f"{server.https}/contoso-scripted"
    return azure_openai(server, "developer", azure_endpoint=endpoint, default_headers=headers, **more)


def ask(sdk, message: str, **more):
    messages = [{"role": "user", "content": message}]
    return sdk.chat.completions.create(model="gpt-4o", messages=messages, **more).choices[0]


def test_a_rate_limit_that_passes_is_retried(server):
    sdk = client(server, max_retries=1)
    assert ask(sdk, "limited").message.content.endswith("You said: limited")


def test_a_tool_is_called_with_scripted_arguments(server):
    call = ask(client(server), "what about the weather?").message.tool_calls[0]
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})


def test_a_message_is_answered_by_its_pattern(server):
    assert ask(client(server), "order #12").message.content == "order #12 is on its way"


def test_the_content_filter_ends_an_answer(server):
    assert ask(client(server), "a rude question").finish_reason == "content_filter"


def test_a_delay_on_demand(server):
    import time

    begun = time.monotonic()
    ask(client(server), "slow", extra_headers={"x-entrada-delay-ms": "400"})
    assert time.monotonic() - begun >= 0.4
