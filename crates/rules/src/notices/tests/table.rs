//! Every combination of what happened and how things stand, against a table written by hand.

use protocol::model::{Missed, MissedBecause};

use super::*;
use crate::notices::settings::{KindSettings, Sound};

/// First row that fits. `what`: a visitor's *message*; found *silent* (nobody replied for 30 s) or
/// *absent* (nobody is there) by the server; *assigned* to me by a colleague; a *mention*; *own*: an
/// assignment of my own doing. `whose`: nobody's, mine, a colleague's. `opt`: the opt-in; `late`: nobody
/// replied for 30 s. Outcome: a kind is told, `later`, or `-` and why not.
const WHO_IS_TOLD: &str = "
    what      whose     presence   opt late  outcome
    own       *         *          *   *     -own_action
    *         *         offline    *   *     -offline

    message   nobody    online     *   *     new_chat
    message   nobody    busy       *   *     -busy
    message   nobody    invisible  no  *     -invisible
    message   nobody    invisible  yes no    later
    message   nobody    invisible  yes yes   offered
    message   mine      online     *   *     message
    message   mine      busy       *   *     message
    message   mine      invisible  *   *     message
    message   colleague *          *   *     -already_answered

    silent    mine      online     *   *     missed
    silent    mine      busy       *   *     missed
    silent    mine      invisible  *   *     missed
    silent    nobody    online     *   *     missed
    silent    nobody    busy       *   *     -busy
    silent    nobody    invisible  no  *     -invisible
    silent    nobody    invisible  yes *     missed
    silent    colleague online     *   *     missed
    silent    colleague busy       *   *     -busy
    silent    colleague invisible  no  *     -invisible
    silent    colleague invisible  yes *     missed

    absent    mine      online     *   *     missed
    absent    mine      busy       *   *     missed
    absent    mine      invisible  *   *     missed
    absent    nobody    online     *   *     missed
    absent    nobody    busy       *   *     -busy
    absent    nobody    invisible  no  *     -invisible
    absent    nobody    invisible  yes no    later
    absent    nobody    invisible  yes yes   missed
    absent    colleague online     *   *     missed
    absent    colleague busy       *   *     -busy
    absent    colleague invisible  no  *     -invisible
    absent    colleague invisible  yes no    later
    absent    colleague invisible  yes yes   missed

    assigned  mine      online     *   *     assigned
    assigned  mine      busy       *   *     assigned
    assigned  mine      invisible  *   *     assigned
    assigned  nobody    *          *   *     -already_answered
    assigned  colleague *          *   *     -already_answered

    mention   *         online     *   *     mention
    mention   *         busy       *   *     mention
    mention   *         invisible  *   *     mention
";

/// What becomes of a notice that somebody is told: first row that fits. `screen`: it is before me;
/// `may`: the platform lets the app show things; `dnd`: its do-not-disturb; `quiet`: quiet hours;
/// `sound`: the kind has one.
const HOW_IT_IS_TOLD: &str = "
    muted screen may dnd quiet sound  outcome
    yes   *      *   *   *     *      -muted
    no    yes    *   *   *     *      -on_screen
    no    no     no  *   *     *      -permission_denied
    no    no     yes yes *     *      hidden
    no    no     yes no  *     no     silent
    no    no     yes no  yes   yes    quiet
    no    no     yes no  no    yes    heard
";

/// What becomes of a notice whose conversation has moved on: first row that fits. `state`: nobody *waits*
/// in it any more, it is *closed*, it is *read*, it is *gone*, or it is as it was.
const POINTLESS: &str = "
    what      whose     state     outcome
    own       *         *         -own_action
    *         *         gone      -gone
    mention   *         read      -already_read
    mention   *         *         told
    assigned  mine      closed    -already_answered
    assigned  mine      *         told
    assigned  *         *         -already_answered
    *         *         answered  -already_answered
    *         *         closed    -already_answered
    message   colleague *         -already_answered
    message   *         read      -already_read
    message   *         as-it-was told
    silent    *         *         told
    absent    *         *         told
";

/// How a notice that is worth showing meets what is shown already and what comes with it: first row that
/// fits. `newer`: a newer one of the same conversation comes with it; `absence`: it happened in one;
/// `live`: its conversation has a notification; `many`: it comes with more new ones than are told one by
/// one.
const SHOWN_ALREADY: &str = "
    newer absence live many  outcome
    yes   *       *    *     replaced
    no    yes     *    *     digest
    no    no      yes  *     update
    no    no      no   yes   digest
    no    no      no   no    new
";

