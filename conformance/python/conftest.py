"""The running server, and programs that run as its principals."""

import json
import os
import pathlib
import subprocess

import pytest
from azure.identity import ClientSecretCredential, get_bearer_token_provider

SCOPE = "https://cognitiveservices.azure.com/.default"
CLASSIC_VERSION = "2024-10-21"
RESPONSES_VERSION = "2025-03-01-preview"

# Whatever the machine has set must not decide which credential an SDK picks.
for name in list(os.environ):
    if name.startswith(("AZURE_", "IDENTITY_", "IMDS_", "MSI_", "OPENAI_", "ANTHROPIC_")):
        del os.environ[name]


class Server:
    def __init__(self) -> None:
        self.binary = os.environ["ENTRADA_BINARY"]
        self.work = pathlib.Path(os.environ["CONFORMANCE_WORK"])
        addresses = json.loads((pathlib.Path(os.environ["ENTRADA_DATA"]) / "server.json").read_text())
        self.https: str = addresses["https"]
        self.http: str = addresses["http"]
        self.intercept: str = addresses["intercept"]

    def command(self, *arguments: str, check: bool = True, stdin: str | None = None) -> subprocess.CompletedProcess:
        done = subprocess.run(
            [self.binary, *arguments], capture_output=True, text=True, input=stdin, timeout=60, check=False
        )
        if check:
            assert done.returncode == 0, f"entrada {' '.join(arguments)}: {done.returncode}\n{done.stdout}{done.stderr}"
        return done

    def environment(self, principal: str, credential: str) -> dict[str, str]:
        """What `entrada env` sets."""
        return json.loads(
            self.command("env", "--as", principal, "--credential", credential, "--shell", "json").stdout
        )

    def credential(self, principal: str) -> ClientSecretCredential:
        """The principal's own credential, with the one argument that a local authority needs."""
        set_ = self.environment(principal, "secret")
        return ClientSecretCredential(
            set_["AZURE_TENANT_ID"],
            set_["AZURE_CLIENT_ID"],
            set_["AZURE_CLIENT_SECRET"],
            authority=set_["AZURE_AUTHORITY_HOST"],
            disable_instance_discovery=True,
        )

    def tokens(self, principal: str, scope: str = SCOPE):
        """A token provider, as the OpenAI and Anthropic SDKs want it."""
        return get_bearer_token_provider(self.credential(principal), scope)

    def explain(self, principal: str | None = None) -> dict:
        """The newest refusal (of a principal) with its explanation."""
        who = ["--as", principal] if principal else []
        done = self.command("explain", "--last", *who, "--output", "json", check=False)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


@pytest.fixture(scope="session")
def server() -> Server:
    return Server()


@pytest.fixture
def run_as(server: Server, monkeypatch: pytest.MonkeyPatch):
    """Sets a principal's environment, as `eval "$(entrada env --as …)"` does."""

    def set_environment(principal: str, credential: str = "managed-identity") -> dict[str, str]:
        set_ = server.environment(principal, credential)
        for name, value in set_.items():
            monkeypatch.setenv(name, value)
        return set_

    return set_environment
