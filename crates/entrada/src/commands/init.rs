//! `entrada init`: a commented configuration to start from.

use std::fs::OpenOptions;
use std::io::Write;

use crate::args::Init;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{print, tell};

pub(crate) fn run(init: &Init) -> Outcome {
    let sample = server::config::SAMPLE;
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
    tell(format!(
        "wrote {name}; start it with: entrada serve --config {name}"
    ));
    Ok(Answer::Yes)
}
