//! Tells Cargo which files outside the sources the crate is made of.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
    // A debug build reads the widget's files when they are asked for; a release build carries them.
    if std::env::var("PROFILE").is_ok_and(|profile| profile == "release") {
        println!("cargo:rerun-if-changed=../../widget/dist");
        println!("cargo:rerun-if-changed=../../widget/demo");
    }
}
