//! Steps with a number, a name and the time they took.

use std::time::{Duration, Instant};

use crate::shell::{Failure, Result};

/// The steps of a task, printed as they are taken.
pub(crate) struct Steps {
    total: usize,
    begun: Instant,
    taken: Vec<(String, Duration)>,
}

impl Steps {
    /// A task of so many steps.
    pub(crate) fn new(total: usize) -> Self {
        Self {
            total,
            begun: Instant::now(),
            taken: Vec::new(),
        }
    }

    /// Takes one step.
    pub(crate) fn take<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        let number = self.taken.len() + 1;
        println!("\n[{number}/{}] {name}", self.total);
        let begun = Instant::now();
        let result = step();
        let took = begun.elapsed();
        match &result {
            Ok(_) => println!("    done in {}", shown(took)),
            Err(_) => println!("    failed after {}", shown(took)),
        }
        self.taken.push((name.to_owned(), took));
        result.map_err(|failure| Failure::new(format!("{name}: {failure}")))
    }

    /// How long everything took, step by step.
    pub(crate) fn print_times(&self) {
        println!("\nTimes:");
        for (name, took) in &self.taken {
            println!("  {:>10}  {name}", shown(*took));
        }
        println!("  {:>10}  altogether", shown(self.begun.elapsed()));
    }
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs_f32();
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    format!("{} min {:02} s", time.as_secs() / 60, time.as_secs() % 60)
}
