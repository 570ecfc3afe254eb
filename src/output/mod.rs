//! What people and programs see.

pub mod table;
pub mod text;
