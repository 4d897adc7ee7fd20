//! The command line.
//!
//! Without a command the app starts. With one ([`Command`]) the app that runs is asked
//! (`command_line.rs`), and no window system is touched. What is written wrongly ends with exit code 2 and
//! a sentence, before anybody is asked anything: a wrong word never becomes a status.

use std::path::PathBuf;

use clap::CommandFactory as _;
use clap::error::ErrorKind;
use protocol::limits::{TIMED_MAX_MS, TIMED_MIN_MS};
use protocol::status::{Status, StatusChange, Term};

/// Porchlight: answer website chats.
#[derive(Clone, Debug, Default, clap::Parser)]
#[command(version, about)]
pub struct Args {
    /// Start in the tray, without a window. Opens one after all if the desktop has no tray.
    #[arg(long)]
    pub hidden: bool,
    /// Keep everything in this folder, as an installation of its own.
    #[arg(long, value_name = "FOLDER", global = true)]
    pub data_dir: Option<PathBuf>,
    /// Open what this link leads to: porchlight://… from a page, a mail or a notification.
    #[arg(value_name = "LINK", value_parser = link)]
    pub link: Option<String>,
    /// Ask the app that runs, instead of starting it.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What the app that runs is asked.
#[derive(Clone, Debug, PartialEq, Eq, clap::Subcommand)]
pub enum Command {
    /// Show your status, or change it.
    Status(StatusArgs),
}

/// What is asked about one's own status.
#[derive(Clone, Debug, Default, PartialEq, Eq, clap::Args)]
#[command(
    after_help = "Exit codes: 0 done, 1 refused or failed, 2 wrong usage, 3 the app is not running, 4 pending: the workspace has not answered yet."
)]
pub struct StatusArgs {
    /// The status from now on. Without one, shows how it is.
    #[arg(value_enum, value_name = "STATUS")]
    pub wanted: Option<Wanted>,
    /// For so long, then Online: 15m, 1h, 90s, 1h30m. From one minute to 24 hours.
    #[arg(long = "for", value_name = "TIME", value_parser = length, requires = "wanted", conflicts_with = "until")]
    pub length: Option<u64>,
    /// Until then, then Online: tomorrow (your first hours, or 8:00), or a time of day like 14:30.
    #[arg(long, value_name = "WHEN", value_parser = until, requires = "wanted")]
    pub until: Option<Term>,
    /// Change it even if that leaves a site with nobody online.
    #[arg(long, requires = "wanted")]
    pub yes: bool,
    /// Print JSON, for programs: the same in every language.
    #[arg(long)]
    pub json: bool,
}

/// A status that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Wanted {
    /// Visitors see you available, and new chats are offered.
    Online,
    /// Away, except in conversations you are in. Only where your workspace has it.
    Busy,
    /// Like busy to visitors; colleagues see you invisible.
    Invisible,
    /// Away everywhere, without notices.
    Offline,
    /// Invisible now, offline when your last conversation ends.
    WindDown,
}

impl Args {
    /// The name under which a second start finds the first. An installation with a folder of its own
    /// is found only by starts with the same folder.
    #[must_use]
    pub fn instance(&self, identifier: &str) -> String {
        let Some(folder) = &self.data_dir else {
            return identifier.to_owned();
        };
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
        // FNV-1a: stable over versions of Rust, which the standard library's hash is not.
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in folder.as_os_str().as_encoded_bytes() {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        format!("{identifier}.in_{hash:016x}")
    }

    /// Whether the words make sense together; what each means alone was checked before.
    ///
    /// # Errors
    /// What to tell the person; it ends with exit code 2.
    pub fn checked(self) -> Result<Self, clap::Error> {
        let error = |text: &str| Self::command().error(ErrorKind::ArgumentConflict, text);
        match &self.command {
            Some(_) if self.link.is_some() => Err(error("a link starts the app; leave it out")),
            Some(_) if self.hidden => Err(error("--hidden starts the app; leave it out")),
            Some(Command::Status(status)) => {
                status.change().map_err(error)?;
                Ok(self)
            }
            None => Ok(self),
        }
    }

    /// The link among the words of another start of the app.
    #[must_use]
    pub fn link_among(words: &[String]) -> Option<&str> {
        let of_ours = |word: &&String| is_of_our_scheme(word);
        words.iter().skip(1).find(of_ours).map(String::as_str)
    }
}

/// Whether the system hands it to this app. What it leads to is for the session to judge, which can tell
/// the person.
fn is_of_our_scheme(text: &str) -> bool {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|it| it.eq_ignore_ascii_case(agent::links::SCHEME))
}

