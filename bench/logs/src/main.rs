//! Writes logs with known failures: `logs FOLDER --megabytes 1000`. `index.tsv` beside them says, for each,
//! how many bytes, records and failures are in it, for `compare.py` to check and to measure with.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use clap::Parser;
use testkit::log::{Log, Shape};

#[derive(Parser)]
struct Options {
    /// Where to write
    folder: PathBuf,
    /// Size of each log
    #[arg(long, default_value_t = 1_000)]
    megabytes: u64,
    /// Failures in a thousand records
    #[arg(long, default_value_t = 20)]
    failures: u64,
}

fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    fs::create_dir_all(&options.folder)?;
    let mut index = String::new();
    for (name, shape) in [
        ("diagnostic.jsonl", Shape::Diagnostic),
        ("gateway.jsonl", Shape::Gateway),
        ("application.jsonl", Shape::Application),
        ("text.log", Shape::Text),
    ] {
        let mut file = BufWriter::new(File::create(options.folder.join(name))?);
        let mut log = Log::new(shape, 7, options.failures);
        let (mut bytes, mut records, mut failures) = (0, 0_u64, 0_u64);
        while bytes < options.megabytes * 1_000_000 {
            let (record, failed) = log.record();
            file.write_all(record.as_bytes())?;
            bytes += record.len() as u64;
            records += 1;
            failures += u64::from(failed);
        }
        file.flush()?;
        index += &format!("{name}\t{bytes}\t{records}\t{failures}\n");
    }
    fs::write(options.folder.join("index.tsv"), &index)?;
    print!("{index}");
    Ok(())
}
