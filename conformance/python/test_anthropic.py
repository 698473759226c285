"""anthropic: AnthropicFoundry."""

from clients import foundry

HELLO = [{"role": "user", "content": "hello"}]
MODEL = "claude-sonnet"


def test_messages(server):
    message = foundry(server, "developer").messages.create(model=MODEL, max_tokens=100, messages=HELLO)
    assert message.content[0].text.endswith("You said: hello")
    assert message.stop_reason == "end_turn"


def test_messages_stream(server):
    with foundry(server, "developer").messages.stream(model=MODEL, max_tokens=100, messages=HELLO) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == final.content[0].text
    assert text.endswith("You said: hello")
    assert final.usage.output_tokens > 0


def test_tools(server):
    client = foundry(server, "developer")
    tools = [{"name": "get_time", "input_schema": {"type": "object", "properties": {"zone": {"type": "string"}}}}]
    messages = [{"role": "user", "content": "get_time in Rome"}]
    with client.messages.stream(model=MODEL, max_tokens=100, messages=messages, tools=tools) as stream:
        first = stream.get_final_message()
    use = first.content[0]
    assert (use.type, use.name, use.input) == ("tool_use", "get_time", {"zone": "zone"})
    result = {"type": "tool_result", "tool_use_id": use.id, "content": "noon"}
    messages += [{"role": "assistant", "content": first.content}, {"role": "user", "content": [result]}]
    second = client.messages.create(model=MODEL, max_tokens=100, messages=messages, tools=tools)
    assert "noon" in second.content[0].text


def test_tokens_are_counted(server):
    count = foundry(server, "developer").messages.count_tokens(model=MODEL, messages=HELLO)
    assert count.input_tokens > 0


def test_a_key(server):
    from anthropic import AnthropicFoundry

    client = AnthropicFoundry(base_url=f"{server.https}/anthropic", api_key="contoso-local-key-1", max_retries=0)
    assert client.messages.create(model=MODEL, max_tokens=100, messages=HELLO).role == "assistant"
