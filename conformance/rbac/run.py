#!/usr/bin/env python3
"""Judges an RBAC engine by cases.json, through Azure Resource Manager's own routes. Python's standard library only.

    run.py --arm URL --token FILE --values FILE [--only NAME] [--json]

For each case: PUT its role definitions, role assignments and deny assignments, POST `checkaccess` at the scope it
asks about, compare, DELETE what was put. VALUES is a JSON object with a value for each placeholder of cases.json;
a case with a placeholder that has no value, or that needs what the engine does not offer, is skipped and counted.

Exit status: 0 all as expected, 1 some not, 2 nothing could be judged.
"""

import argparse
import json
import pathlib
import re
import ssl
import sys
import urllib.error
import urllib.request
import uuid

CASES = pathlib.Path(__file__).with_name("cases.json")
VERSIONS = {
    "roleDefinitions": "2022-04-01",
    "roleAssignments": "2022-04-01",
    "denyAssignments": "2024-07-01-preview",
    "checkaccess": "2018-09-01-preview",
}


class Skipped(Exception):
    """The engine does not offer what a case needs."""


class Arm:
    """Azure Resource Manager, or something that speaks like it."""

    def __init__(self, url: str, token: str, ca: str | None) -> None:
        self.url, self.token = url.rstrip("/"), token
        self.context = ssl.create_default_context(cafile=ca) if url.startswith("https") else None

    def call(self, method: str, scope: str, what: str, kind: str, body: dict | None = None):
        path = f"{'' if scope == '/' else scope}/providers/Microsoft.Authorization/{what}?api-version={VERSIONS[kind]}"
        request = urllib.request.Request(self.url + path, method=method, data=json.dumps(body).encode() if body else None)
        request.add_header("Authorization", f"Bearer {self.token}")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=30, context=self.context) as response:
            text = response.read()
            return json.loads(text) if text else None


def filled(value, values: dict[str, str]):
    """The value with its placeholders replaced. Only names of placeholders are: conditions have braces of their own."""
    if isinstance(value, str):
        return re.sub(r"\{(\w+)\}", lambda found: lookup(found, values), value)
    if isinstance(value, list):
        return [filled(one, values) for one in value]
    if isinstance(value, dict):
        return {key: filled(one, values) for key, one in value.items()}
    return value


def lookup(found: re.Match, values: dict[str, str]) -> str:
    name = found.group(1)
    if name in PLACEHOLDERS and name not in values:
        raise Skipped(f"no value for {name}")
    return values.get(name, found.group(0))


class Case:
    """One case, put and taken away again."""

    def __init__(self, arm: Arm, case: dict) -> None:
        self.arm, self.case, self.put_ = arm, case, []

    def put(self, scope: str, kind: str, name: str, properties: dict) -> None:
        try:
            self.arm.call("PUT", scope, f"{kind}/{name}", kind, {"properties": properties})
        except urllib.error.HTTPError as error:
            if kind == "denyAssignments" and error.code in (400, 403, 404, 405, 501):
                # Azure takes some from users, and none with data actions.
                raise Skipped(f"this deny assignment cannot be made by a user ({error.code})") from error
            raise
        self.put_.append((scope, kind, name))

    def set_up(self) -> None:
        policy = self.case["policy"]
        for role in policy.get("roleDefinitions", []):
            properties = {**role, "type": "CustomRole", "description": ""}
            name = properties.pop("name")
            self.put(role["assignableScopes"][0], "roleDefinitions", name, properties)
        for one in policy.get("roleAssignments", []):
            properties = {key: value for key, value in one.items() if key != "scope"}
            properties["roleDefinitionId"] = f"/providers/Microsoft.Authorization/roleDefinitions/{one['roleDefinitionId']}"
            self.put(one["scope"], "roleAssignments", str(uuid.uuid4()), properties)
        for deny in policy.get("denyAssignments", []):
            properties = {key: value for key, value in deny.items() if key != "scope"}
            for key in ("principals", "excludePrincipals"):
                properties[key] = [{"id": one} for one in deny[key]]
            self.put(deny["scope"], "denyAssignments", str(uuid.uuid4()), properties)

    def ask(self) -> str:
        asked = self.case["question"]
        body = {
            "Subject": {"Attributes": {"ObjectId": asked["principal"]}},
            "Actions": [{"Id": asked["action"], "IsDataAction": asked["data"]}],
            "Resource": {"Id": asked["scope"]},
        }
        (answer,) = self.arm.call("POST", asked["scope"], "checkaccess", "checkaccess", body)
        return "allowed" if answer["accessDecision"] == "Allowed" else "denied"

    def tear_down(self) -> None:
        for scope, kind, name in reversed(self.put_):
            self.arm.call("DELETE", scope, f"{kind}/{name}", kind)


def judge(arm: Arm, case: dict, values: dict[str, str]) -> tuple[str, str]:
    """The outcome (`passed`, `failed`, `skipped`) and what there is to say."""
    try:
        running = Case(arm, filled(case, values))
    except Skipped as why:
        return "skipped", str(why)
    try:
        running.set_up()
        answered = running.ask()
    except Skipped as why:
        return "skipped", str(why)
    except urllib.error.HTTPError as error:
        return "failed", f"{error.code} of {error.url.split('?')[0]}: {error.read()[:300].decode(errors='replace')}"
    finally:
        running.tear_down()
    expected = case["expect"]
    if answered == expected:
        return "passed", case["reason"]
    return "failed", f"{answered}, expected {expected}: {case['reason']} ({case['source']}, {case['confidence']})"


document = json.loads(CASES.read_text())
PLACEHOLDERS = set(document["placeholders"])


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--arm", required=True, help="where Azure Resource Manager answers")
    options.add_argument("--token", required=True, help="file with a token of somebody who may assign roles there")
    options.add_argument("--values", required=True, help="JSON file with a value for each placeholder")
    options.add_argument("--ca", help="certificate authority of the endpoint, PEM")
    options.add_argument("--only", help="only the case of this name")
    options.add_argument("--json", action="store_true", help="one JSON object a line")
    asked = options.parse_args()
    arm = Arm(asked.arm, pathlib.Path(asked.token).read_text().strip(), asked.ca)
    values = json.loads(pathlib.Path(asked.values).read_text())
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for case in document["cases"]:
        if asked.only and case["name"] != asked.only:
            continue
        outcome, said = judge(arm, case, values)
        counts[outcome] += 1
        if asked.json:
            print(json.dumps({"name": case["name"], "outcome": outcome, "said": said}))
        elif outcome != "passed":
            print(f"{outcome:7} {case['name']}: {said}")
    print(", ".join(f"{number} {outcome}" for outcome, number in counts.items()), file=sys.stderr)
    if counts["failed"]:
        return 1
    return 0 if counts["passed"] else 2


if __name__ == "__main__":
    sys.exit(main())