fn rows(table: &'static str) -> Vec<Vec<&'static str>> {
    let rows = table.lines().map(|line| line.split_whitespace().collect());
    rows.filter(|row: &Vec<_>| !row.is_empty())
        .skip(1)
        .collect()
}

/// The outcome of the first row that fits, and its number.
fn look_up(rows: &[Vec<&'static str>], facts: &[&str]) -> (usize, &'static str) {
    let fits = |row: &&(usize, &Vec<&'static str>)| {
        row.1.len() == facts.len() + 1
            && row
                .1
                .iter()
                .zip(facts)
                .all(|(cell, fact)| *cell == "*" || cell == fact)
    };
    let found = rows.iter().enumerate().collect::<Vec<_>>();
    let (number, row) = found.iter().find(fits).copied().unwrap_or_else(|| {
        panic!("no row of the table says what becomes of {facts:?}");
    });
    (number, row[facts.len()])
}

const BOTH: [(&str, bool); 2] = [("no", false), ("yes", true)];

fn conversation(what: &str, whose: &str) -> Conversation {
    let assigned: &[AgentId] = match whose {
        "mine" => &[ANNA, ME],
        "colleague" => &[ANNA],
        _ => &[],
    };
    let because = match what {
        "silent" => Some(MissedBecause::Silence),
        "absent" => Some(MissedBecause::Absence),
        _ => None,
    };
    Conversation {
        missed: because.map(|because| Missed {
            since: Instant(3),
            because,
        }),
        ..waiting(assigned)
    }
}

fn notice(what: &str, whose: &str) -> Notice {
    let kind = match (what, whose) {
        ("message", "mine") => NoticeKind::Message,
        ("message", _) => NoticeKind::NewChat,
        ("silent" | "absent", _) => NoticeKind::Missed,
        ("assigned" | "own", _) => NoticeKind::Assigned,
        _ => NoticeKind::Mention,
    };
    Notice {
        own: what == "own",
        ..of(kind)
    }
}

const WHAT: [&str; 6] = ["message", "silent", "absent", "assigned", "own", "mention"];
const WHOSE: [&str; 3] = ["nobody", "mine", "colleague"];
const PRESENCE: [(&str, Status); 4] = [
    ("online", Status::Online),
    ("busy", Status::Busy),
    ("invisible", Status::Invisible),
    ("offline", Status::Offline),
];

/// As a table has it.
fn word(verdict: Verdict) -> String {
    match verdict {
        Verdict::Show {
            heard: Heard::Sound(_),
            ..
        } => "heard".to_owned(),
        Verdict::Show {
            heard: Heard::Off, ..
        } => "silent".to_owned(),
        Verdict::Show {
            heard: Heard::QuietHours,
            ..
        } => "quiet".to_owned(),
        Verdict::Hide(_) => "hidden".to_owned(),
        Verdict::Suppress(why) => format!("-{}", why.code()),
        Verdict::Later => "later".to_owned(),
    }
}

fn kind_of(verdict: Verdict) -> Option<NoticeKind> {
    match verdict {
        Verdict::Show { kind, .. } | Verdict::Hide(kind) => Some(kind),
        Verdict::Suppress(_) | Verdict::Later => None,
    }
}

#[test]
fn every_combination_is_decided_as_the_two_tables_say() {
    let (who, how) = (rows(WHO_IS_TOLD), rows(HOW_IT_IS_TOLD));
    let (mut who_used, mut how_used) = (BTreeSet::new(), BTreeSet::new());
    let mut combinations = 0;
    for what in WHAT {
        for whose in WHOSE {
            let conversation = conversation(what, whose);
            for (presence_word, presence) in PRESENCE {
                for (opt, opted_in) in BOTH {
                    for (late_word, late) in BOTH {
                        let fact = [what, whose, presence_word, opt, late_word];
                        let (row, told) = look_up(&who, &fact);
                        who_used.insert(row);
                        for flags in 0u8..64 {
                            let [muted, screen, may, dnd, quiet, sound] =
                                [0, 1, 2, 3, 4, 5].map(|bit| flags >> bit & 1 == 1);
                            let mut settings = NoticeSettings::default();
                            for kind in NoticeKind::ALL {
                                let sound = sound.then_some(Sound::Knock);
                                settings = settings.with(kind, KindSettings { muted, sound });
                            }
                            let facts = Facts {
                                opted_in,
                                late,
                                on_screen: screen,
                                settings: &settings,
                                quiet,
                                platform: Platform {
                                    permission_denied: !may,
                                    do_not_disturb: dnd,
                                },
                                ..facts(&conversation, presence)
                            };
                            let verdict = decide(&notice(what, whose), &facts);
                            let flags = [muted, screen, may, dnd, quiet, sound]
                                .map(|flag| if flag { "yes" } else { "no" });
                            let at = format!("{fact:?} {flags:?}");
                            if told.starts_with('-') || told == "later" {
                                assert_eq!(word(verdict), told, "{at}");
                            } else {
                                let (row, outcome) = look_up(&how, &flags);
                                how_used.insert(row);
                                assert_eq!(word(verdict), outcome, "{at}");
                                if let Some(kind) = kind_of(verdict) {
                                    assert_eq!(kind.code(), told, "{at}");
                                }
                            }
                            combinations += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(combinations, 6 * 3 * 4 * 2 * 2 * 64);
    assert_eq!(who_used.len(), who.len(), "every row says something");
    assert_eq!(how_used.len(), how.len(), "every row says something");
}

#[test]
fn what_has_moved_on_is_told_or_not_as_the_table_says() {
    let table = rows(POINTLESS);
    let mut used = BTreeSet::new();
    for what in WHAT {
        for whose in WHOSE {
            for state in ["as-it-was", "answered", "closed", "read", "gone"] {
                let mut conversation = conversation(what, whose);
                match state {
                    "answered" => {
                        conversation.waiting_since = None;
                        conversation.missed = None;
                    }
                    "closed" => conversation = crate::conversation::closed(&conversation),
                    _ => {}
                }
                let there = facts(&conversation, Status::Online);
                let facts = Facts {
                    conversation: Some(&conversation).filter(|_| state != "gone"),
                    read_through: if state == "read" { Seq(10) } else { Seq(0) },
                    ..there
                };
                let fact = [what, whose, state];
                let (row, outcome) = look_up(&table, &fact);
                used.insert(row);
                let verdict = decide(&notice(what, whose), &facts);
                let told = if kind_of(verdict).is_some() {
                    "told".to_owned()
                } else {
                    word(verdict)
                };
                assert_eq!(told, outcome, "{fact:?}");
            }
        }
    }
    assert_eq!(used.len(), table.len(), "every row says something");
}

#[test]
fn what_is_shown_already_decides_how_it_is_shown_as_the_table_says() {
    use crate::notices::digest::{self, AT_ONCE};
    let table = rows(SHOWN_ALREADY);
    let mut used = BTreeSet::new();
    for flags in 0u8..16 {
        let [newer, absence, is_live, many] = [0, 1, 2, 3].map(|bit| flags >> bit & 1 == 1);
        let one = of(NoticeKind::NewChat);
        let mut all = vec![one];
        if newer {
            all.push(Notice {
                seq: Seq(11),
                ..one
            });
        }
        if many {
            all.extend((0..AT_ONCE as u128).map(|number| Notice {
                conversation_id: chat(100 + number),
                seq: Seq(30),
                ..one
            }));
        }
        let absent_through = if absence { Seq(20) } else { Seq(0) };
        let live: BTreeSet<_> = is_live.then_some(one.conversation_id).into_iter().collect();
        let plan = digest::plan(&all, absent_through, &live);
        let told = if newer {
            assert!(!plan.single.contains(&one));
            "replaced"
        } else if plan.digest.contains(&one.conversation_id) {
            "digest"
        } else if plan.single.contains(&one) && is_live {
            "update"
        } else {
            assert!(plan.single.contains(&one));
            "new"
        };
        let fact = [newer, absence, is_live, many].map(|flag| if flag { "yes" } else { "no" });
        let (row, outcome) = look_up(&table, &fact);
        used.insert(row);
        assert_eq!(told, outcome, "{fact:?}");
    }
    assert_eq!(used.len(), table.len(), "every row says something");
}

#[test]
fn one_kind_can_be_muted_without_another() {
    let settings = NoticeSettings::default().with(
        NoticeKind::NewChat,
        KindSettings {
            muted: true,
            sound: None,
        },
    );
    let decided = |assigned: &[AgentId]| {
        let conversation = waiting(assigned);
        decide(
            &NOTICE,
            &Facts {
                settings: &settings,
                ..facts(&conversation, Status::Online)
            },
        )
    };
    assert_eq!(decided(&[]), Verdict::Suppress(Suppressed::Muted));
    assert!(matches!(decided(&[ME]), Verdict::Show { .. }));
}

#[test]
fn codes_are_each_others_inverse_and_never_alike() {
    for kind in NoticeKind::ALL {
        assert_eq!(NoticeKind::from_code(kind.code()), Some(kind));
    }
    let codes: BTreeSet<_> = Suppressed::ALL.map(Suppressed::code).into();
    assert_eq!(codes.len(), Suppressed::ALL.len());
}
