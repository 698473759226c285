"""Adds to the sample tenant what only the conformance tests need: a certificate, a script, upstreams."""

import datetime
import pathlib
import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

EXTRA = """
# --- Added by conformance/python/configure.py ---------------------------------------------------

[[application]]
name = "certified"
id = "c0a70500-7e4a-4c0d-9e1d-0b00000000c1"
client_id = "c0a70500-7e4a-4c0d-9e1d-ca00000000c1"
certificates = ['''
{certificate}''']

[[assignment]]
principal = "certified"
role = "Cognitive Services User"
scope = "contoso"

[[account]]
name = "contoso-scripted"
subscription = "Contoso Production"
resource_group = "lab"

[[account.deployment]]
name = "gpt-4o"
model = {{ format = "OpenAI", name = "gpt-4o", version = "2024-11-20" }}

[[account.deployment.reply]]
when = {{ message = "limited", call = 1 }}
error = {{ status = 429, retry_after = 0 }}

[[account.deployment.reply]]
when = {{ message = "weather" }}
tool_calls = [{{ name = "get_weather", arguments = {{ city = "Paris" }} }}]

[[account.deployment.reply]]
when = {{ pattern = '^order #\\d+$' }}
text = "{{message}} is on its way"

[[account.deployment.reply]]
when = {{ message = "rude" }}
content_filter = {{ category = "hate", on = "completion" }}

[[assignment]]
principal = "developer"
role = "Cognitive Services User"
scope = "contoso-scripted"
"""

UPSTREAMS = """
[[account.deployment]]
name = "llama"
model = {{ format = "OpenAI", name = "llama" }}

[account.deployment.upstream]
url = "{url}/v1"
model = "llama3.2:3b"
apis = ["chat"]
credential = {{ file = "{key}" }}

[[account.deployment]]
name = "keeper"
model = {{ format = "OpenAI", name = "gpt-4o" }}

[account.deployment.upstream]
url = "{url}/v1"
model = "llama3.2:3b"
apis = ["responses"]
stored_responses = true
credential = {{ file = "{key}" }}

[[account.deployment]]
name = "nobody-home"
model = {{ format = "OpenAI", name = "llama" }}
upstream = {{ url = "http://127.0.0.1:1/v1" }}

"""


def main(work: pathlib.Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "certified")])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem = certificate.public_bytes(serialization.Encoding.PEM).decode()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    (work / "certified.pem").write_text(private + pem)
    config = work / "entrada.toml"
    sample = config.read_text()
    # An account whose keys are switched off has keys all the same.
    lab = sample.replace("local_auth = false", 'local_auth = false\nkeys = ["contoso-lab-key"]')
    assert lab != sample, "the sample has an account without local authentication"
    # Deployments stand behind their account: these go where the first account's begin.
    first, deployments, rest = lab.partition("[[account.deployment]]")
    key = work / "gateway-key"
    key.write_text("the-gateways-own-key")
    upstreams = UPSTREAMS.format(url=(work / "model-server").read_text(), key=key)
    config.write_text(first + upstreams + deployments + rest + EXTRA.format(certificate=pem))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
