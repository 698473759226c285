//! Secrets of every kind that people paste, and the files in which they stand.
//!
//! All are made up. The files are templates in `secrets/`: `{{key}}` stands for the secret of that name.
//! Whatever reads them must let none out: [`leaks`] says which are in a text.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A secret.
#[derive(Debug, Clone)]
pub struct Secret {
    /// What kind it is: the name in the templates.
    pub name: &'static str,
    /// What must not get out.
    pub value: String,
}

/// A file that holds secrets.
#[derive(Debug, Clone)]
pub struct Document {
    /// Its path, by which readers of projects know it.
    pub path: &'static str,
    /// Its text, with the secrets in it.
    pub text: String,
}

/// How much of a secret is enough to call it out.
const PART: usize = 12;

/// All secrets.
pub fn secrets() -> Vec<Secret> {
    let secret = |name, value: &str| Secret {
        name,
        value: value.to_owned(),
    };
    vec![
        secret("key", "3f9c1d7be2a84560b1c9d04e8f7a6b52"),
        secret(
            "long-key",
            "7KqYx2mPz0VbT4nR8sLw1JcD6hGfE3aUiO5yQvXkZtBpNrMdWeSgJQQJ99BKACYeBjFXJ3w3AAABACOGz1Qd",
        ),
        secret(
            "platform-key",
            "sk-proj-Ab12Cd34Ef56Gh78Ij90Kl12Mn34Op56Qr78St90Uv12Wx34",
        ),
        secret("client-secret", "Zx8Q~aVeryLong.OpenSesame-Value_123456"),
        secret(
            "account-key",
            "q8Jt0bXv5nYw2ZkR7mLs4PdG9hFc1AeU6iOoT3rBxKjVyNzQwMgSlDpHfEaCuIt+8bR2vX5kYwZ1nL7mPq0sJg==",
        ),
        secret("sas", "p4Vd9QmX2sT7uYb1Kz%2B8Rf5Gh3Jn6Lw0Cc%2FAe9iOo%3D"),
        secret("password", "tr0ub4dor&Zebra!77"),
        secret("email", "ada.lovelace@contoso.com"),
        secret("git-token", "ghp_Kd93LsPq02MnVx84BtYr65JwZc17HgFe0aUi"),
        secret("npm-token", "npm_Qw7Er2Ty9Ui4Op1As6Df3Gh8Jk5Lz0Xc2Vb7"),
        secret(
            "cookie",
            "s%3AfR7kQ2xN9vB4mZ1tL6wY.Jc8Hd3Gs5Pa0Eo7Ui2Qy4Rt6",
        ),
        secret("guid-secret", "c0ffee00-5ec2-4e70-9a1b-7d3f5e9b1a2c"),
        secret(
            "refresh-token",
            "0.AXoAq7Tn2Lw9Zp4Vb6Xc1Md8Kf3Hg5Js0Qe7Rt2Yu-Gh4Jk9Bn",
        ),
        secret("prompt", "what does Grace Hopper earn in the berlin office"),
        Secret {
            name: "jwt",
            value: token(),
        },
        Secret {
            name: "basic",
            value: STANDARD.encode("chat:open-sesame-1843"),
        },
        Secret {
            name: "kubernetes-secret",
            value: STANDARD.encode("9b1c7d3f5e2a84c6d0e4f8a1b5c9d3e7"),
        },
        Secret {
            name: "pem",
            value: STANDARD
                .encode("no key at all, but as long as one and as random as one looks 0123456789"),
        },
    ]
}

/// A token as Entra issues them, whose claims name somebody. Nothing signed it.
fn token() -> String {
    let header = r#"{"typ":"JWT","alg":"RS256","kid":"none"}"#;
    let claims = r#"{"aud":"https://cognitiveservices.azure.com","iss":"https://sts.windows.net/99999999-0000-0000-0000-000000000000/","exp":1795000000,"oid":"11111111-2222-3333-4444-555555555555","tid":"99999999-0000-0000-0000-000000000000","name":"Ada Lovelace","upn":"ada.lovelace@contoso.com","unique_name":"ada.lovelace@contoso.com","ver":"1.0"}"#;
    let signature = "a signature of nobody that is as long as a real one would be";
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("{}.{}.{}", part(header), part(claims), part(signature))
}

/// The files with the secrets in them.
pub fn documents() -> Vec<Document> {
    let secrets = secrets();
    let filled = |template: &str| {
        secrets.iter().fold(template.to_owned(), |text, secret| {
            text.replace(&format!("{{{{{}}}}}", secret.name), &secret.value)
        })
    };
    TEMPLATES
        .iter()
        .map(|(path, template)| Document {
            path,
            text: filled(template),
        })
        .collect()
}

/// The secrets of which a text holds a part, by name, with the part.
pub fn leaks(text: &str) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for secret in secrets() {
        let value = secret.value.as_bytes();
        // The header of a token is the same in all.
        let from = if secret.name == "jwt" { 60 } else { 0 };
        let part = PART.min(value.len());
        let leak = value[from..]
            .windows(part)
            .filter_map(|part| std::str::from_utf8(part).ok())
            .find(|part| text.contains(part));
        found.extend(leak.map(|part| (secret.name, part.to_owned())));
    }
    found
}

macro_rules! templates {
    ($($path:literal),+ $(,)?) => {
        &[$(($path, include_str!(concat!("../secrets/", $path)))),+]
    };
}

const TEMPLATES: &[(&str, &str)] = templates![
    "settings.env",
    "curl.txt",
    "call.har",
    "trace-python.txt",
    "trace-node.txt",
    "trace-dotnet.txt",
    "trace-java.txt",
    "app.jsonl",
    "gateway.jsonl",
    "access.log",
    "az.txt",
    "account.json",
    "roles.json",
    "config.yaml",
    "program.txt",
    "project/requirements.txt",
    "project/Pipfile",
    "project/uv.lock",
    "project/web/package-lock.json",
    "project/web/yarn.lock",
    "project/web/pnpm-lock.yaml",
    "project/net/chat.csproj",
    "project/java/pom.xml",
    "project/java/build.gradle",
    "project/rust/Cargo.lock",
    "project/go/go.mod",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_secret_stands_in_some_file_and_no_name_is_left() {
        let documents = documents();
        for secret in secrets() {
            assert!(
                documents.iter().any(|one| one.text.contains(&secret.value)),
                "{}",
                secret.name
            );
        }
        for document in documents {
            assert!(!document.text.contains("{{"), "{}", document.path);
        }
    }

    #[test]
    fn parts_of_secrets_are_called_out() {
        assert_eq!(leaks("nothing to see"), []);
        assert_eq!(leaks("mail ada.lovelace@c…")[0].0, "email");
    }
}