/// A mistyped command must not start the app, so only links of ours are taken.
fn link(text: &str) -> Result<String, String> {
    if is_of_our_scheme(text) {
        Ok(text.to_owned())
    } else {
        Err("there is no such command, and it is no porchlight:// link; see --help".to_owned())
    }
}

impl StatusArgs {
    /// The change that is asked for; `None` if it is only to be shown.
    ///
    /// # Errors
    /// Why the words make none.
    pub fn change(&self) -> Result<Option<StatusChange>, &'static str> {
        let Some(wanted) = self.wanted else {
            return Ok(None);
        };
        let term = self
            .until
            .or_else(|| self.length.map(|ms| Term::For { ms }));
        let status = match wanted {
            Wanted::Online => Status::Online,
            Wanted::Busy => Status::Busy,
            Wanted::Invisible => Status::Invisible,
            Wanted::Offline => Status::Offline,
            Wanted::WindDown if term.is_some() => {
                return Err(
                    "wind-down ends with your last conversation: leave out --for and --until",
                );
            }
            Wanted::WindDown => return Ok(Some(StatusChange::WindDown)),
        };
        match term {
            None => Ok(Some(StatusChange::Pick { status })),
            Some(_) if status == Status::Online => Err(
                "a timed status ends Online: choose another one, or leave out --for and --until",
            ),
            Some(term) => Ok(Some(StatusChange::Timed { status, term })),
        }
    }
}

/// A length of time, in milliseconds.
fn length(text: &str) -> Result<u64, String> {
    let unknown = || "write it like 15m, 1h, 90s or 1h30m".to_owned();
    let mut milliseconds = 0_u64;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(unknown());
    }
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let (number, after) = rest.split_at_checked(digits).ok_or_else(unknown)?;
        let letters = after.bytes().take_while(u8::is_ascii_alphabetic).count();
        let (unit, after) = after.split_at_checked(letters).ok_or_else(unknown)?;
        let scale = match unit {
            "s" | "sec" => 1_000,
            "m" | "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(unknown()),
        };
        // Fails when there is no number, and when it is too large for one.
        let number: u64 = number.parse().map_err(|_| unknown())?;
        milliseconds = number
            .checked_mul(scale)
            .and_then(|part| milliseconds.checked_add(part))
            .ok_or_else(unknown)?;
        rest = after.trim_start();
    }
    if (TIMED_MIN_MS..=TIMED_MAX_MS).contains(&milliseconds) {
        Ok(milliseconds)
    } else {
        Err("from one minute to 24 hours".to_owned())
    }
}

