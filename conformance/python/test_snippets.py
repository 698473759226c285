"""What the fixes print is what a parser of its language reads, with every placeholder filled in.

Python's are run against the real SDKs, where a client that would call somebody is a stand-in with the real
signatures. Of the other languages a grammar decides: nothing here has their SDKs, or Bicep's compiler.
"""

import ast
import builtins
import json
import os
import re
import subprocess
from unittest import mock

import azure.identity
import openai
import pytest
import tree_sitter
import tree_sitter_bicep
import tree_sitter_c_sharp
import tree_sitter_go
import tree_sitter_hcl
import tree_sitter_java

GRAMMARS = {
    "bicep": tree_sitter_bicep,
    "terraform": tree_sitter_hcl,
    ".NET": tree_sitter_c_sharp,
    "Go": tree_sitter_go,
    "Java": tree_sitter_java,
}
# A snippet is a file, statements, or an expression: one of these must hold.
FRAMES = {
    "bicep": ["{}"],
    "terraform": ["{}"],
    ".NET": ["{};", "object x =\n{}\n;", "{}"],
    "Go": ["package a\nfunc f() {{\n{}\n}}\n", "package a\nvar x = {}\n"],
    "Java": ["class A {{ void f() {{\n{}\n; }} }}", "class A {{ Object x =\n{}\n; }}"],
    "JavaScript": ["{}", "x = {}"],
}
# Upgrades are commands, whatever the language.
SHELL = re.compile(r"(pip|uv|npm|npx|dotnet|mvn|go|cargo|export|set) ")


def entrada(*arguments: str):
    run = subprocess.run([os.environ["ENTRADA_BINARY"], *arguments, "--output", "json"], capture_output=True, check=True)
    return json.loads(run.stdout)


def fixes() -> list[tuple[str, str, str]]:
    """Language, text and the causes that print it: each text once."""
    found: dict[tuple[str, str], list[str]] = {}
    for rule in entrada("rules"):
        for fix in entrada("rules", rule["rule"])["fix"]:
            language = fix["language"] or fix["kind"]
            found.setdefault((language, fix["command"]), []).append(rule["rule"])
    return [(language, text, rules[0]) for (language, text), rules in found.items()]


FIXES = fixes()


def of(*languages: str):
    chosen = [fix for fix in FIXES if fix[0] in languages]
    return pytest.mark.parametrize("language, text", [fix[:2] for fix in chosen], ids=[f"{fix[0]}-{fix[2]}" for fix in chosen])


def filled(text: str) -> str:
    """Without placeholders: `<client-id>` is a name, one of several is the first."""
    return re.sub(r"<([A-Za-z][A-Za-z |'-]*)>", lambda found: re.sub(r"\W", "_", found[1].split("|")[0]), text)


def reads(language: str, text: str) -> bool:
    """Whether a grammar knows the text as a file, as statements or as an expression."""
    parser = tree_sitter.Parser(tree_sitter.Language(GRAMMARS[language].language()))
    return any(not parser.parse(frame.format(text).encode()).root_node.has_error for frame in FRAMES[language])


def shell(text: str) -> bool:
    return subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False).returncode == 0


def test_there_are_some_of_every_kind():
    languages = {language for language, _, _ in FIXES}
    assert languages >= {"command", "portal", "Python", "JavaScript", *GRAMMARS}
    assert len(FIXES) > 150


def test_what_is_no_snippet_is_refused():
    for language, text in {"bicep": "resource a 'b' = {", "Go": "x := (", ".NET": "new A(", "Java": "new ;", "terraform": "a = = 1"}.items():
        assert not reads(language, text), language


@of(*GRAMMARS)
def test_a_grammar_reads_it(language: str, text: str):
    text = filled(text).replace("…", "rest")
    if SHELL.match(text):
        assert shell(text)
        return
    # Alternatives stand on lines of their own.
    assert reads(language, text) or all(reads(language, line) for line in text.splitlines()), text


@of("JavaScript")
def test_node_reads_it(language: str, text: str):
    text = filled(text).replace("=> …", "=> rest").replace("…", "...rest")
    if SHELL.match(text):
        assert shell(text)
        return
    errors = []
    for frame in FRAMES[language]:
        run = subprocess.run(
            ["node", "--check", "--input-type=module", "-"], input=frame.format(text), text=True, capture_output=True, check=False
        )
        errors.append(run.stderr if run.returncode else "")
    assert not all(errors), f"{text}\n{errors[0]}"


class Names(dict):
    """What a snippet may use: the SDKs' names; any other is somebody's value."""

    def __missing__(self, name: str):
        for module in (openai, azure.identity, builtins):
            if hasattr(module, name):
                return getattr(module, name)
        return "value"


@of("Python")
def test_the_sdks_take_it(language: str, text: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("OPENAI_API_VERSION", "2024-10-21")
    text = re.sub(r"=…", "=value", re.sub(r", …\)", ", **rest)", filled(text)))
    if SHELL.match(text):
        assert shell(text)
        return
    tree = ast.parse(text)
    calls_somebody = any(isinstance(node, ast.Attribute) and node.attr in ("create", "get_token") for node in ast.walk(tree))
    rest = {} if "azure_endpoint" in text else {"azure_endpoint": "https://contoso.openai.azure.com"}
    if "azure_ad_token_provider" not in text:
        rest["api_key"] = "key"
    names = Names(
        rest=rest,
        token_provider=lambda: "token",
        client=mock.create_autospec(openai.OpenAI(api_key="key"), instance=True),
    )
    if calls_somebody:
        names["credential"] = mock.create_autospec(azure.identity.DefaultAzureCredential, instance=True)
    try:
        exec(compile(tree, "snippet", "exec"), names)
    except ImportError as error:
        # A framework that is not installed here; its own names are not ours to check.
        assert error.name and not error.name.startswith(("openai", "azure.identity"))
