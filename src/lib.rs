//! `retour`, the vendor's refund desk.

pub mod domain;
pub mod import;
pub mod output;
pub mod store;
