//! What may depend on what.

use std::process::Command;

use serde_json::Value;

use crate::expect_none;
use crate::project::root;

/// The arrows between our own crates: each crate, and those it may name.
const ARROWS: [(&str, &[&str]); 9] = [
    ("access", &[]),
    ("wire", &["access"]),
    ("doctor", &["access", "wire"]),
    ("store", &["access"]),
    ("azure", &["access", "wire", "doctor"]),
    ("server", &["access", "wire", "doctor", "store", "azure"]),
    (
        "entrada",
        &["access", "wire", "doctor", "store", "azure", "server"],
    ),
    ("testkit", &["access", "wire"]),
    ("xtask", &["access", "wire", "doctor"]),
];

/// For tests only; any crate may use it there.
const TEST_ONLY: &str = "testkit";

/// The crates that do no I/O, and what they may name of others' crates: text, numbers, data.
const PURE: [(&str, &[&str]); 3] = [
    (
        "access",
        &[
            "base64",
            "hashbrown",
            "memchr",
            "serde",
            "serde_json",
            "thiserror",
            "uuid",
        ],
    ),
    (
        "wire",
        &[
            "base64",
            "memchr",
            "schemars", // only to describe types, and only in tests
            "serde",
            "serde_json",
            "thiserror",
        ],
    ),
    (
        "doctor",
        &[
            "aho-corasick",
            "base64",
            "jiff",
            "memchr",
            "regex",
            "semver",
            "serde",
            "serde_json",
            "thiserror",
            "toml",
        ],
    ),
];

#[test]
fn crates_depend_on_each_other_only_along_the_arrows() {
    let packages = packages();
    let ours: Vec<&str> = packages.iter().map(name).collect();
    let mut faults = Vec::new();
    for package in &packages {
        let Some((_, allowed)) = ARROWS.iter().find(|(from, _)| *from == name(package)) else {
            faults.push(format!("`{}` has no row", name(package)));
            continue;
        };
        for (dependency, kind) in dependencies(package) {
            let fine = !ours.contains(&dependency)
                || allowed.contains(&dependency)
                || (dependency == TEST_ONLY && kind == "dev");
            if !fine {
                faults.push(format!("`{}` names `{dependency}` ({kind})", name(package)));
            }
        }
    }
    expect_none(&faults, "the arrows are drawn in ARCHITECTURE.md");
}

#[test]
fn pure_crates_name_no_crate_that_does_io() {
    let mut faults = Vec::new();
    for package in packages() {
        let Some((_, allowed)) = PURE.iter().find(|(pure, _)| *pure == name(&package)) else {
            continue;
        };
        for (dependency, kind) in dependencies(&package) {
            let ours = ARROWS.iter().any(|(ours, _)| *ours == dependency);
            if !ours && kind != "dev" && !allowed.contains(&dependency) {
                faults.push(format!("`{}` names `{dependency}`", name(&package)));
            }
        }
    }
    expect_none(
        &faults,
        "if it does no I/O, has no clock and no randomness, add it to `PURE`",
    );
}

#[test]
fn pure_crates_forbid_clocks_files_sockets_and_the_environment() {
    let file = |name: &str| {
        let path = root().join("crates").join(name).join("clippy.toml");
        std::fs::read_to_string(&path).unwrap_or_else(|error| format!("{error}"))
    };
    let model = file("access");
    for method in [
        "std::time::SystemTime::now",
        "std::time::Instant::now",
        "std::env::var",
        "std::fs::read",
        "std::fs::File::open",
        "std::net::TcpStream::connect",
        "std::process::Command::new",
        "uuid::Uuid::new_v4",
    ] {
        assert!(model.contains(&format!("\"{method}\"")), "{method}");
    }
    for (name, _) in PURE {
        assert_eq!(
            file(name),
            model,
            "crates/{name}/clippy.toml is not crates/access/clippy.toml"
        );
    }
}

#[test]
fn every_crate_takes_lints_and_edition_from_the_workspace() {
    let mut faults = Vec::new();
    for package in packages() {
        let manifest = std::fs::read_to_string(package["manifest_path"].as_str().unwrap()).unwrap();
        for wanted in [
            "[lints]\nworkspace = true",
            "edition.workspace = true",
            "license.workspace = true",
            "publish.workspace = true",
        ] {
            if !manifest.contains(wanted) {
                faults.push(format!("`{}` lacks `{wanted}`", name(&package)));
            }
        }
    }
    expect_none(&faults, "take them from another crate's manifest");
}

/// The workspace's own packages, as cargo reads their manifests.
fn packages() -> Vec<Value> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "cargo metadata failed");
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    metadata["packages"].as_array().unwrap().clone()
}

fn name(package: &Value) -> &str {
    package["name"].as_str().unwrap()
}

/// The names of a package's direct dependencies, each with `normal`, `dev` or `build`.
fn dependencies(package: &Value) -> Vec<(&str, &str)> {
    let listed = package["dependencies"].as_array().unwrap();
    let named = listed.iter().map(|dependency| {
        (
            name(dependency),
            dependency["kind"].as_str().unwrap_or("normal"),
        )
    });
    named.collect()
}
