"""azure-mgmt-authorization: who may do what, asked and changed through Azure's own SDK."""

import uuid

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError
from azure.mgmt.authorization import AuthorizationManagementClient

ARM = "https://management.azure.com/.default"
SUBSCRIPTION = "c0a70500-7e4a-4c0d-9e1d-5b0000000001"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/ai"
ACCOUNT = f"{GROUP}/providers/Microsoft.CognitiveServices/accounts/contoso"
NOBODY = "c0a70500-7e4a-4c0d-9e1d-0b0000000005"
MEMBER = "c0a70500-7e4a-4c0d-9e1d-0b0000000006"


@pytest.fixture
def as_(server):
    """The SDK's client for a principal."""

    def client(principal: str, scope: str = ARM) -> AuthorizationManagementClient:
        return AuthorizationManagementClient(
            server.credential(principal), SUBSCRIPTION, base_url=server.https, credential_scopes=[scope]
        )

    return client


def role(client, name: str) -> str:
    (found,) = client.role_definitions.list(ACCOUNT, filter=f"roleName eq '{name}'")
    return found.id


def test_a_role_is_assigned_listed_and_removed(as_):
    owner = as_("owner")
    name = str(uuid.uuid4())
    user = role(owner, "Cognitive Services User")
    wanted = {"role_definition_id": user, "principal_id": NOBODY, "principal_type": "ServicePrincipal"}
    made = owner.role_assignments.create(ACCOUNT, name, wanted)
    assert (made.name, made.scope, made.role_definition_id) == (name, ACCOUNT, user)
    assert owner.role_assignments.get(ACCOUNT, name).principal_id == NOBODY
    assert owner.role_assignments.get_by_id(made.id).id == made.id
    listed = owner.role_assignments.list_for_scope(ACCOUNT, filter=f"principalId eq '{NOBODY}'")
    assert [one.name for one in listed] == [name]
    with pytest.raises(ResourceExistsError) as twin:
        owner.role_assignments.create(ACCOUNT, str(uuid.uuid4()), wanted)
    assert twin.value.error.code == "RoleAssignmentExists"
    assert owner.role_assignments.delete(ACCOUNT, name).id == made.id
    assert owner.role_assignments.delete(ACCOUNT, name) is None


def test_groups_are_followed(as_):
    listed = as_("owner").role_assignments.list_for_scope(ACCOUNT, filter=f"atScope() and assignedTo('{MEMBER}')")
    assert [one.principal_type for one in listed] == ["Group"]


def test_whoever_may_not_is_told_so(as_, server):
    developer = as_("developer")
    with pytest.raises(HttpResponseError) as refused:
        list(developer.role_assignments.list_for_scope(ACCOUNT))
    assert refused.value.error.code == "AuthorizationFailed"
    assert refused.value.status_code == 403
    explained = server.explain("developer")
    assert explained["cause"] == "control-plane-permission-missing"
    with pytest.raises(ClientAuthenticationError) as refused:
        list(as_("developer", "https://cognitiveservices.azure.com/.default").role_definitions.list(ACCOUNT))
    assert "wrong audience" in str(refused.value)


def test_the_rest_of_the_provider(as_):
    owner = as_("owner")
    (all_,) = owner.permissions.list_for_resource_group("ai")
    assert all_.actions == ["*"]
    assert list(owner.deny_assignments.list_for_scope(ACCOUNT)) == []
    assert list(owner.role_eligibility_schedule_instances.list_for_scope(ACCOUNT, filter="asTarget()")) == []
    active = owner.role_assignment_schedule_instances.list_for_scope(ACCOUNT, filter="asTarget()")
    assert [one.expanded_properties.role_definition.display_name for one in active] == ["Owner"]
    assert list(owner.role_assignment_schedule_requests.list_for_scope(ACCOUNT, filter="asRequestor()")) == []
