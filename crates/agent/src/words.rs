//! What the app says outside its window, in the language of the person.
//!
//! One set of Fluent files serves notifications, the tray and the UI; they are part of the program,
//! so a missing file cannot make it mute. A language that is not there, or a message that is missing
//! in one, falls back to English.

use std::borrow::Cow;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use protocol::ids::Instant;
use protocol::status::{Presence, Reason, Status};
use rules::tray::{Lamp, TrayEntry, TrayModel, TrayTerm};
use unic_langid::LanguageIdentifier;

/// Values for the placeables of a message.
pub type Args<'a> = FluentArgs<'a>;

const SOURCES: [(&str, &str); 3] = [
    ("en", include_str!("../../../locales/en/app.ftl")),
    ("de", include_str!("../../../locales/de/app.ftl")),
    ("fr", include_str!("../../../locales/fr/app.ftl")),
];

/// The words of one language.
pub struct Words {
    /// The language asked for, then English.
    bundles: Vec<FluentBundle<FluentResource>>,
}

impl Words {
    /// The words for a locale like `de`, `de-AT` or `fr_CA.UTF-8`.
    #[must_use]
    pub fn new(locale: &str) -> Self {
        let language = locale
            .split(['-', '_', '.'])
            .next()
            .unwrap_or_default()
            .to_lowercase();
        let mut bundles = Vec::new();
        for wanted in [language.as_str(), "en"] {
            let known = SOURCES.iter().find(|(name, _)| *name == wanted);
            if let Some((name, source)) = known {
                bundles.push(bundle(name, source));
            }
        }
        Self { bundles }
    }

    /// A message without placeables.
    #[must_use]
    pub fn text(&self, key: &str) -> String {
        self.text_with(key, &FluentArgs::new())
    }

    /// A message with its placeables filled in.
    #[must_use]
    pub fn text_with(&self, key: &str, args: &Args<'_>) -> String {
        for bundle in &self.bundles {
            let pattern = bundle.get_message(key).and_then(|message| message.value());
            if let Some(pattern) = pattern {
                let mut errors = Vec::new();
                let text: Cow<'_, str> = bundle.format_pattern(pattern, Some(args), &mut errors);
                if errors.is_empty() {
                    return text.into_owned();
                }
                tracing::error!(key, "a message could not be put into words");
            }
        }
        key.to_owned()
    }

    /// A status.
    #[must_use]
    pub fn status(&self, status: Status) -> String {
        self.text(match status {
            Status::Online => "status-online",
            Status::Busy => "status-busy",
            Status::Invisible => "status-invisible",
            Status::Offline => "status-offline",
        })
    }

    /// Why presence is what it is; `None` when it simply was chosen. `clock` puts an instant into
    /// the words of the person's clock, like `10:02`.
    #[must_use]
    pub fn reason(&self, reason: Reason, clock: &dyn Fn(Instant) -> String) -> Option<String> {
        let at = |key: &str, since: Instant| {
            let mut args = FluentArgs::new();
            args.set("time", clock(since));
            self.text_with(key, &args)
        };
        Some(match reason {
            Reason::Chosen => return None,
            Reason::Idle { since } => at("reason-idle", since),
            Reason::Locked { since } => at("reason-locked", since),
            Reason::Asleep => self.text("reason-asleep"),
            Reason::SignedOut => self.text("reason-signed-out"),
            Reason::Quit => self.text("reason-quit"),
            Reason::ConnectionLost => self.text("reason-connection-lost"),
            Reason::Held => self.text("reason-held"),
            Reason::Unknown => self.text("reason-unknown"),
        })
    }

    /// The label of an entry of the tray's menu; empty for a separator.
    #[must_use]
    pub fn tray_entry(&self, entry: &TrayEntry, clock: &dyn Fn(Instant) -> String) -> String {
        match entry {
            TrayEntry::Open => self.text("tray-open"),
            TrayEntry::Quit => self.text("tray-quit"),
            TrayEntry::Separator => String::new(),
            TrayEntry::Own { presence, until } => self.own_line(presence, *until, clock),
            TrayEntry::Undo { by, .. } => {
                let mut args = FluentArgs::new();
                args.set("name", by.clone());
                self.text_with("tray-undo", &args)
            }
            TrayEntry::GoOnline => self.text("answer-go-online"),
            TrayEntry::InvisibleFor => self.text("tray-for"),
            TrayEntry::WindDown { pending: false, .. } => self.text("answer-wind-down"),
            TrayEntry::WindDown { pending: true, .. } => {
                self.pending(self.text("answer-wind-down"))
            }
            TrayEntry::Pick {
                status,
                pending: false,
                ..
            } => self.status(*status),
            TrayEntry::Pick {
                status,
                pending: true,
                ..
            } => self.pending(self.status(*status)),
        }
    }

