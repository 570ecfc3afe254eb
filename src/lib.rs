//! `retour`, the vendor's refund desk.

pub mod clock;
pub mod config;
pub mod domain;
pub mod import;
pub mod machine;
pub mod output;
pub mod store;
