//! Measures, on the virtual desktop and with real programs.
//!
//! `cargo xtask bench` runs it: all that it can measure, or what is named. Each measurement says what it
//! measures at the top of its module. Tests never judge times; this does, and fails where something takes
//! longer than it may.

#[cfg(target_os = "linux")]
mod daemon;
#[cfg(target_os = "linux")]
mod figures;
#[cfg(target_os = "linux")]
mod floor;
#[cfg(target_os = "linux")]
mod notice;
#[cfg(target_os = "linux")]
mod status;

#[cfg(target_os = "linux")]
mod measure {
    use clap::{Parser, ValueEnum};
    use testkit::RigError;

    use super::{notice, status};

    /// What can be measured.
    #[derive(Clone, Copy, ValueEnum)]
    enum What {
        /// A change of status, until it is seen.
        Status,
        /// A visitor's message, until it is a notification.
        Notice,
    }

    /// Measures how fast things are.
    #[derive(Parser)]
    struct Arguments {
        /// What to measure; all, if it is left out.
        what: Option<What>,
        /// How often: 100 changes of status for each place, 1,000 notices, if it is left out.
        #[arg(long)]
        rounds: Option<usize>,
    }

    #[tokio::main]
    pub(super) async fn run() -> Result<bool, RigError> {
        let Arguments { what, rounds } = Arguments::parse();
        let named = what.as_slice();
        let all = [What::Status, What::Notice];
        let wanted = if named.is_empty() { &all } else { named };
        let mut all_met = true;
        for what in wanted {
            let rounds = |usual: usize| rounds.unwrap_or(usual).max(1);
            all_met &= match what {
                What::Status => status::measure(rounds(100)).await?,
                What::Notice => notice::measure(rounds(1_000)).await?,
            };
            println!();
        }
        Ok(all_met)
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    match measure::run() {
        Ok(true) => std::process::ExitCode::SUCCESS,
        Ok(false) => std::process::ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("error: the virtual desktop needs Linux");
    std::process::ExitCode::FAILURE
}
