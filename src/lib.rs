//! `retour`, the vendor's refund desk.

pub mod domain;
pub mod output;
