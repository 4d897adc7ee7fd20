//! A new migration changes no Rust file; without this it would not be compiled in.

fn main() {
    println!("cargo:rerun-if-changed=migrations");
}
