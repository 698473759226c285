//! RSA keys that sign, and what their owner would publish of them.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A 2048-bit RSA key with an id.
pub struct SigningKey {
    id: String,
    pair: KeyPair,
}

impl SigningKey {
    /// A new key. Takes a while; most tests want [`SigningKey::shared`].
    pub fn generate(id: &str) -> SigningKey {
        SigningKey {
            id: id.to_owned(),
            pair: KeyPair::generate(KeySize::Rsa2048).expect("the system can make RSA keys"),
        }
    }

    /// One key for the whole process, with the id `testkit`.
    pub fn shared() -> &'static SigningKey {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| SigningKey::generate("testkit"))
    }

    /// Another key that says it is the shared one: a forger's.
    pub fn forged() -> &'static SigningKey {
        static KEY: OnceLock<SigningKey> = OnceLock::new();
        KEY.get_or_init(|| SigningKey::generate("testkit"))
    }

    /// The key's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The public half as a JSON Web Key.
    pub fn jwk(&self) -> Value {
        let public = self.pair.public_key();
        json!({
            "kty": "RSA", "use": "sig", "kid": self.id,
            "n": URL_SAFE_NO_PAD.encode(public.modulus().big_endian_without_leading_zero()),
            "e": URL_SAFE_NO_PAD.encode(public.exponent().big_endian_without_leading_zero()),
        })
    }

    /// The published set that holds only this key.
    pub fn jwks(&self) -> String {
        json!({ "keys": [self.jwk()] }).to_string()
    }

    /// A compact token of exactly this header and these claims, signed with RS256 whatever the header
    /// says.
    pub fn sign(&self, header: &Value, claims: &Value) -> String {
        self.sign_text(&header.to_string(), &claims.to_string())
    }

    /// The same from texts, which need not be JSON.
    pub fn sign_text(&self, header: &str, claims: &str) -> String {
        let input = format!(
            "{}.{}",
            URL_SAFE_NO_PAD.encode(header),
            URL_SAFE_NO_PAD.encode(claims)
        );
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .expect("an RSA key signs");
        format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}
