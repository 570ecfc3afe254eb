//! What people and programs see. Words and shapes only: what is true is the domain's to say.

pub mod json;
pub mod listing;
pub mod notice;
pub mod table;
pub mod text;
pub mod ui;
pub mod views;
pub mod words;
