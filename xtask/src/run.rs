//! `cargo xtask run`: from a clone to the app.

use std::process::Command;

use crate::shell::{Failure, Result, cargo, run};
use crate::steps::Steps;
use crate::{Consent, front_end, needs, system};

/// Builds the app and starts it here.
pub(crate) fn on_this_screen(consent: Consent) -> Result {
    if cfg!(target_os = "linux") && !has_screen() {
        return Err(Failure::new(
            "there is no screen here (neither WAYLAND_DISPLAY nor DISPLAY is set); \
             `cargo xtask run --headless` shows the app on a virtual one and leaves pictures",
        ));
    }
    let mut steps = Steps::new(4);
    prepare(&mut steps, &[needs::BUILD], consent)?;
    steps.take("build the app", || {
        run(cargo().args(["build", "--package", "porchlight"]))
    })?;
    steps.print_times();
    println!("\nPorchlight is starting.");
    run(&mut Command::new(format!(
        "target/debug/porchlight{}",
        std::env::consts::EXE_SUFFIX
    )))
}

/// Shows the app on a virtual desktop and leaves pictures.
pub(crate) fn headless(consent: Consent) -> Result {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "the virtual desktop needs Linux; `cargo xtask run` starts the app here",
        ));
    }
    let mut steps = Steps::new(5);
    prepare(&mut steps, &[needs::BUILD, needs::DESKTOP], consent)?;
    steps.take("build the app, the server and the rig", || {
        run(cargo()
            .args(["build", "--bins"])
            .args(["--package", "porchlight"])
            .args(["--package", "porchlight-server"])
            .args(["--package", "porchlight-testkit"]))
    })?;
    steps.take("show it on a virtual desktop", || {
        run(Command::new("target/debug/showcase").args(["--out", "screenshots"]))
    })?;
    steps.print_times();
    println!("\nThe pictures are in screenshots/.");
    Ok(())
}

/// Measures on a virtual desktop.
pub(crate) fn bench(
    what: Option<String>,
    rounds: Option<usize>,
    debug: bool,
    consent: Consent,
) -> Result {
    if !cfg!(target_os = "linux") {
        return Err(Failure::new(
            "measuring needs the virtual desktop, and that needs Linux",
        ));
    }
    let mut steps = Steps::new(5);
    prepare(&mut steps, &[needs::BUILD, needs::DESKTOP], consent)?;
    let profile = if debug { "dev" } else { "release" };
    steps.take("build the app, the server and the rig", || {
        run(cargo()
            .args(["build", "--bins", "--profile", profile])
            .args(["--workspace", "--exclude", "xtask"]))
    })?;
    let folder = if debug { "debug" } else { "release" };
    steps.take("measure", || {
        let mut bench = Command::new(format!("target/{folder}/bench"));
        bench.args(what);
        if let Some(rounds) = rounds {
            bench.args(["--rounds", &rounds.to_string()]);
        }
        run(&mut bench)
    })?;
    steps.print_times();
    Ok(())
}

/// The steps before cargo can build something: three of them.
fn prepare(steps: &mut Steps, needs: &[&[needs::Need]], consent: Consent) -> Result {
    steps.take("system packages", || system::ensure(needs, consent))?;
    let parts = front_end::parts();
    steps.take("npm packages", || {
        parts.iter().try_for_each(|part| front_end::install(part))
    })?;
    steps.take("widget and interface", || {
        parts.iter().try_for_each(|part| front_end::build(part))
    })
}

fn has_screen() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}
