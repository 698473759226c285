//! `entrada triage`: the failed calls of large logs.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use access::Timestamp;
use doctor::triage::{By, Question};

use crate::args::{GroupBy, Triage, TriageFormat};
use crate::exit::{Answer, Failure, Outcome};
use crate::logs::{self, Passed};
use crate::render::{FAINT, pretty, print, tell, triage_for_people, triage_markdown};

pub(crate) fn run(arguments: &Triage) -> Outcome {
    let question = Question {
        since: moment(arguments.since.as_deref())?,
        until: moment(arguments.until.as_deref())?,
        by: By {
            principal: arguments.by.contains(&GroupBy::Principal),
            endpoint: arguments.by.contains(&GroupBy::Endpoint),
        },
    };
    let mut triage = doctor::triage::Triage::new(question);
    let mut progress = Progress::new(&arguments.files);
    let mut unread = Vec::new();
    for path in &arguments.files {
        if let Err(error) = read(&mut triage, path, &mut progress) {
            unread.push(format!(
                "cannot read `{}` to its end: {error}",
                path.display()
            ));
        }
    }
    progress.clear();
    let summary = triage.summary(arguments.top);
    print(match arguments.format {
        TriageFormat::Human => triage_for_people(&summary),
        TriageFormat::Json => pretty(&summary.to_json())?,
        TriageFormat::Markdown => triage_markdown(&summary),
    })?;
    let Some(last) = unread.pop() else {
        return Ok(Answer::found(summary.failures > 0));
    };
    for one in unread {
        tell(format!("{FAINT}not evaluated: {one}{FAINT:#}"));
    }
    Err(Failure::new(last).hint("what could be read of it is in the counts above"))
}

fn read(
    triage: &mut doctor::triage::Triage,
    path: &Path,
    progress: &mut Progress,
) -> io::Result<()> {
    let mut source = logs::open(path, &progress.passed)?;
    triage.file(&path.display().to_string());
    let mut buffer = vec![0; 2 * doctor::triage::Triage::BUFFER];
    let mut filled = 0;
    loop {
        let read = match source.read(&mut buffer[filled..]) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => {
                // What was read before it broke off is read to its end.
                triage.read(&buffer[..filled], true);
                return Err(error);
            }
            Ok(read) => read,
        };
        filled += read;
        let used = triage.read(&buffer[..filled], read == 0);
        buffer.copy_within(used..filled, 0);
        filled -= used;
        if read == 0 {
            return Ok(());
        }
        progress.show(triage);
    }
}

/// A time of the command line: RFC 3339, a day, or so long ago.
fn moment(text: Option<&str>) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = text else {
        return Ok(None);
    };
    let ago = || {
        let unit = text.chars().next_back()?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        let number: i64 = text[..text.len() - 1].parse().ok().filter(|n| *n >= 0)?;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
        Some(Timestamp(
            i64::try_from(now)
                .ok()?
                .checked_sub(number.checked_mul(seconds)?)?,
        ))
    };
    let parsed = Timestamp::parse(text)
        .or_else(|_| Timestamp::parse(&format!("{text}T00:00:00Z")))
        .ok();
    match parsed.or_else(ago) {
        Some(moment) => Ok(Some(moment)),
        None => Err(Failure::new(format!("`{text}` is not a time"))
            .hint("2026-11-23T10:00:00Z, 2026-11-23, or so long ago: 30m, 2h, 7d")),
    }
}

/// How far it is, for who watches a terminal.
struct Progress {
    shown: bool,
    terminal: bool,
    began: Instant,
    next: Instant,
    passed: Passed,
    /// Bytes of all files, if all are files.
    all: Option<u64>,
}

impl Progress {
    const EVERY: Duration = Duration::from_millis(200);

    fn new(files: &[PathBuf]) -> Self {
        let sizes = files.iter().map(|path| {
            let file = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
            Some(file.len())
        });
        Self {
            shown: false,
            terminal: io::stderr().is_terminal(),
            began: Instant::now(),
            next: Instant::now() + Self::EVERY,
            passed: Arc::default(),
            all: sizes.sum(),
        }
    }

    fn show(&mut self, triage: &doctor::triage::Triage) {
        if !self.terminal || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + Self::EVERY;
        self.shown = true;
        let megabytes = triage.amount().bytes as f64 / 1e6;
        let rate = megabytes / self.began.elapsed().as_secs_f64().max(0.001);
        let passed = self.passed.load(Ordering::Relaxed);
        let share = self
            .all
            .filter(|all| *all > 0)
            .map_or_else(String::new, |all| {
                format!("{:3} % ", (passed * 100 / all).min(100))
            });
        let line = format!(
            "{share}{megabytes:.0} MB, {rate:.0} MB/s, {} failures",
            triage.failures()
        );
        let _ = write!(io::stderr(), "\r\x1b[K{line}");
        let _ = io::stderr().flush();
    }

    /// Takes the line away.
    fn clear(&self) {
        if self.shown {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
    }
}
