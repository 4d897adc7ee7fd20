//! Looks for what the system must have, and installs it where that is possible and wished.
//!
//! Only Debian and its children get their packages installed, and only after a yes: a `--yes`, `CI=true`, or
//! an answer at the terminal. Everywhere else, and without an answer, the task names what is
//! missing and ends. When nothing is missing, this is one question to dpkg and changes nothing.

use std::collections::BTreeSet;
use std::io::{IsTerminal as _, Write as _};
use std::process::Command;

use crate::Consent;
use crate::needs::{Need, Sign};
use crate::shell::{self, Failure, Result, find, output, run};

/// Makes sure that everything is there.
pub(crate) fn ensure(needs: &[&[Need]], consent: Consent) -> Result {
    ensure_node()?;
    if cfg!(target_os = "macos") {
        return look_for_xcode();
    }
    if cfg!(windows) {
        println!(
            "    needed on Windows: the MSVC build tools, the WebView2 runtime (part of Windows 11), \
             and Perl and NASM for OpenSSL"
        );
        return Ok(());
    }
    let needs: Vec<Need> = needs.iter().copied().flatten().copied().collect();
    let missing = missing(&needs);
    if missing.is_empty() {
        println!("    {} packages, all there", needs.len());
        return Ok(());
    }
    if find("apt-get").is_none() || find("dpkg-query").is_none() {
        return Err(Failure::new(format!(
            "this system lacks, and its own package manager has under one name or another:\n{}",
            missing.iter().map(described).collect::<String>()
        )));
    }
    install(&missing, consent)
}

/// The needs that are not met.
fn missing(needs: &[Need]) -> Vec<Need> {
    let installed = installed(needs);
    let is_met = |need: &Need| installed.contains(need.package) || is_there(need.sign);
    needs.iter().filter(|need| !is_met(need)).copied().collect()
}

/// Those of the packages that dpkg says are installed.
fn installed(needs: &[Need]) -> BTreeSet<String> {
    let mut command = Command::new("dpkg-query");
    command.args(["--show", "--showformat", "${db:Status-Status} ${Package}\n"]);
    command.args(needs.iter().map(|need| need.package));
    // It fails when it knows nothing of one of them, and prints the others all the same.
    let Ok(answer) = command.output() else {
        return BTreeSet::new();
    };
    String::from_utf8_lossy(&answer.stdout)
        .lines()
        .filter_map(|line| line.strip_prefix("installed "))
        .map(str::to_owned)
        .collect()
}

/// Whether something is there that did not come as this package.
fn is_there(sign: Sign) -> bool {
    match sign {
        Sign::Program("chromium") => ["chromium", "google-chrome", "chromium-browser"]
            .iter()
            .any(|browser| find(browser).is_some()),
        Sign::Program(program) => find(program).is_some(),
        // libxdo brings no file for pkg-config in its older versions.
        Sign::Library("libxdo") => std::path::Path::new("/usr/include/xdo.h").is_file(),
        Sign::Library(library) => {
            output(Command::new("pkg-config").args(["--exists", library])).is_some()
        }
        Sign::Font(font) => {
            output(Command::new("fc-list").arg(font)).is_some_and(|list| !list.is_empty())
        }
        Sign::Python(module) => {
            let import = format!("import {module}");
            output(Command::new("/usr/bin/python3").args(["-c", &import])).is_some()
        }
        Sign::Looks => find("apt-get").is_none(),
    }
}

fn described(need: &Need) -> String {
    let package = need.package;
    match need.sign {
        Sign::Program(program) => format!("  the program {program} (Debian: {package})\n"),
        Sign::Library(library) => format!("  the library {library} (Debian: {package})\n"),
        Sign::Font(font) => format!("  the font {font} (Debian: {package})\n"),
        Sign::Python(module) => format!("  Python's module {module} (Debian: {package})\n"),
        Sign::Looks => format!("  {package}\n"),
    }
}

fn install(missing: &[Need], consent: Consent) -> Result {
    let mut words = Vec::new();
    if !is_root() {
        words.push("sudo");
    }
    let update = [&*words, &["apt-get", "update"]].concat();
    // What they only recommend is not needed: with it, chromium alone brings a desktop along.
    words.extend(["apt-get", "install", "--yes", "--no-install-recommends"]);
    words.extend(missing.iter().map(|need| need.package));
    let packages: Vec<_> = missing.iter().map(|need| need.package).collect();
    println!("    missing: {}", packages.join(" "));
    println!(
        "    they are installed by\n      {}\n      {}",
        update.join(" "),
        words.join(" ")
    );
    if !agreed(consent)? {
        return Err(Failure::new(format!(
            "these packages are missing: {}",
            packages.join(" ")
        )));
    }
    if words.first() == Some(&"sudo") && find("sudo").is_none() {
        return Err(Failure::new(format!(
            "sudo is not installed; as root, run: apt-get update && {}",
            words.get(1..).unwrap_or_default().join(" ")
        )));
    }
    for line in [update, words] {
        run(&mut unattended(&line))?;
    }
    let left = self::missing(missing);
    if left.is_empty() {
        return Ok(());
    }
    Err(Failure::new(format!(
        "apt-get installed everything, and still missing are:\n{}",
        left.iter().map(described).collect::<String>()
    )))
}

/// A command of apt that asks nothing, whoever runs it.
fn unattended(line: &[&str]) -> Command {
    let (first, rest) = line.split_first().unwrap_or((&"true", &[]));
    let mut command = Command::new(first);
    if *first == "sudo" {
        // sudo gives no variables on unless they are named.
        command.arg("DEBIAN_FRONTEND=noninteractive");
    }
    command.args(rest).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn agreed(consent: Consent) -> Result<bool> {
    if consent.given() {
        return Ok(true);
    }
    if !std::io::stdin().is_terminal() {
        println!("    nobody is there to be asked; --yes installs them");
        return Ok(false);
    }
    print!("    install them now? [y/N] ");
    let mut answer = String::new();
    std::io::stdout()
        .flush()
        .and_then(|()| std::io::stdin().read_line(&mut answer))
        .map_err(|error| Failure::new(format!("cannot ask: {error}")))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}

/// 20.19: what the build tools of the web parts ask for.
fn ensure_node() -> Result {
    let version = output(Command::new("node").arg("--version"))
        .ok_or_else(|| Failure::new("Node.js 20.19 or newer is needed: https://nodejs.org"))?;
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse);
    let found = (numbers.next(), numbers.next());
    if let (Some(Ok(major)), Some(Ok(minor))) = found
        && (major, minor) < (20_u32, 19_u32)
    {
        return Err(Failure::new(format!(
            "Node.js 20.19 or newer is needed, this is {version}"
        )));
    }
    if output(shell::npm(".").arg("--version")).is_none() {
        return Err(Failure::new("npm is needed; it comes with Node.js"));
    }
    Ok(())
}

fn look_for_xcode() -> Result {
    if output(Command::new("xcode-select").arg("-p")).is_some() {
        return Ok(());
    }
    Err(Failure::new(
        "the Xcode command line tools are needed: run `xcode-select --install`",
    ))
}
