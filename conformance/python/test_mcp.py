"""`entrada mcp` as the Python MCP client sees it."""

import json
import os
import pathlib
import re

import anyio
import pytest
from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

PASTE = """\
Error code: 401 - {'error': {'code': 'PermissionDenied', 'message': 'Principal does not have access to API/Operation.'}}
- the app has Contributor on the resource group
"""


def with_tools(server, use):
    """Starts `entrada mcp` and gives a session to `use`."""

    async def session():
        parameters = StdioServerParameters(command=server.binary, args=["mcp"], env=dict(os.environ))
        async with stdio_client(parameters) as (reader, writer), ClientSession(reader, writer) as client:
            await client.initialize()
            return await use(client)

    return anyio.run(session)


def answer(server, tool, arguments):
    """The text of a tool's answer, which must not be an error."""

    async def use(client):
        return await client.call_tool(tool, arguments)

    result = with_tools(server, use)
    assert not result.is_error, result
    (content,) = result.content
    return content.text


def test_every_tool_is_listed_with_its_arguments(server):
    async def use(client):
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in with_tools(server, use)}
    assert set(tools) == {"explain", "doctor", "check", "why_not", "who_can", "effective", "least_privilege", "diff", "wait", "rules"}
    assert tools["check"].input_schema["required"] == ["principal", "operation", "resource"]
    assert all(tool.annotations.read_only_hint for tool in tools.values())


def test_answers_are_the_bytes_of_the_commands(server, tmp_path: pathlib.Path):
    (tmp_path / "requirements.txt").write_text("openai==2.40.0\n")
    (tmp_path / "paste.txt").write_text(PASTE)
    question = {"principal": "owner", "operation": "chat", "resource": "contoso"}
    for tool, arguments, command in [
        ("explain", {"evidence": PASTE}, ["explain", str(tmp_path / "paste.txt")]),
        ("doctor", {"project": str(tmp_path)}, ["doctor", "--project", str(tmp_path)]),
        ("check", question, ["check", *question.values()]),
        ("why_not", question, ["why-not", *question.values()]),
        ("who_can", {"operation": "chat", "resource": "contoso"}, ["who-can", "chat", "contoso"]),
        ("effective", {"principal": "owner"}, ["effective", "owner"]),
        ("rules", {}, ["rules"]),
        ("rules", {"rule": "token-wrong-audience"}, ["rules", "token-wrong-audience"]),
        ("rules", {"rule": "AADSTS50076"}, ["rules", "AADSTS50076"]),
    ]:
        printed = server.command(*command, "--output", "json", check=False).stdout
        assert answer(server, tool, arguments) == printed, tool
    report = json.loads(answer(server, "explain", {"evidence": PASTE}))
    assert report["findings"][0]["rule"] == "role-control-plane-only"


def without_times(text: str) -> str:
    """Two examinations take different times, and tokens end at different minutes; nothing else differs."""
    return re.sub(r"another \d+ minutes", "", re.sub(r'"took_ms": \d+', "", text))


def test_a_live_endpoint_is_examined_with_the_bytes_of_the_command(server):
    named = {"endpoint": server.https, "as": "contributor", "deployment": "gpt-4o"}
    options = [server.https, "--as", "contributor", "--deployment", "gpt-4o"]
    for arguments, command in [(named, options), ({**named, "probe": True}, [*options, "--probe"])]:
        printed = server.command("doctor", *command, "--output", "json", check=False).stdout
        assert without_times(answer(server, "doctor", arguments)) == without_times(printed)
    report = json.loads(answer(server, "doctor", {**named, "probe": True}))
    assert report["findings"][0]["rule"] == "role-control-plane-only"
    assert [step["step"] for step in report["steps"]][-1] == "call"


@pytest.mark.parametrize(
    ("tool", "arguments", "says"),
    [
        ("doctor", {"project": "/no/such/folder"}, "/no/such/folder"),
        ("doctor", {"endpoint": "https://localhost", "sdk": "no-such-sdk"}, "no-such-sdk"),
        ("rules", {"rule": "no-such-rule"}, "no-such-rule"),
        ("explain", {"text": "x"}, "arguments"),
        ("check", {"principal": "nobody-at-all", "operation": "chat", "resource": "contoso"}, "nobody-at-all"),
    ],
)
def test_what_cannot_be_done_is_said(server, tool, arguments, says):
    async def use(client):
        return await client.call_tool(tool, arguments)

    result = with_tools(server, use)
    assert result.is_error
    assert says in result.content[0].text
