//! retour
fn main() {}
