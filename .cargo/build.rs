//! Links the program at a fixed address, where the target is known to allow it.
//!
//! A position-independent program has a megabyte of tables mended by the loader at every start, page by page: half of
//! what `retour --version` takes. Only the program is linked so; build scripts and procedural macros cannot be, which
//! is why this is not a setting in `config.toml`.

#![allow(clippy::disallowed_methods, clippy::print_stdout, reason = "Cargo asks and is answered so")]

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=.cargo/build.rs");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
