//! `entrada doctor`: examines a project, and later a live endpoint.

use crate::args::{Doctor, ReportFormat};
use crate::exit::{Answer, Outcome};
use crate::project;
use crate::render::{FAINT, print, rendered, tell};

pub(crate) fn run(doctor: &Doctor) -> Outcome {
    let project = project::read(&doctor.project)?;
    let report = doctor::project::report(&project.facts);
    for unread in &project.unread {
        tell(format!("{FAINT}not evaluated: {unread}{FAINT:#}"));
    }
    if doctor.output.format == ReportFormat::Human {
        let files = match project.files {
            0 => "No file that lists packages was found".to_owned(),
            1 => "1 file that lists packages was read".to_owned(),
            files => format!("{files} files that list packages were read"),
        };
        print(format!("{files}.\n"))?;
        if report.findings.is_empty() {
            print("No package in them has a known authentication bug.\n")?;
            return Ok(Answer::Yes);
        }
        print("\n")?;
    }
    print(rendered(&report.to_json(), doctor.output.format)?)?;
    Ok(Answer::found(!report.findings.is_empty()))
}
