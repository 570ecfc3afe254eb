//! What people and programs see. Words and shapes only: what is true is the domain's to say.

pub mod json;
pub mod listing;
pub mod messages;
pub mod sanitize;
pub mod sentences;
pub mod table;
pub mod ui;
pub mod views;
