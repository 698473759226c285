"""azure-identity: every credential of the contract, and what they may then do."""

import base64
import json

import pytest
from azure.identity import (
    CertificateCredential,
    ClientSecretCredential,
    DefaultAzureCredential,
    ManagedIdentityCredential,
    WorkloadIdentityCredential,
    get_bearer_token_provider,
)
from azure.core.exceptions import ClientAuthenticationError
from openai import AzureOpenAI

from conftest import SCOPE

TENANT = "c0a70500-7e4a-4c0d-9e1d-000000000000"


def claims(token: str) -> dict:
    payload = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))


def call(server, credential) -> str:
    """Who the service takes the credential for: it answers, and the token names its holder."""
    client = AzureOpenAI(
        azure_endpoint=server.https,
        api_version="2024-10-21",
        azure_ad_token_provider=get_bearer_token_provider(credential, SCOPE),
        max_retries=0,
    )
    answer = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "hello"}])
    assert answer.choices[0].message.content.endswith("You said: hello")
    return claims(credential.get_token(SCOPE).token)["oid"]


def test_client_secret(server):
    assert call(server, server.credential("developer")) == "c0a70500-7e4a-4c0d-9e1d-0b0000000001"


def test_certificate(server):
    credential = CertificateCredential(
        TENANT,
        "c0a70500-7e4a-4c0d-9e1d-ca00000000c1",
        certificate_path=str(server.work / "certified.pem"),
        authority=server.https,
        disable_instance_discovery=True,
    )
    assert call(server, credential) == "c0a70500-7e4a-4c0d-9e1d-0b00000000c1"


def test_managed_identity_of_app_service(server, run_as):
    run_as("app-identity", "managed-identity")
    assert call(server, ManagedIdentityCredential()) == "c0a70500-7e4a-4c0d-9e1d-0b000000000a"


def test_managed_identity_of_app_service_by_client_id(server, run_as):
    run_as("app-identity", "managed-identity")
    credential = ManagedIdentityCredential(client_id="c0a70500-7e4a-4c0d-9e1d-ca000000000a")
    assert call(server, credential) == "c0a70500-7e4a-4c0d-9e1d-0b000000000a"


def test_managed_identity_of_a_machine(server, monkeypatch):
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", server.http)
    credential = ManagedIdentityCredential(client_id="c0a70500-7e4a-4c0d-9e1d-ca000000000a")
    assert call(server, credential) == "c0a70500-7e4a-4c0d-9e1d-0b000000000a"


def test_workload_identity(server, run_as):
    run_as("workload", "workload")
    assert call(server, WorkloadIdentityCredential()) == "c0a70500-7e4a-4c0d-9e1d-0b0000000009"


@pytest.mark.parametrize(
    ("principal", "kind", "object_id"),
    [
        ("developer", "managed-identity", "c0a70500-7e4a-4c0d-9e1d-0b0000000001"),
        ("alice", "managed-identity", "c0a70500-7e4a-4c0d-9e1d-0b00000000a1"),
        ("workload", "workload", "c0a70500-7e4a-4c0d-9e1d-0b0000000009"),
    ],
)
def test_default_azure_credential_without_a_change_of_code(server, run_as, principal, kind, object_id):
    run_as(principal, kind)
    assert call(server, DefaultAzureCredential()) == object_id


def test_a_wrong_secret_is_refused_as_entra_refuses(server):
    credential = ClientSecretCredential(
        TENANT,
        "c0a70500-7e4a-4c0d-9e1d-ca0000000001",
        "wrong",
        authority=server.https,
        disable_instance_discovery=True,
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        credential.get_token(SCOPE)


def test_an_unknown_application_is_refused_as_entra_refuses(server):
    credential = ClientSecretCredential(
        TENANT,
        "00000000-0000-4000-8000-000000000000",
        "wrong",
        authority=server.https,
        disable_instance_discovery=True,
    )
    with pytest.raises(ClientAuthenticationError, match="AADSTS700016"):
        credential.get_token(SCOPE)


def test_an_unknown_resource_is_refused_as_entra_refuses(server):
    with pytest.raises(ClientAuthenticationError, match="AADSTS500011"):
        server.credential("developer").get_token("https://nothing.example.com/.default")


def test_a_wrong_identity_header_is_refused(server, run_as, monkeypatch):
    run_as("app-identity", "managed-identity")
    monkeypatch.setenv("IDENTITY_HEADER", "wrong")
    with pytest.raises(ClientAuthenticationError):
        ManagedIdentityCredential().get_token(SCOPE)
