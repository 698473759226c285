"""Transparent mode: programs with Azure's own host names, unchanged, under `entrada run`."""

import datetime
import os
import pathlib
import re
import socket
import ssl
import subprocess
import sys

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

GUIDE = pathlib.Path(__file__).parents[2] / "docs" / "guides" / "transparent.md"
TENANT = "c0a70500-7e4a-4c0d-9e1d-000000000000"
SAID = "[simulated gpt-4o] You said: hello"

# As the SDKs' documentation has it: nothing says that this is not Azure.
CHAT = """
from azure.ai.inference import ChatCompletionsClient
from azure.identity import DefaultAzureCredential, get_bearer_token_provider
from openai import AzureOpenAI, OpenAI

credential = DefaultAzureCredential()
tokens = get_bearer_token_provider(credential, "https://cognitiveservices.azure.com/.default")
messages = [{"role": "user", "content": "hello"}]

azure = AzureOpenAI(
    azure_endpoint="https://contoso.openai.azure.com", api_version="2024-10-21", azure_ad_token_provider=tokens
)
print(azure.chat.completions.create(model="gpt-4o", messages=messages).choices[0].message.content)

v1 = OpenAI(base_url="https://contoso.openai.azure.com/openai/v1", api_key=tokens)
print(v1.responses.create(model="gpt-4o", input="hello").output_text)

inference = ChatCompletionsClient(
    "https://contoso.services.ai.azure.com/models", credential,
    credential_scopes=["https://cognitiveservices.azure.com/.default"],
)
print(inference.complete(model="gpt-4o", messages=messages).choices[0].message.content)
"""

# A refresh token as Entra's are: of the right form, and none of ours.
REFRESH_TOKEN = "0.AXoAq7Tn2Lw9Zp4Vb6Xc1Md8Kf3Hg5Js0Qe7Rt2Yu-Gh4Jk9Bn.AgABAwEAAAADw7Xr9Kp2Ls5Vt8Yz"
CLIENT_SECRET = "Zx8Q~aVeryLong.OpenSesame-Value_123456"

REAL_CREDENTIALS = f"""
import msal
authority = "https://login.microsoftonline.com/{TENANT}"
tool = msal.PublicClientApplication("04b07795-8ddb-461a-bbee-02f9e1bf7b46", authority=authority)
print(tool.acquire_token_by_refresh_token("{REFRESH_TOKEN}", ["https://management.azure.com/.default"]))
secret = msal.ConfidentialClientApplication(
    "c0a70500-7e4a-4c0d-9e1d-ca0000000001", authority=authority, client_credential="{CLIENT_SECRET}"
)
print(secret.acquire_token_for_client(["https://management.azure.com/.default"]))
"""

ELSEWHERE = """
import urllib.request
urllib.request.urlopen("https://example.com/", timeout=10)
"""


@pytest.fixture
def run(server):
    """Runs a program under `entrada run`."""

    def under(principal: str, *command: str, credential: str = "managed-identity") -> subprocess.CompletedProcess:
        return server.command("run", "--as", principal, "--credential", credential, "--", *command, check=False)

    return under


@pytest.mark.parametrize(
    ("principal", "credential"),
    [("developer", "managed-identity"), ("developer", "secret"), ("workload", "workload"), ("alice", "managed-identity")],
)
def test_unchanged_programs_call_azures_own_names(run, principal, credential):
    done = run(principal, sys.executable, "-c", CHAT, credential=credential)
    assert done.stdout.splitlines() == [SAID] * 3, done.stdout + done.stderr


def test_a_refusal_is_the_services_own_and_is_explained(run, server):
    done = run("nobody", sys.executable, "-c", CHAT)
    assert done.returncode == 1
    assert "openai.AuthenticationError" in done.stderr
    assert "lacks the required data action" in done.stderr
    assert server.explain("nobody")["cause"] == "role-missing"


def test_a_program_with_a_server_of_its_own_is_told_why_it_failed(server):
    command = ["run", "--config", str(server.work / "entrada.toml"), "--as", "nobody", "--", sys.executable, "-c", CHAT]
    done = server.command(*command, check=False)
    assert done.returncode == 1
    assert "openai.AuthenticationError" in done.stderr
    assert "(role-missing, proven)" in done.stderr
    assert "entrada grant nobody" in done.stderr


def test_nothing_else_is_let_through(run):
    done = run("developer", sys.executable, "-c", ELSEWHERE)
    assert done.returncode == 1
    assert "Tunnel connection failed: 403 Not intercepted by Entrada" in done.stderr


