//! `entrada doctor`: examines a live endpoint, a project, or both.

mod apply;
mod examined;
mod pins;
mod shown;
mod wait;

pub(crate) use examined::examined;
pub(crate) use shown::Silent;
pub(crate) use wait::wait;

use std::path::Path;
use std::time::Duration;

use ::doctor::live::Health;

use super::wait::Rhythm;
use crate::args::{Doctor, ReportFormat};
use crate::exit::{Answer, Failure, Outcome};
use crate::project::{self, Project};
use crate::render::{FAINT, print, rendered, tell};

pub(crate) fn run(doctor: &Doctor) -> Outcome {
    match &doctor.project {
        Some(folder) if doctor.endpoint.is_none() => of_project(doctor, folder),
        _ => of_endpoint(doctor),
    }
}

fn of_endpoint(doctor: &Doctor) -> Outcome {
    let human = doctor.output.format == ReportFormat::Human;
    let project = doctor.project.as_deref().map(read).transpose()?;
    let mut examined = examined(doctor, shown::Steps::new(human))?;
    if let Some(project) = &project {
        examined.add(&::doctor::project::report(&project.facts));
    }
    if human {
        print(shown::verdict(&examined))?;
    } else {
        print(rendered(&examined.report, doctor.output.format)?)?;
    }
    let mut granted = false;
    if doctor.fix {
        granted = apply::apply(doctor, &examined)?;
        if let (Some(project), Some(folder)) = (&project, &doctor.project) {
            pins::apply(doctor, folder, project)?;
        }
    }
    if let Some(seconds) = doctor.wait
        && (granted || examined.health != Health::Healthy)
    {
        // A grant on a local server is effective at once; Azure takes up to ten minutes.
        let rhythm = Rhythm::new(Duration::from_millis(500), Duration::from_secs(seconds));
        return wait(&examined, rhythm);
    }
    Ok(match examined.health {
        Health::Healthy => Answer::Yes,
        Health::Fault => Answer::No,
        Health::Unknown => Answer::Undecided,
    })
}

fn of_project(doctor: &Doctor, folder: &Path) -> Outcome {
    let project = read(folder)?;
    let report = ::doctor::project::report(&project.facts);
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
    if doctor.fix {
        pins::apply(doctor, folder, &project)?;
    }
    Ok(Answer::found(!report.findings.is_empty()))
}

fn read(folder: &Path) -> Result<Project, Failure> {
    let project = project::read(folder)?;
    for unread in &project.unread {
        tell(format!("{FAINT}not evaluated: {unread}{FAINT:#}"));
    }
    Ok(project)
}
