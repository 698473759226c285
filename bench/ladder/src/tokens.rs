//! Access tokens as Entrada's own token service signs them, for as many principals as wanted: they
//! differ in their principal and all name one group.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeyPair;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject as _;
use serde_json::{Value, json};

pub(crate) const TENANT: &str = "c0a70500-7e4a-4c0d-9e1d-000000000000";
pub(crate) const AUDIENCE: &str = "https://cognitiveservices.azure.com";
/// Whose members may call.
pub(crate) const GROUP: &str = "c0a70500-7e4a-4c0d-9e1d-600000000001";

/// How long tokens are valid, in seconds, and how long kept ones are used.
const LIFETIME: u64 = 7 * 24 * 3600;
const USED: Duration = Duration::from_secs(24 * 3600);

pub(crate) fn issuer() -> String {
    format!("https://sts.windows.net/{TENANT}/")
}

/// The key that signs, and its public half in the forms that proxies want.
pub(crate) struct Keys {
    pair: KeyPair,
    id: String,
}

impl Keys {
    /// The key that Entrada signs with, from its data folder.
    pub(crate) fn open(data: &Path) -> Result<Self> {
        let pem = signing_key(data)?;
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes())?;
        let pair = KeyPair::from_pkcs8(der.secret_pkcs8_der())?;
        let mut id = URL_SAFE_NO_PAD.encode(digest(&SHA256, pair.public_key().as_ref()));
        id.truncate(27); // as Entrada names its keys
        Ok(Self { pair, id })
    }

    pub(crate) fn jwks(&self) -> Value {
        let public = self.pair.public_key();
        json!({"keys": [{
            "kty": "RSA", "use": "sig", "alg": "RS256", "kid": self.id,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        }]})
    }

    pub(crate) fn public_pem(&self) -> String {
        let der: Result<PublicKeyX509Der<'_>, _> = self.pair.public_key().as_der();
        let text = der
            .map(|der| STANDARD.encode(der.as_ref()))
            .unwrap_or_default();
        let lines: Vec<_> = (0..text.len())
            .step_by(64)
            .map(|at| &text[at..text.len().min(at + 64)])
            .collect();
        format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            lines.join("\n")
        )
    }

    /// A token of the `number`th caller, in the group that may call or in none.
    pub(crate) fn caller(&self, number: usize, may_call: bool) -> Result<String> {
        let group = may_call.then_some(GROUP);
        self.token(
            number,
            &format!("c0a70500-7e4a-4c0d-9e1d-1{number:011x}"),
            group,
        )
    }

    /// A token of this principal; `number` makes it different from others.
    pub(crate) fn token(
        &self,
        number: usize,
        principal: &str,
        group: Option<&str>,
    ) -> Result<String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
        let mut claims = json!({
            "aud": AUDIENCE, "iss": issuer(), "iat": now - 300, "nbf": now - 300, "exp": now + LIFETIME,
            "aio": "k2RgYHi+bNuq1lMFSwtWqnrX1GcBAA==", "appidacr": "1", "idp": issuer(), "idtyp": "app",
            "appid": format!("c0a70500-7e4a-4c0d-9e1d-2{number:011x}"),
            "oid": principal, "sub": principal, "tid": TENANT,
            "rh": format!("1.{number:022}."), "uti": format!("{number:022}"), "ver": "1.0",
        });
        if let Some(group) = group {
            claims["groups"] = json!([group]);
        }
        let header = json!({"typ": "JWT", "alg": "RS256", "kid": self.id, "x5t": self.id});
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header.to_string()),
            URL_SAFE_NO_PAD.encode(claims.to_string())
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .context("a signature")?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    /// A file with `count` tokens, one a line: a kept one if it is fresh enough.
    pub(crate) fn file(&self, folder: &Path, count: usize) -> Result<PathBuf> {
        let path = folder.join(format!("tokens-{}-{count}.txt", self.id));
        let age = fs::metadata(&path).and_then(|known| known.modified()).ok();
        let age = age.and_then(|modified| modified.elapsed().ok());
        if age.is_none_or(|age| age > USED) {
            eprintln!("signing {count} tokens");
            let tokens: Result<Vec<_>> =
                (0..count).map(|number| self.caller(number, true)).collect();
            fs::write(&path, tokens?.join("\n"))?;
        }
        Ok(path)
    }
}

fn signing_key(data: &Path) -> Result<String> {
    let ring = data.join("token-keys.json");
    if !ring.exists() {
        return Ok(fs::read_to_string(data.join("token-key.pem"))?);
    }
    let ring: Vec<Value> = serde_json::from_slice(&fs::read(ring)?)?;
    let mut private = ring.iter().filter_map(|key| key["private"].as_str());
    Ok(private.next_back().context("no signing key")?.to_owned())
}