/// An end that is not a length.
fn until(text: &str) -> Result<Term, String> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("tomorrow") {
        return Ok(Term::Tomorrow);
    }
    let minute = || {
        let (hour, minute) = text.split_once(':')?;
        let number = |text: &str, below: u16| {
            let digits = text.bytes().all(|byte| byte.is_ascii_digit());
            let number = text.parse::<u16>().ok().filter(|number| *number < below)?;
            digits.then_some(number)
        };
        if !(1..=2).contains(&hour.len()) || minute.len() != 2 {
            return None;
        }
        Some(number(hour, 24)? * 60 + number(minute, 60)?)
    };
    minute()
        .map(|minute| Term::At { minute })
        .ok_or_else(|| "write tomorrow, or a time of day from 0:00 to 23:59".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser as _;

    fn parse(words: &str) -> Result<Args, clap::Error> {
        let words = words.split(' ').filter(|word| !word.is_empty());
        Args::try_parse_from(std::iter::once("porchlight").chain(words))?.checked()
    }

    fn change(words: &str) -> Option<StatusChange> {
        let args = parse(words).unwrap_or_else(|error| panic!("{words}: {error}"));
        let Some(Command::Status(status)) = args.command else {
            panic!("{words} asks nothing");
        };
        status.change().unwrap()
    }

    #[test]
    fn an_installation_is_found_by_its_folder() {
        let at = |folder: &str| Args {
            data_dir: Some(folder.into()),
            ..Args::default()
        };
        assert_eq!(Args::default().instance("a.b"), "a.b");
        assert_eq!(at("/tmp/x").instance("a.b"), at("/tmp/x").instance("a.b"));
        assert_ne!(at("/tmp/x").instance("a.b"), at("/tmp/y").instance("a.b"));
        assert!(at("/tmp/x").instance("a.b").starts_with("a.b.in_"));
    }

    #[test]
    fn the_words_are_the_command_lines_own_rules() {
        Args::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_app_starts() {
        assert!(parse("").unwrap().command.is_none());
        let args = parse("--hidden --data-dir /x").unwrap();
        assert!(args.hidden && args.command.is_none());
    }

    #[test]
    fn a_link_starts_the_app_whatever_it_leads_to() {
        for link in ["porchlight://x/conversation/y", "PORCHLIGHT:garbage"] {
            let args = parse(link).unwrap();
            assert_eq!((args.link.as_deref(), args.command), (Some(link), None));
            let words = ["/usr/bin/porchlight", "--hidden", link].map(str::to_owned);
            assert_eq!(Args::link_among(&words), Some(link));
        }
        let words = ["porchlight://by/name", "--data-dir", "/x"].map(str::to_owned);
        assert_eq!(Args::link_among(&words), None, "the program is no link");
        for wrong in [
            "https://porchlight.example",
            "porchlight",
            "porchlight://x status",
            "porchlight://x porchlight://y",
        ] {
            assert_eq!(parse(wrong).expect_err(wrong).exit_code(), 2, "{wrong}");
        }
    }

    #[test]
    fn each_change_can_be_asked_for() {
        let pick = |status| Some(StatusChange::Pick { status });
        let timed = |status, term| Some(StatusChange::Timed { status, term });
        let minutes = |minutes: u64| Term::For {
            ms: minutes * 60_000,
        };
        for (words, meant) in [
            ("status", None),
            ("status --json", None),
            ("status online", pick(Status::Online)),
            ("status busy --yes", pick(Status::Busy)),
            ("status offline --json", pick(Status::Offline)),
            ("status wind-down --yes", Some(StatusChange::WindDown)),
            (
                "status invisible --for 15m",
                timed(Status::Invisible, minutes(15)),
            ),
            (
                "status busy --for 90s",
                timed(Status::Busy, Term::For { ms: 90_000 }),
            ),
            ("status busy --for 1m", timed(Status::Busy, minutes(1))),
            ("status busy --for 60s", timed(Status::Busy, minutes(1))),
            (
                "status busy --for 24h",
                timed(Status::Busy, minutes(24 * 60)),
            ),
            ("status busy --for 1h30m", timed(Status::Busy, minutes(90))),
            ("status busy --for=45min", timed(Status::Busy, minutes(45))),
            (
                "status offline --until tomorrow",
                timed(Status::Offline, Term::Tomorrow),
            ),
            (
                "status offline --until 14:30",
                timed(Status::Offline, Term::At { minute: 870 }),
            ),
            (
                "status offline --until 0:00",
                timed(Status::Offline, Term::At { minute: 0 }),
            ),
            (
                "status offline --until 23:59",
                timed(Status::Offline, Term::At { minute: 1_439 }),
            ),
            ("--data-dir /x status online", pick(Status::Online)),
            ("status online --data-dir /x", pick(Status::Online)),
        ] {
            assert_eq!(change(words), meant, "{words}");
        }
    }

    /// Bad input: a clear error and exit code 2, never a wrong status.
    #[test]
    fn what_is_written_wrongly_is_wrong_usage_and_no_status() {
        for words in [
            "status onlin",
            "status Online online",
            "status away",
            "status 1",
            "status --online",
            "status ONLINE",
            "status windDown",
            "status busy --for",
            "status busy --for 15",
            "status busy --for m",
            "status busy --for 59s",
            "status busy --for 0m",
            "status busy --for -5m",
            "status busy --for 1.5h",
            "status busy --for 24h1s",
            "status busy --for 25h",
            "status busy --for 2d",
            "status busy --for 15M",
            "status busy --for fifteen",
            "status busy --for 99999999999999999999h",
            "status busy --for 18446744073709551615h",
            "status busy --for 15m;1h",
            "status busy --for ١٥m",
            "status busy --until 24:00",
            "status busy --until 12:60",
            "status busy --until 12",
            "status busy --until 12:5",
            "status busy --until 012:05",
            "status busy --until +1:05",
            "status busy --until yesterday",
            "status busy --until -1:00",
            "status busy --for 15m --until tomorrow",
            "status online --for 15m",
            "status online --until tomorrow",
            "status wind-down --for 15m",
            "status wind-down --until 18:00",
            "status --for 15m",
            "status --yes",
            "--hidden status",
            "--hidden status online",
            "statsu",
            "online",
            "status busy busy",
        ] {
            let error = parse(words).expect_err(words);
            assert_eq!(error.exit_code(), 2, "{words}: {error}");
        }
    }
}
