//! The program, by snapshot.
fn main() {}
