//! `cargo xtask test`: everything that must hold before a change is shared.
//!
//! Cheap checks first. The programs that journeys start are built before the tests and with the same
//! features, because the tests look for them beside themselves and would otherwise build them again.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::shell::{self, Failure, Result, cannot_start, cargo, output, run};
use crate::steps::Steps;
use crate::{Consent, front_end, is_ci, needs, system};

/// Runs all checks and tests.
pub(crate) fn everything(consent: Consent) -> Result {
    let parts = front_end::parts();
    let mut steps = Steps::new(6 + 2 * parts.len());
    steps.take("system packages", || {
        system::ensure(&[needs::BUILD, needs::DESKTOP, needs::STAND_INS], consent)
    })?;
    steps.take("format", || run(cargo().args(["fmt", "--all", "--check"])))?;
    for part in &parts {
        steps.take(&format!("{part}: install and build"), || {
            front_end::install(part)?;
            front_end::build(part)
        })?;
    }
    for part in &parts {
        steps.take(&format!("{part}: check, lint, test"), || {
            ["check", "lint", "test"]
                .iter()
                .try_for_each(|name| front_end::script(part, name))
        })?;
    }
    steps.take("clippy", || {
        run(on_workspace("clippy")
            .arg("--all-targets")
            .args(["--", "--deny", "warnings"]))
    })?;
    steps.take("licences, advisories, sources", check_dependencies)?;
    steps.take("build the programs that tests start", || {
        // Not this very program: Windows cannot write over what is running.
        run(on_workspace("build").args(["--bins", "--exclude", "xtask"]))
    })?;
    let summary = steps.take("tests", run_tests)?;
    steps.print_times();
    println!("\n{summary}");
    println!("Everything holds.");
    Ok(())
}

/// A cargo command for the whole workspace: each other selection would unify other features, and
/// compile most of it again.
fn on_workspace(subcommand: &str) -> Command {
    let mut command = cargo();
    command.arg(subcommand);
    if subcommand == "nextest" {
        command.arg("run");
    }
    command.arg("--workspace");
    if is_ci() {
        command.arg("--locked");
    }
    command
}

fn check_dependencies() -> Result {
    if output(cargo().args(["deny", "--version"])).is_none() {
        println!("    skipped: cargo-deny is not installed (`cargo install --locked cargo-deny`)");
        return Ok(());
    }
    run(cargo().args([
        "deny",
        "--all-features",
        "check",
        "bans",
        "licenses",
        "sources",
    ]))
}

/// Runs all tests with nextest if it is there, otherwise with cargo itself, and gives a line that says
/// how many passed.
fn run_tests() -> Result<String> {
    if output(cargo().args(["nextest", "--version"])).is_none() {
        let mut command = on_workspace("test");
        command.arg("--no-fail-fast");
        let passed = counted(&mut command)?;
        return Ok(format!("cargo test: {passed} tests passed."));
    }
    let mut command = on_workspace("nextest");
    command.arg("--no-fail-fast");
    run(&mut command)?;
    Ok("cargo nextest: all tests passed, as counted above.".to_owned())
}

/// Runs `cargo test`, shows its output, and adds up what its many test programs passed.
fn counted(command: &mut Command) -> Result<u32> {
    println!("    $ {}", shell::shown(command));
    let mut tests = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_start(command, &error))?;
    let mut passed = 0;
    let lines = tests
        .stdout
        .take()
        .map(|output| BufReader::new(output).lines());
    for line in lines.into_iter().flatten().map_while(std::io::Result::ok) {
        println!("{line}");
        passed += passed_in(&line).unwrap_or(0);
    }
    let status = tests
        .wait()
        .map_err(|error| cannot_start(command, &error))?;
    if status.success() {
        return Ok(passed);
    }
    Err(Failure::new(format!(
        "`{}` failed ({status}); {passed} tests passed",
        shell::shown(command)
    )))
}

/// From `test result: ok. 12 passed; 0 failed; …`.
fn passed_in(line: &str) -> Option<u32> {
    let (_, rest) = line.split_once("test result: ")?;
    let (before, _) = rest.split_once(" passed")?;
    before.rsplit(' ').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::passed_in;

    #[test]
    fn the_closing_line_of_a_test_program_is_counted_and_no_other() {
        let closing = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured";
        assert_eq!(passed_in(closing), Some(12));
        assert_eq!(
            passed_in("test result: FAILED. 3 passed; 1 failed"),
            Some(3)
        );
        assert_eq!(passed_in("test it_passed ... ok"), None);
    }
}