    /// The label of a length of time in the tray's menu.
    #[must_use]
    pub fn tray_term(&self, term: TrayTerm) -> String {
        match term {
            TrayTerm::Minutes { minutes: 60 } => self.text("tray-for-hour"),
            TrayTerm::Minutes { minutes } => {
                let mut args = FluentArgs::new();
                args.set("minutes", minutes);
                self.text_with("tray-for-minutes", &args)
            }
            TrayTerm::Tomorrow => self.text("tray-for-tomorrow"),
            TrayTerm::Other => self.text("tray-for-other"),
        }
    }

    fn pending(&self, what: String) -> String {
        let mut args = FluentArgs::new();
        args.set("status", what);
        self.text_with("tray-pick-pending", &args)
    }

    /// What the tray says when it is pointed at.
    #[must_use]
    pub fn tray_tooltip(&self, model: &TrayModel, now: Instant) -> String {
        let Lamp::Status(status) = model.lamp else {
            return self.text("tray-signed-out");
        };
        let mut args = FluentArgs::new();
        args.set("status", self.status(status));
        if model.waiting == 0 {
            return self.text_with("tray-tooltip", &args);
        }
        let since = model.longest_waiting_since.unwrap_or(now);
        args.set("count", model.waiting);
        args.set("longest", stretch(now.since(since)));
        self.text_with("tray-tooltip-waiting", &args)
    }

    fn own_line(
        &self,
        presence: &Presence,
        until: Option<Instant>,
        clock: &dyn Fn(Instant) -> String,
    ) -> String {
        let mut args = FluentArgs::new();
        args.set("status", self.status(presence.status));
        match (self.reason(presence.reason, clock), until) {
            (None, None) => self.text_with("tray-own", &args),
            (None, Some(until)) => {
                args.set("time", clock(until));
                self.text_with("tray-own-until", &args)
            }
            (Some(reason), _) => {
                args.set("reason", reason);
                self.text_with("tray-own-because", &args)
            }
        }
    }
}

/// A length of time as `0:24`, `12:03` or `1:02:03`.
fn stretch(milliseconds: i64) -> String {
    let seconds = milliseconds.max(0) / 1_000;
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}

fn bundle(name: &str, source: &str) -> FluentBundle<FluentResource> {
    let language: LanguageIdentifier = name.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // A notification daemon shows the marks around a placeable as boxes or not at all.
    bundle.set_use_isolating(false);
    let resource = match FluentResource::try_new(source.to_owned()) {
        Ok(resource) => resource,
        Err((partial, _)) => partial,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn keys(source: &str) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut key = String::new();
        for line in source.lines() {
            let begins = !line.starts_with([' ', '#', '}']) && line.contains('=');
            if let (true, Some((name, _))) = (begins, line.split_once('=')) {
                key = name.trim().to_owned();
                found.insert(key.clone(), Vec::new());
            }
            for placeable in line.split('$').skip(1) {
                let name = placeable.chars().take_while(|c| c.is_alphanumeric());
                let names = found.entry(key.clone()).or_default();
                names.push(name.collect());
                names.sort();
                names.dedup();
            }
        }
        found
    }

    #[test]
    fn every_language_has_the_same_messages_with_the_same_placeables() {
        let english = keys(SOURCES[0].1);
        assert!(english.len() > 20, "the files are read at all");
        for (name, source) in SOURCES {
            assert!(
                FluentResource::try_new(source.to_owned()).is_ok(),
                "{name} can be read"
            );
            assert_eq!(keys(source), english, "{name}");
        }
    }

    #[test]
    fn an_unknown_language_speaks_english_and_a_region_its_language() {
        assert_eq!(
            Words::new("de_AT.UTF-8").text("tray-open"),
            "Posteingang öffnen"
        );
        assert_eq!(Words::new("fr-CA").text("status-online"), "En ligne");
        assert_eq!(Words::new("xx").text("status-online"), "Online");
        assert_eq!(Words::new("").text("status-online"), "Online");
    }

    #[test]
    fn a_placeable_stands_without_isolation_marks() {
        let mut args = FluentArgs::new();
        args.set("name", "Anna");
        assert_eq!(
            Words::new("en").text_with("notice-new-chat", &args),
            "New chat: Anna"
        );
    }

    #[test]
    fn the_tray_says_how_many_wait_and_how_long() {
        let mut model = rules::tray::tray(&rules::tray::Known {
            signed_in: true,
            choice: None,
            pending: None,
            presence: Some(Presence {
                status: Status::Online,
                reason: Reason::Chosen,
                since: Instant(0),
            }),
            next: None,
            statuses: protocol::status::StatusSettings::default(),
            admin: None,
            waiting: 2,
            longest_waiting_since: Some(Instant(0)),
            missed: 0,
        });
        let words = Words::new("en");
        assert_eq!(
            words.tray_tooltip(&model, Instant(24_000)),
            "Porchlight: Online, 2 waiting, longest 0:24"
        );
        model.waiting = 0;
        assert_eq!(
            words.tray_tooltip(&model, Instant(24_000)),
            "Porchlight: Online"
        );
        assert_eq!(stretch(3_723_000), "1:02:03");
    }
}