def test_real_credentials_are_refused_and_kept_nowhere(run, server):
    done = run("developer", sys.executable, "-c", REAL_CREDENTIALS)
    refresh, secret = done.stdout.splitlines()
    # Told `invalid_grant`, MSAL would remove the token from a cache that other programs share.
    assert "'error': 'invalid_request'" in refresh
    assert "AADSTS7000215" in secret
    kept = [path for path in server.work.rglob("*") if path.is_file()]
    assert any(path.name == "server.log" for path in kept)
    for path in kept:
        content = path.read_bytes()
        for credential in (REFRESH_TOKEN, CLIENT_SECRET):
            for part in re.findall(r"[A-Za-z0-9]{10,}", credential):
                assert part.encode() not in content, path


def handshake(roots: bytes, chain: pathlib.Path, host: str) -> None:
    """A handshake in memory, by the system's OpenSSL on both sides."""
    client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    client.load_verify_locations(cadata=roots.decode())
    server.load_cert_chain(chain)
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ours = client.wrap_bio(to_client, to_server, server_hostname=host)
    theirs = server.wrap_bio(to_server, to_client, server_side=True)
    for _ in range(4):
        for side in (ours, theirs):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                pass
    assert ours.version()


def test_openssl_takes_no_certificate_for_other_names(server, tmp_path):
    """The authority's key is in no file; so one of our own signs, under the very constraints of the authority."""
    published = pathlib.Path(os.environ["ENTRADA_DATA"]) / "intercept-ca.pem"
    authority = x509.load_pem_x509_certificates(published.read_bytes())[0]
    constraints = authority.extensions.get_extension_for_class(x509.NameConstraints)
    assert constraints.critical
    assert authority.extensions.get_extension_for_class(x509.BasicConstraints).value == x509.BasicConstraints(True, 0)

    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)

    def sign(subject: str, issuer: str, key, signer, *extensions):
        builder = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(key.public_key()).serial_number(x509.random_serial_number())
            .not_valid_before(now - day).not_valid_after(now + day)
        )  # fmt: skip
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(signer, hashes.SHA256())

    own = ec.generate_private_key(ec.SECP256R1())
    root = sign(
        "authority", "authority", own, own,
        (x509.BasicConstraints(True, 0), True), (constraints.value, True),
    )  # fmt: skip

    def accepted(host: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        leaf = sign("leaf", "authority", key, own, (x509.SubjectAlternativeName([x509.DNSName(host)]), False))
        chain = tmp_path / "chain.pem"
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        chain.write_bytes(leaf.public_bytes(Encoding.PEM) + pem)
        handshake(root.public_bytes(Encoding.PEM), chain, host)

    for host in ("login.microsoftonline.com", "contoso.openai.azure.com", "management.azure.com"):
        accepted(host)
    for host in ("example.com", "portal.azure.com", "contoso.blob.core.windows.net", "localhost"):
        with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
            accepted(host)


def test_the_certificate_is_for_the_name_that_was_asked(server):
    """Through the proxy by hand: the handshake for one name, a request for another."""
    port = int(server.intercept.rpartition(":")[2])

    def through(host: str, name: str, header: str) -> str:
        plain = socket.create_connection(("127.0.0.1", port), timeout=10)
        plain.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n\r\n".encode())
        assert plain.recv(4096).startswith(b"HTTP/1.1 200")
        context = ssl.create_default_context(cafile=pathlib.Path(os.environ["ENTRADA_DATA"]) / "intercept-ca.pem")
        with context.wrap_socket(plain, server_hostname=name) as tls:
            tls.sendall(f"GET /openai/v1/models HTTP/1.1\r\nHost: {header}\r\nConnection: close\r\n\r\n".encode())
            return tls.recv(4096).decode().split("\r\n", 1)[0]

    account, lab = "contoso.openai.azure.com", "contoso-lab.openai.azure.com"
    assert "401" in through(account, account, account)
    assert "421" in through(account, account, lab)
    assert "421" in through(account, lab, account)
    with pytest.raises(ssl.SSLCertVerificationError):
        through(account, "login.microsoftonline.com", account)


def test_the_guide_is_true(server, tmp_path):
    """Its programs, written to files, and its commands, in its order, in one shell."""
    text = GUIDE.read_text()
    for name, program in re.findall(r"```python\n# (\S+)\n(.*?)```", text, re.DOTALL):
        (tmp_path / name).write_text(program)
    blocks = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
    folders = [str(pathlib.Path(server.binary).parent), str(pathlib.Path(sys.executable).parent), os.environ["PATH"]]
    environment = {**os.environ, "PATH": os.pathsep.join(folders), "AZURE_OPENAI_API_KEY": CLIENT_SECRET}
    done = subprocess.run(
        ["bash", "-c", "set -euo pipefail\n" + "\n".join(blocks)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert SAID in done.stdout
    assert CLIENT_SECRET not in done.stdout + done.stderr
