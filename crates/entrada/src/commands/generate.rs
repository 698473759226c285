//! `entrada completions` and `entrada man`: generated from the one description of the command line.

use clap::CommandFactory;

use crate::args::{Arguments, Completions};
use crate::exit::{Answer, Outcome};
use crate::render::print;

pub(crate) fn completions(arguments: &Completions) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(
        arguments.shell,
        &mut Arguments::command(),
        "entrada",
        &mut script,
    );
    print(String::from_utf8_lossy(&script))?;
    Ok(Answer::Yes)
}

pub(crate) fn manual() -> Outcome {
    let mut page = Vec::new();
    let command = Arguments::command();
    clap_mangen::Man::new(command.clone()).render(&mut page)?;
    for subcommand in command.get_subcommands() {
        clap_mangen::Man::new(subcommand.clone()).render_description_section(&mut page)?;
        clap_mangen::Man::new(subcommand.clone()).render_options_section(&mut page)?;
    }
    print(String::from_utf8_lossy(&page))?;
    Ok(Answer::Yes)
}
