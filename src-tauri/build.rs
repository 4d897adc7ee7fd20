//! Compiles `tauri.conf.json`, the permissions and the icons into the app.

#![allow(clippy::expect_used, reason = "a build script has nobody else to tell")]

fn main() {
    // The UI is embedded from here. On a fresh clone nothing has been built yet, and an empty folder
    // is what lets the tests of this package compile without Node.
    std::fs::create_dir_all("ui/dist").expect("create ui/dist");
    println!("cargo:rerun-if-changed=ui/dist");
    println!("cargo:rerun-if-changed=icons");
    println!("cargo:rerun-if-changed=src-tauri/permissions");
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(
        tauri_build::AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"),
    ))
    .expect("tauri-build");
}
