//! `entrada check --policy FILE --requests FILE`: many questions of one policy, offline.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter};
use std::path::Path;

use wire::bulk::{self, Reasons, Summary};

use crate::args::{Check, OutputFormat, ReasonsKind};
use crate::exit::{Answer, Failure, Outcome};
use crate::policy;
use crate::render::{BAD, GOOD, tell};

/// Bytes read at once.
const BUFFER: usize = 256 * 1024;

/// Answers every line, in order, as it comes.
pub(super) fn run(check: &Check, file: &Path, requests: &Path) -> Outcome {
    let index = policy::compiled(&policy::read(file)?);
    let input: Box<dyn BufRead> = if requests.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let shown = requests.display();
        let file = File::open(requests)
            .map_err(|error| Failure::new(format!("cannot read `{shown}`: {error}")))?;
        Box::new(BufReader::with_capacity(BUFFER, file))
    };
    let told = match check.reasons {
        ReasonsKind::None => Reasons::None,
        ReasonsKind::Short => Reasons::Short,
        ReasonsKind::Full => Reasons::Full,
    };
    let output = BufWriter::with_capacity(BUFFER, io::stdout().lock());
    let summary = bulk::run(&index, input, output, told, policy::now())?;
    if check.output.output == OutputFormat::Human {
        tell_summary(&summary);
    }
    match summary.exit_code() {
        0 => Ok(Answer::Yes),
        1 => Ok(Answer::No),
        _ => Err(
            Failure::new(format!("{} lines are no requests", summary.errors))
                .hint("their answers say what is wrong with each"),
        ),
    }
}

fn tell_summary(summary: &Summary) {
    let style = if summary.mismatches == 0 { GOOD } else { BAD };
    tell(format!(
        "{} answered: {} allowed, {} denied, {} unknown, {} conditional; {style}{} not as expected{style:#}",
        summary.answered,
        summary.allowed,
        summary.denied,
        summary.unknown,
        summary.conditional,
        summary.mismatches
    ));
}
