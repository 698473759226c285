//! `entrada import`: a policy file from what `az … list` printed.

use std::path::Path;

use wire::arm::{EstateView, Importer};

use crate::args::Import;
use crate::exit::{Answer, Failure, Outcome};
use crate::render::{ADVICE, FAINT, print_json, tell};

pub(crate) fn run(import: &Import) -> Outcome {
    let mut importer = Importer::default();
    for file in &import.files {
        importer.add(&name(file), &read(file)?)?;
    }
    for [group, file] in import.members.as_chunks().0 {
        let file = Path::new(file);
        importer.add_members(group, &name(file), &read(file)?)?;
    }
    let imported = importer.finish()?;
    for note in &imported.notes {
        tell(format!("{ADVICE}note{ADVICE:#}: {note}"));
    }
    for note in &imported.estate.not_read {
        tell(format!("{FAINT}not read: {note}{FAINT:#}"));
    }
    print_json(&EstateView::from(&imported.estate))?;
    Ok(Answer::Yes)
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    let shown = file.display();
    std::fs::read(file).map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))
}

fn name(file: &Path) -> String {
    let name = file.file_name().unwrap_or(file.as_os_str());
    name.to_string_lossy().into_owned()
}
