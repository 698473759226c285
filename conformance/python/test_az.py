"""The Azure CLI, unmodified: its guide as it stands, then access granted, shown, removed and refused."""

import json
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import urllib.parse
import urllib.request

import pytest
from azure.identity import ClientSecretCredential

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "guides" / "az.md"
SUBSCRIPTION = "/subscriptions/c0a70500-7e4a-4c0d-9e1d-5b0000000001"
ACCOUNT = f"{SUBSCRIPTION}/resourceGroups/ai/providers/Microsoft.CognitiveServices/accounts/contoso"
NOBODY = "c0a70500-7e4a-4c0d-9e1d-ca0000000005"
MEMBER = "c0a70500-7e4a-4c0d-9e1d-ca0000000006"
ROLE = "Cognitive Services User"


@pytest.fixture(scope="module")
def path(server) -> dict[str, str]:
    """An environment in which `az` and `entrada` are found and nothing else of Azure is set."""
    folders = [os.environ["CONFORMANCE_AZ"], str(pathlib.Path(server.binary).parent), os.environ["PATH"]]
    return {**os.environ, "PATH": os.pathsep.join(folders)}


@pytest.fixture(scope="module")
def guide(path) -> subprocess.CompletedProcess:
    """The guide's commands, in its order, in one shell: signs in as the owner, and last as the identity."""
    blocks = re.findall(r"```bash\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    script = "set -euo pipefail\n" + "\n".join(blocks)
    return subprocess.run(["bash", "-c", script], env=path, capture_output=True, text=True, timeout=300, check=False)


@pytest.fixture(scope="module")
def owner(server, path, guide) -> dict[str, str]:
    """The environment of somebody who has followed the guide, signed in as the owner."""
    assert guide.returncode == 0, guide.stderr + guide.stdout
    set_ = server.environment("owner", "secret")
    login(path | set_, set_)
    return path | set_


def az(environment: dict[str, str], *arguments: str, refused: bool = False):
    """What `az` answers; of a refusal, its words."""
    done = subprocess.run(["az", *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode != 0) == refused, f"az {' '.join(arguments)}\n{done.stdout}{done.stderr}"
    if refused:
        return done.stderr
    return json.loads(done.stdout) if done.stdout.strip() else None


def login(environment: dict[str, str], set_: dict[str, str]) -> None:
    credential = ["--username", set_["AZURE_CLIENT_ID"], "--password", set_["AZURE_CLIENT_SECRET"]]
    az(environment, "login", "--service-principal", "--tenant", set_["AZURE_TENANT_ID"], *credential)


def test_the_guide_is_true(guide):
    assert guide.returncode == 0, guide.stderr + guide.stdout
    assert '"Bearer"' in guide.stdout


def test_a_role_is_assigned_shown_and_removed(owner):
    (definition,) = az(owner, "role", "definition", "list", "--name", ROLE, "--scope", ACCOUNT)
    assert definition["roleType"] == "BuiltInRole"
    create = ["role", "assignment", "create", "--assignee", NOBODY, "--role", ROLE, "--scope", ACCOUNT]
    made = az(owner, *create)
    assert made["principalType"] == "ServicePrincipal"
    # The CLI's own check for what is there already.
    assert az(owner, *create)["id"] == made["id"]
    (shown,) = az(owner, "role", "assignment", "list", "--assignee", NOBODY, "--scope", ACCOUNT)
    assert (shown["roleDefinitionName"], shown["principalName"]) == (ROLE, NOBODY)
    inherited = az(owner, "role", "assignment", "list", "--scope", ACCOUNT, "--include-inherited")
    assert {SUBSCRIPTION, ACCOUNT} <= {one["scope"] for one in inherited}
    az(owner, "role", "assignment", "delete", "--assignee", NOBODY, "--role", ROLE, "--scope", ACCOUNT)
    assert az(owner, "role", "assignment", "list", "--assignee", NOBODY, "--scope", ACCOUNT) == []


def test_groups_are_followed(owner):
    list_ = ["role", "assignment", "list", "--assignee", MEMBER, "--scope", ACCOUNT]
    assert az(owner, *list_) == []
    (through,) = az(owner, *list_, "--include-groups")
    assert through["principalName"] == "ai-developers"


def test_the_directory(owner):
    assert az(owner, "ad", "sp", "show", "--id", NOBODY)["displayName"] == "nobody"
    assert az(owner, "ad", "user", "show", "--id", "alice@contoso.onmicrosoft.com")["displayName"] == "Alice Adams"
    assert az(owner, "ad", "group", "show", "--group", "ai-developers")["securityEnabled"] is True
    missing = az(owner, "ad", "user", "show", "--id", "missing@contoso.onmicrosoft.com", refused=True)
    assert "does not exist or one of its queried reference-property objects are not present" in missing


def test_whoever_may_not_is_told_so(server, owner):
    # Owner of one resource group only: the subscription as a whole is not for it to see.
    refused = az(owner, "role", "assignment", "list", "--all", refused=True)
    assert "(AuthorizationFailed) The client" in refused
    explained = server.explain("owner")
    assert explained["cause"] == "role-wrong-scope"
    fix = explained["report"]["findings"][0]["fix"][0]["command"]
    assert fix == 'entrada grant owner "Reader" "subscription:Contoso Production"'
    refused = az(owner, "role", "deny-assignment", "list", refused=True)
    assert "Microsoft.Authorization/denyAssignments/read" in refused


def test_a_custom_role_is_made_changed_and_removed(owner):
    group = f"{SUBSCRIPTION}/resourceGroups/ai"
    definition = {
        "Name": "Conformance Reader",
        "Description": "made by az",
        "Actions": ["Microsoft.CognitiveServices/*/read"],
        "AssignableScopes": [group],
    }
    made = az(owner, "role", "definition", "create", "--role-definition", json.dumps(definition))
    assert (made["roleName"], made["roleType"]) == ("Conformance Reader", "CustomRole")
    definition["DataActions"] = ["Microsoft.CognitiveServices/accounts/OpenAI/*/read"]
    changed = az(owner, "role", "definition", "update", "--role-definition", json.dumps(definition))
    assert changed["name"] == made["name"]
    assert changed["permissions"][0]["dataActions"] == definition["DataActions"]
    (listed,) = az(owner, "role", "definition", "list", "--custom-role-only", "--resource-group", "ai")
    assert listed["name"] == made["name"]
    az(owner, "role", "definition", "delete", "--name", "Conformance Reader", "--resource-group", "ai")
    assert az(owner, "role", "definition", "list", "--custom-role-only", "--resource-group", "ai") == []
    elsewhere = {**definition, "AssignableScopes": [SUBSCRIPTION]}
    refused = az(owner, "role", "definition", "create", "--role-definition", json.dumps(elsewhere), refused=True)
    assert "Microsoft.Authorization/roleDefinitions/write" in refused


def test_a_user_denies_an_action(owner):
    scope = ["--scope", ACCOUNT]
    nobody = az(owner, "ad", "sp", "show", "--id", NOBODY)["id"]
    made = az(
        owner, "role", "deny-assignment", "create", *scope, "--name", "no keys for nobody",
        "--actions", "Microsoft.CognitiveServices/accounts/listKeys/action",
        "--principal-object-id", nobody, "--principal-type", "ServicePrincipal",
    )  # fmt: skip
    (listed,) = az(owner, "role", "deny-assignment", "list", *scope)
    assert listed["denyAssignmentName"] == "no keys for nobody"
    az(owner, "role", "deny-assignment", "delete", "--id", listed["id"], "--yes")
    assert az(owner, "role", "deny-assignment", "list", *scope) == []
    assert made is not None


def test_a_resource_group_and_an_account_come_and_go(server, path):
    """Needs a role in the whole subscription, which the owner of the guide has not."""
    set_ = server.environment("admin", "managed-identity")
    admin = path | set_ | {"AZURE_CONFIG_DIR": set_["AZURE_CONFIG_DIR"] + "-admin"}
    az(admin, "cloud", "register", "--name", "Entrada", "--endpoint-resource-manager", server.https)
    az(admin, "cloud", "set", "--name", "Entrada")
    az(admin, "login", "--identity")
    group = az(admin, "group", "create", "--name", "sandbox", "--location", "eastus2", "--tags", "team=blue")
    assert (group["location"], group["tags"]) == ("eastus2", {"team": "blue"})
    there = ["--name", "sandbox-models", "--resource-group", "sandbox"]
    account = ["cognitiveservices", "account"]
    create = [*account, "create", *there, "--location", "eastus2", "--kind", "OpenAI", "--sku", "S0", "--yes"]
    made = az(admin, *create)
    assert (made["kind"], made["properties"]["customSubDomainName"]) == ("OpenAI", None)
    updated = az(admin, *account, "update", *there, "--custom-domain", "sandbox-models")
    assert updated["properties"]["customSubDomainName"] == "sandbox-models"
    az(
        admin, *account, "deployment", "create", *there, "--deployment-name", "embed", "--model-format", "OpenAI",
        "--model-name", "text-embedding-3-small", "--model-version", "1", "--sku-name", "Standard",
        "--sku-capacity", "3",
    )  # fmt: skip
    deployed = az(admin, *account, "deployment", "show", *there, "--deployment-name", "embed")
    assert (deployed["sku"]["capacity"], deployed["properties"]["model"]["name"]) == (3, "text-embedding-3-small")
    az(admin, *account, "deployment", "delete", *there, "--deployment-name", "embed")
    assert az(admin, *account, "deployment", "list", *there) == []
    az(admin, *account, "delete", *there)
    assert "sandbox-models" in [one["name"] for one in az(admin, *account, "list-deleted")]
    assert "FlagMustBeSetForRestore" in az(admin, *create, refused=True)
    az(admin, *account, "recover", *there, "--location", "eastus2")
    az(admin, *account, "delete", *there)
    az(admin, *account, "purge", *there, "--location", "eastus2")
    assert "sandbox-models" not in [one["name"] for one in az(admin, *account, "list-deleted")]
    az(admin, "group", "delete", "--name", "sandbox", "--yes")
    assert az(admin, "group", "exists", "--name", "sandbox") is False


def test_accounts_and_what_is_below_them_are_read(owner):
    there = ["--name", "contoso", "--resource-group", "ai"]
    account = az(owner, "cognitiveservices", "account", "show", *there)
    assert (account["kind"], account["properties"]["customSubDomainName"]) == ("AIServices", "contoso")
    listed = az(owner, "cognitiveservices", "account", "list", "--resource-group", "ai")
    assert "contoso" in [one["name"] for one in listed]
    deployments = az(owner, "cognitiveservices", "account", "deployment", "list", *there)
    assert {"gpt-4o"} <= {one["name"] for one in deployments}
    models = az(owner, "cognitiveservices", "account", "list-models", *there)
    assert all(one["format"] for one in models)
    keys = az(owner, "cognitiveservices", "account", "keys", "list", *there)
    assert keys["key1"]


def test_az_needs_no_login_under_entrada_run(server, path):
    """Azure's own names, the default cloud, and a configuration folder in which nobody ever signed in."""

    def run(principal: list[str], *arguments: str) -> subprocess.CompletedProcess:
        command = [server.binary, "run", *principal, "--", "az", *arguments]
        return subprocess.run(command, env=path, capture_output=True, text=True, timeout=120, check=False)

    listed = run([], "role", "assignment", "list", "--all")
    assert listed.returncode == 0, listed.stderr
    assert {"Owner", "Contributor"} <= {one["roleDefinitionName"] for one in json.loads(listed.stdout)}
    assert "admin@contoso.onmicrosoft.com" in [one["principalName"] for one in json.loads(listed.stdout)]
    cloud = run([], "account", "show")
    assert json.loads(cloud.stdout)["environmentName"] == "AzureCloud"
    scope = ["--scope", "https://cognitiveservices.azure.com/.default", "--query", "tokenType"]
    assert json.loads(run(["--as", "developer"], "account", "get-access-token", *scope).stdout) == "Bearer"
    refused = run(["--as", "nobody"], "role", "assignment", "list", "--scope", ACCOUNT)
    assert refused.returncode != 0
    assert "does not have authorization to perform action" in refused.stderr


def sign_in_for_a_device(page: str, code: str, name: str, password: str) -> None:
    """What a person does in a browser: types the code, then name and password."""
    browser = urllib.request.build_opener(
        urllib.request.HTTPCookieProcessor(), urllib.request.HTTPSHandler(context=ssl.create_default_context())
    )
    browser.addheaders = [("Origin", page[: page.index("/", 8)])]

    def send(fields: dict[str, str]) -> str:
        return browser.open(page, urllib.parse.urlencode(fields).encode(), timeout=10).read().decode()

    browser.open(page, timeout=10).read()
    form = send({"user_code": code, "answer": "next"})
    flow = re.search(r'name="flow" value="([^"]+)"', form)
    assert flow, form
    done = send({"flow": flow[1], "username": name, "password": password, "answer": "sign-in"})
    assert "The device is signed in" in done


@pytest.mark.parametrize("way", ["registered cloud", "transparent mode"])
def test_a_person_signs_in_with_a_device_code(server, path, owner, tmp_path, way):
    if way == "transparent mode":
        command = [server.binary, "run", "--quiet", "--as", "alice", "--", "az"]
        environment = path
    else:
        shutil.copytree(owner["AZURE_CONFIG_DIR"], tmp_path / "az")
        command = ["az"]
        environment = {**owner, "AZURE_CONFIG_DIR": str(tmp_path / "az")}

    def run(*arguments: str):
        done = subprocess.run(
            [*command, *arguments], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    device = subprocess.Popen(
        [*command, "login", "--use-device-code"],
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        asked = None
        while not asked:
            line = device.stderr.readline()
            assert line, "az ended"
            asked = re.search(r"open the page (\S+) .*enter the code (\S+)", line)
        page, code = asked[1], asked[2].rstrip(".")
        assert "://localhost:" in page
        sign_in_for_a_device(page, code, "admin@contoso.onmicrosoft.com", "contoso-admin-password")
        out, said = device.communicate(timeout=60)
    finally:
        device.kill()
    assert device.returncode == 0, said
    (subscription,) = json.loads(out)
    assert (subscription["name"], subscription["user"]["name"]) == ("Contoso Production", "admin@contoso.onmicrosoft.com")
    # The refresh token opens Graph, too.
    assert run("ad", "signed-in-user", "show")["userPrincipalName"] == "admin@contoso.onmicrosoft.com"
    assert "Owner" in [one["roleDefinitionName"] for one in run("role", "assignment", "list", "--all")]


@pytest.fixture(scope="module")
def run(server, path):
    """`az` under Azure's own names, as somebody; `admin` may give any role anywhere."""

    def run(*arguments: str, as_: str = "admin", refused: bool = False):
        command = [server.binary, "run", "--quiet", "--as", as_, "--", "az", *arguments]
        done = subprocess.run(command, env=path, capture_output=True, text=True, timeout=120, check=False)
        assert (done.returncode != 0) == refused, f"az {' '.join(arguments)}\n{done.stdout}{done.stderr}"
        return done.stderr if refused else json.loads(done.stdout or "null")

    return run


def test_a_person_comes_and_goes(run):
    name = "carol@contoso.onmicrosoft.com"
    create = ["--display-name", "Carol Clark", "--user-principal-name", name, "--password", "Carol-2026-secret"]
    made = run("ad", "user", "create", *create)
    assert (made["displayName"], made["userPrincipalName"]) == ("Carol Clark", name)
    (listed,) = run("ad", "user", "list", "--upn", name)
    assert listed["id"] == made["id"]
    run("ad", "user", "update", "--id", name, "--display-name", "Carol Clarke")
    assert run("ad", "user", "show", "--id", made["id"])["displayName"] == "Carol Clarke"
    run("ad", "user", "delete", "--id", name)
    assert run("ad", "user", "list", "--upn", name) == []


def test_an_account_has_an_identity_that_is_given_a_role(run):
    there = ["--name", "contoso", "--resource-group", "ai"]
    account = ["cognitiveservices", "account", "identity"]
    identity = run(*account, "assign", *there)["principalId"]
    assert run(*account, "show", *there)["principalId"] == identity
    known = run("ad", "sp", "show", "--id", identity)
    assert (known["displayName"], known["servicePrincipalType"]) == ("contoso", "ManagedIdentity")
    assignee = ["--assignee", identity, "--scope", ACCOUNT, "--role", ROLE]
    assert run("role", "assignment", "create", *assignee)["principalType"] == "ServicePrincipal"
    run("role", "assignment", "delete", *assignee)
    run(*account, "remove", *there)
    assert not run(*account, "show", *there)


def test_groups_and_applications_are_made_used_and_removed(server, run):
    team = ["ad", "group", "create", "--display-name", "conformance team", "--mail-nickname", "conformance"]
    group = run(*team)
    assert run(*team)["id"] == group["id"], "az finds what it made"
    member = ["--group", group["id"], "--member-id", run("ad", "sp", "show", "--id", NOBODY)["id"]]
    run("ad", "group", "member", "add", *member)
    assert run("ad", "group", "member", "check", *member) == {"value": True}
    listed = run("ad", "group", "member", "list", "--group", group["id"])
    assert [one["displayName"] for one in listed] == ["nobody"]
    run("ad", "group", "member", "remove", *member)
    run("ad", "group", "delete", "--group", group["id"])
    assert run("ad", "group", "list", "--display-name", "conformance team") == []

    role = ["--role", ROLE, "--scopes", ACCOUNT]
    robot = run("ad", "sp", "create-for-rbac", "--name", "conformance robot", *role)
    sign_in = ClientSecretCredential(
        robot["tenant"], robot["appId"], robot["password"], authority=server.https, disable_instance_discovery=True
    )
    assert sign_in.get_token("https://cognitiveservices.azure.com/.default").token
    checked = server.command("check", robot["appId"], "chat", "contoso", check=False)
    assert checked.returncode == 0, checked.stdout
    assert run("ad", "app", "show", "--id", robot["appId"])["passwordCredentials"][0]["secretText"] is None
    run("ad", "app", "credential", "reset", "--id", robot["appId"])
    run("ad", "sp", "delete", "--id", robot["appId"])
    run("ad", "app", "delete", "--id", robot["appId"])
    assert run("ad", "app", "list", "--app-id", robot["appId"]) == []
    refused = run(*team, as_="owner", refused=True)
    assert "Insufficient privileges to complete the operation." in refused
