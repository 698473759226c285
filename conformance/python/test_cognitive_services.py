"""azure-mgmt-cognitiveservices: accounts, keys, deployments and models through Azure's own SDK."""

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.cognitiveservices import CognitiveServicesManagementClient

ARM = "https://management.azure.com/.default"
SUBSCRIPTION = "c0a70500-7e4a-4c0d-9e1d-5b0000000001"
GROUP = "ai"


@pytest.fixture
def as_(server):
    """The SDK's client for a principal."""

    def client(principal: str) -> CognitiveServicesManagementClient:
        return CognitiveServicesManagementClient(
            server.credential(principal), SUBSCRIPTION, base_url=server.https, credential_scopes=[ARM]
        )

    return client


def test_what_there_is_is_read(as_):
    client = as_("owner")
    account = client.accounts.get(GROUP, "contoso")
    assert (account.name, account.kind, account.properties.provisioning_state) == ("contoso", "AIServices", "Succeeded")
    assert account.properties.endpoint
    assert "contoso" in [one.name for one in client.accounts.list_by_resource_group(GROUP)]
    assert "contoso" in [one.name for one in client.accounts.list()]
    deployments = {one.name: one.properties.model for one in client.deployments.list(GROUP, "contoso")}
    assert (deployments["gpt-4o"].format, deployments["gpt-4o"].name) == ("OpenAI", "gpt-4o")
    assert client.deployments.get(GROUP, "contoso", "gpt-4o").name == "gpt-4o"
    assert {"gpt-4o"} <= {one.name for one in client.accounts.list_models(GROUP, "contoso")}
    assert [one.name.rpartition("/")[2] for one in client.projects.list(GROUP, "contoso")] == ["chat"]
    assert client.accounts.list_usages(GROUP, "contoso").value is not None


def test_keys_are_for_whoever_may_list_them(as_, server):
    keys = as_("contributor").accounts.list_keys(GROUP, "contoso")
    assert keys.key1 == "contoso-local-key-1"
    with pytest.raises(HttpResponseError) as refused:
        as_("nobody").accounts.list_keys(GROUP, "contoso")
    assert (refused.value.status_code, refused.value.error.code) == (403, "AuthorizationFailed")
    assert server.explain("nobody")["cause"] == "role-missing"


def test_what_there_is_not_is_not_found(as_):
    client = as_("owner")
    with pytest.raises(ResourceNotFoundError) as refused:
        client.accounts.get(GROUP, "no-such-account")
    assert refused.value.error.code == "ResourceNotFound"
    with pytest.raises(ResourceNotFoundError):
        client.deployments.get(GROUP, "contoso", "no-such-deployment")


def test_an_account_is_made_used_and_deleted(as_, server):
    client = as_("owner")
    wanted = {
        "location": "eastus", "kind": "AIServices", "sku": {"name": "S0"}, "identity": {"type": "SystemAssigned"},
        "properties": {"customSubDomainName": "conformance-sdk", "allowProjectManagement": True},
        "tags": {"made-by": "sdk"},
    }  # fmt: skip
    made = client.accounts.begin_create(GROUP, "conformance-sdk", wanted).result()
    assert (made.name, made.tags, made.properties.provisioning_state) == ("conformance-sdk", {"made-by": "sdk"}, "Succeeded")
    deployment = {
        "sku": {"name": "GlobalStandard", "capacity": 10},
        "properties": {"model": {"format": "OpenAI", "name": "gpt-4o", "version": "2024-11-20"}},
    }
    deployed = client.deployments.begin_create_or_update(GROUP, "conformance-sdk", "chat", deployment).result()
    assert (deployed.name, deployed.sku.capacity) == ("chat", 10)
    first = client.accounts.list_keys(GROUP, "conformance-sdk")
    second = client.accounts.regenerate_key(GROUP, "conformance-sdk", "Key1")
    assert first.key1 != second.key1 and first.key2 == second.key2
    client.deployments.begin_delete(GROUP, "conformance-sdk", "chat").result()
    client.accounts.begin_delete(GROUP, "conformance-sdk").result()
    with pytest.raises(ResourceNotFoundError):
        client.accounts.get(GROUP, "conformance-sdk")
    with pytest.raises(HttpResponseError) as refused:
        as_("developer").accounts.begin_create(GROUP, "conformance-sdk-2", wanted)
    assert refused.value.error.code == "AuthorizationFailed"
