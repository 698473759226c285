//! A running `entrada serve`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The server, and its data folder. Stops when it is dropped.
pub(crate) struct Server {
    process: Child,
    data: tempfile::TempDir,
    pub(crate) https: String,
}

impl Server {
    /// Starts it with the sample tenant, changed by a function.
    pub(crate) fn start(change: impl Fn(String) -> String) -> Server {
        let data = tempfile::tempdir().unwrap();
        let config = data.path().join("sample.toml");
        let written = Command::new(env!("CARGO_BIN_EXE_entrada"))
            .args(["init", config.to_str().unwrap()])
            .stderr(Stdio::null())
            .status();
        assert!(written.unwrap().success());
        let sample = std::fs::read_to_string(&config).unwrap();
        let changed = change(sample);
        std::fs::write(&config, changed).unwrap();
        let mut process = Command::new(env!("CARGO_BIN_EXE_entrada"))
            .args([
                "serve",
                "--ephemeral",
                "--quiet",
                "--https",
                "localhost:0",
                "--http",
                "localhost:0",
            ])
            .args(["--config", config.to_str().unwrap()])
            .args(["--data", data.path().to_str().unwrap()])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
        let https = lines.find_map(|line| {
            let line = line.unwrap();
            line.split_whitespace()
                .find(|word| word.starts_with("https://"))
                .map(str::to_owned)
        });
        Server {
            process,
            data,
            https: https.unwrap(),
        }
    }

    /// The variables of a program that runs beside it.
    pub(crate) fn variables(&self) -> BTreeMap<String, String> {
        let data = self.data().to_str().unwrap().to_owned();
        // The metadata address of the machine that tests run on is none of theirs.
        let nowhere = "http://127.0.0.1:9".to_owned();
        BTreeMap::from([
            ("ENTRADA_DATA".to_owned(), data),
            ("AZURE_POD_IDENTITY_AUTHORITY_HOST".to_owned(), nowhere),
        ])
    }

    pub(crate) fn data(&self) -> &Path {
        self.data.path()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have stopped already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
