//! `cargo xtask run` and `cargo xtask test`: the two commands of the README; `cargo xtask bench` measures.
//!
//! Both work on a machine that has Rust, Node and nothing else: they look for what the system must
//! have, ask before they install it, and then build in the order in which the parts need one another (the
//! web parts first, because server and app carry them inside). The second time they do only what
//! changed. Everything is run as a person would run it in a shell, and is printed.

mod front_end;
mod needs;
mod run;
mod shell;
mod steps;
mod system;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Runs and tests Porchlight from a fresh clone.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds the app with its interface and starts it.
    Run {
        /// Shows it on a virtual desktop instead, and leaves pictures in screenshots/.
        #[arg(long)]
        headless: bool,
        #[command(flatten)]
        consent: Consent,
    },
    /// Measures on a virtual desktop, with real programs.
    Bench {
        /// What: `status` (a change, until it is seen) or `notice` (a visitor's message, until it is a
        /// notification). Both, if it is left out.
        #[arg(value_parser = ["status", "notice"])]
        what: Option<String>,
        /// How often. Each measurement has a number of its own, if it is left out.
        #[arg(long)]
        rounds: Option<usize>,
        /// Measures the debug build, which is quick to make and slow to run.
        #[arg(long)]
        debug: bool,
        #[command(flatten)]
        consent: Consent,
    },
    /// Checks and tests everything.
    Test {
        #[command(flatten)]
        consent: Consent,
    },
}

/// Whether system packages may be installed without asking.
#[derive(Clone, Copy, clap::Args)]
pub(crate) struct Consent {
    /// Installs missing system packages without asking; so does `CI=true`.
    #[arg(long)]
    yes: bool,
}

impl Consent {
    /// Whether the answer is yes already.
    pub(crate) fn given(self) -> bool {
        self.yes || is_ci()
    }
}

/// Whether this runs where nobody can answer.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true" || value == "1")
}

fn main() -> ExitCode {
    let task = Arguments::parse().task;
    let result = shell::go_to_repository().and_then(|()| match task {
        Task::Run {
            headless: false,
            consent,
        } => run::on_this_screen(consent),
        Task::Run {
            headless: true,
            consent,
        } => run::headless(consent),
        Task::Bench {
            what,
            rounds,
            debug,
            consent,
        } => run::bench(what, rounds, debug, consent),
        Task::Test { consent } => test::everything(consent),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\nerror: {failure}");
            ExitCode::FAILURE
        }
    }
}
