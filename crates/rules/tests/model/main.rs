//! The model test: random sequences of all that can happen to an agent's presence, against a second, naive
//! implementation.
//!
//! `world` plays a sequence and tells it to both sides; `naive` is the second implementation, `calendar` its
//! hours, `dice` where the chances come from. After every step both must say the same: status, reason,
//! choice in force, next change, held. Besides: presence never changes without a reason, nothing changes
//! before the instant at which the code wants to look again, and idle drops come when they were announced.
//!
//! 100,000 sequences in ten tests. A failure prints its seed and what happened; to play only that one again:
//!
//! ```text
//! PORCHLIGHT_MODEL_SEED=31415 cargo nextest run -p porchlight-rules --test model one_seed
//! ```

#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::unwrap_used)]

mod calendar;
mod dice;
mod naive;
mod world;

use calendar::Calendar;
use dice::Dice;
use world::{Met, World};

const SEQUENCES: u64 = 10_000;

/// What sequences must not miss; else they have turned dull, and the test shows nothing.
const TO_BE_MET: [&str; 21] = [
    "chosen",
    "idle",
    "locked",
    "asleep",
    "signed out",
    "quit",
    "connection lost",
    "held",
    "first sign-in",
    "an agent's choice",
    "an admin's choice",
    "time up",
    "hours",
    "wound down",
    "a timed choice",
    "winding down",
    "a pick taken",
    "a pick that came too late",
    "a pick refused",
    "the wall clock set",
    "a restart",
];

fn places() -> Vec<Calendar> {
    Calendar::all(&mut Dice::new(0))
}

fn replay(seed: u64, places: &[Calendar]) -> Result<(), String> {
    World::new(seed, places, &mut Met::new(), true).run()
}

fn play(part: u64) {
    let places = places();
    let mut met = Met::new();
    let seeds = part * SEQUENCES..(part + 1) * SEQUENCES;
    println!("seeds {} to {}", seeds.start, seeds.end - 1);
    for seed in seeds {
        let played = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            World::new(seed, &places, &mut met, false).run()
        }));
        match played {
            Ok(Ok(())) => {}
            Ok(Err(_)) => panic!("seed {seed}: {}", replay(seed, &places).unwrap_err()),
            Err(_) => panic!("seed {seed} panicked"),
        }
    }
    println!("{met:#?}");
    for what in TO_BE_MET {
        let times = met.get(what).copied().unwrap_or(0);
        assert!(times >= SEQUENCES / 50, "{what}: met only {times} times");
    }
}

#[test]
fn one_seed() {
    let seed = std::env::var("PORCHLIGHT_MODEL_SEED");
    let seed = seed.map_or(0, |it| it.parse().expect("a number"));
    if let Err(wrong) = replay(seed, &places()) {
        panic!("seed {seed}: {wrong}");
    }
}

macro_rules! parts {
    ($($name:ident = $part:literal),*) => { $(
        #[test]
        fn $name() {
            play($part);
        }
    )* };
}

parts!(
    part_0 = 0,
    part_1 = 1,
    part_2 = 2,
    part_3 = 3,
    part_4 = 4,
    part_5 = 5,
    part_6 = 6,
    part_7 = 7,
    part_8 = 8,
    part_9 = 9
);
