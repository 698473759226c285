//! `entrada init`: a commented configuration to start from.

use std::fs::OpenOptions;
use std::io::Write;

use crate::args::Init;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{print, tell};

pub(crate) fn run(init: &Init) -> Outcome {
    let sample = if init.gateway {
        server::config::GATEWAY
    } else {
        server::config::SAMPLE
    };
    if init.file.as_os_str() == "-" {
        print(sample)?;
        return Ok(Answer::Yes);
    }
    let name = init.file.display();
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    if !init.force {
        options.create_new(true);
    }
    // It will hold secrets of your own.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&init.file).map_err(|error| {
        let failure = Failure::new(format!("cannot write `{name}`: {error}"));
        if error.kind() == std::io::ErrorKind::AlreadyExists {
            failure.hint("--force overwrites it")
        } else {
            failure
        }
    })?;
    file.write_all(sample.as_bytes())?;
    // Editors complete and check the file by the schema that its first line names.
    let schema = init.file.with_file_name("entrada.schema.json");
    std::fs::write(&schema, server::config::SCHEMA)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", schema.display())))?;
    tell(format!(
        "wrote {name}, and {} for your editor",
        schema.display()
    ));
    if init.gateway {
        tell("replace the values marked `<-` in it, then");
    }
    tell(format!("start it with: entrada serve --config {name}"));
    Ok(Answer::Yes)
}
