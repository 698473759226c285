//! The variables that a client would see, and what stands in them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use doctor::evidence::token;
use doctor::live::{Reading, SecretForm, Setting, VARIABLES, Variable};

use crate::proxy::Proxies;

/// Variables of a program, and where its user's files are.
#[derive(Clone, Default)]
pub struct Surroundings {
    /// The environment, whole: programs that are run get it as it is.
    pub environment: BTreeMap<String, String>,
    /// A file of variables that the program reads as well; the environment comes first.
    pub file: Option<VariableFile>,
    /// The user's home.
    pub home: Option<PathBuf>,
}

/// A file of lines `NAME=value`.
#[derive(Clone, Default)]
pub struct VariableFile {
    /// Its name in reports.
    pub name: String,
    /// What stands in it.
    pub variables: BTreeMap<String, String>,
}

impl VariableFile {
    /// Reads the text of such a file: `export` before a name, quotes around a value and comments are
    /// understood.
    pub fn read(name: &str, text: &str) -> VariableFile {
        let lines = text.lines().filter_map(|line| {
            let line = line.trim();
            let line = line.strip_prefix("export ").unwrap_or(line);
            let (name, value) = line.split_once('=').filter(|_| !line.starts_with('#'))?;
            let value = value.trim();
            let quoted = |mark: char| value.strip_prefix(mark)?.strip_suffix(mark);
            let value = quoted('"').or_else(|| quoted('\'')).unwrap_or(value);
            Some((name.trim().to_owned(), value.to_owned()))
        });
        VariableFile {
            name: name.to_owned(),
            variables: lines.collect(),
        }
    }
}

impl Surroundings {
    /// A variable's value, if it is set and not empty: from the environment, else from the file.
    pub fn get(&self, name: &str) -> Option<&str> {
        let set = self.environment.get(name).or_else(|| {
            // Proxies are known in lower case too, and there they are usual.
            let lower = name.to_ascii_lowercase();
            self.environment
                .get(&lower)
                .filter(|_| name.ends_with("_PROXY"))
        });
        let value = set.or_else(|| self.file.as_ref()?.variables.get(name))?;
        Some(value.as_str()).filter(|value| !value.is_empty())
    }

    /// The proxies that they name for `https`.
    pub(super) fn proxies(&self) -> Proxies {
        Proxies::new(|name| self.get(name).map(str::to_owned)).https_only()
    }

    /// Every variable of the doctor's table that is set.
    pub(super) fn variables(&self) -> Vec<Variable> {
        let set = VARIABLES.iter().filter_map(|(name, reading)| {
            let value = self.get(name)?;
            let from_file = self.environment.get(*name).is_none_or(String::is_empty)
                && !self.environment.contains_key(&name.to_ascii_lowercase());
            Some(Variable {
                name,
                setting: match reading {
                    Reading::Plain => Setting::Plain(without_password(value)),
                    Reading::File => Setting::File {
                        path: value.to_owned(),
                        trouble: unreadable(Path::new(value)),
                    },
                    Reading::Secret => Setting::Secret(form(value)),
                },
                file: self
                    .file
                    .as_ref()
                    .filter(|_| from_file)
                    .map(|file| file.name.clone()),
            })
        });
        set.collect()
    }
}

impl std::fmt::Debug for Surroundings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Surroundings")
    }
}

impl std::fmt::Debug for VariableFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VariableFile({})", self.name)
    }
}

/// A URL without user and password.
fn without_password(value: &str) -> String {
    match value.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find('/').unwrap_or(rest.len());
            let host = rest[..end].rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}{}", &rest[end..])
        }
        // `user:password@proxy:8080`, as some write it.
        None => value.rsplit('@').next().unwrap_or_default().to_owned(),
    }
}

fn unreadable(path: &Path) -> Option<String> {
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            Some("there is no such file".to_owned())
        }
        Err(error) => Some(format!("it cannot be read: {}", error.kind())),
        Ok(file) if file.is_file() && file.len() == 0 => Some("it is empty".to_owned()),
        Ok(file) if file.is_file() => {
            let opened = std::fs::File::open(path).err();
            opened.map(|error| format!("it cannot be read: {}", error.kind()))
        }
        Ok(_) => None,
    }
}

fn form(value: &str) -> SecretForm {
    let trimmed = value.trim();
    let lower = trimmed.to_ascii_lowercase();
    let placeholder = trimmed.starts_with(['<', '{'])
        || ["your", "xxx", "changeme", "todo", "replace", "none", "null"]
            .iter()
            .any(|start| lower.starts_with(start));
    if trimmed.is_empty() {
        SecretForm::Unusable("blank")
    } else if placeholder {
        SecretForm::Unusable("a placeholder")
    } else if lower.starts_with("bearer ") {
        SecretForm::Unusable("the value of a header, with `Bearer` before it")
    } else if trimmed.len() != value.len() || trimmed.starts_with(['"', '\'']) {
        SecretForm::Unusable("a value with blanks or quotes around it")
    } else {
        match token::read(trimmed).filter(|_| trimmed.starts_with("eyJ")) {
            Some(claims) => SecretForm::Token(Box::new(claims)),
            None => SecretForm::Opaque,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_variables_is_read_as_programs_read_it() {
        let file = VariableFile::read(
            ".env",
            "# keys\nexport A=1\nB = \"two words\"\nC='x'\n\nnonsense\n#D=4\nE=a=b\n",
        );
        let read: Vec<(&str, &str)> = file
            .variables
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(
            read,
            [("A", "1"), ("B", "two words"), ("C", "x"), ("E", "a=b")]
        );
    }

    #[test]
    fn passwords_of_proxies_are_not_told() {
        for (given, told) in [
            ("http://user:hunter2@proxy:8080", "http://proxy:8080"),
            ("user:hunter2@proxy:8080", "proxy:8080"),
            ("http://proxy/", "http://proxy/"),
        ] {
            assert_eq!(without_password(given), told);
        }
    }

    #[test]
    fn the_environment_comes_before_the_file() {
        let surroundings = Surroundings {
            environment: BTreeMap::from([("AZURE_TENANT_ID".to_owned(), "outer".to_owned())]),
            file: Some(VariableFile::read(
                ".env",
                "AZURE_TENANT_ID=inner\nAZURE_CLIENT_ID=c\n",
            )),
            home: None,
        };
        assert_eq!(surroundings.get("AZURE_TENANT_ID"), Some("outer"));
        let variables = surroundings.variables();
        assert_eq!(variables[0].file, None);
        assert_eq!(variables[1].file.as_deref(), Some(".env"));
    }
}
