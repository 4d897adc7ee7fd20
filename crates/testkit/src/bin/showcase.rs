//! Shows the app on the virtual desktop and leaves numbered pictures.
//!
//! `cargo xtask run --headless` runs it; the pictures are what a person would see.

#[cfg(target_os = "linux")]
mod show {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use clap::Parser;
    use testkit::browser::AppDriver;
    use testkit::desktop::Desktop;
    use testkit::{RigError, process};

    /// Shows the app on a virtual desktop.
    #[derive(Parser)]
    struct Arguments {
        /// The folder for the pictures.
        #[arg(long, default_value = "screenshots")]
        out: PathBuf,
    }

    #[tokio::main]
    pub(super) async fn run() -> Result<(), RigError> {
        let out = Arguments::parse().out;
        let io = |what: &str| {
            let what = what.to_owned();
            move |source| RigError::Io { what, source }
        };
        std::fs::create_dir_all(&out).map_err(io("make the folder for the pictures"))?;
        let scratch = tempfile::tempdir().map_err(io("make a scratch folder"))?;
        let desktop = Desktop::start(&scratch.path().join("desktop")).await?;
        println!("the desktop is up");
        take(&desktop, &out, "01-desktop").await?;

        let app = process::built("porchlight")?;
        let app = AppDriver::start(&desktop, &app, &[], &BTreeMap::new()).await?;
        app.wait_for("[data-test=stage]").await?;
        app.drawn().await?;
        take(&desktop, &out, "02-first-start").await
    }

    async fn take(desktop: &Desktop, out: &Path, name: &str) -> Result<(), RigError> {
        let path = out.join(format!("{name}.png"));
        desktop.still_screenshot(&path).await?;
        println!("  {}", path.display());
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    match show::run() {
        Ok(()) => std::process::ExitCode::SUCCESS,
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
