//! What people and programs see: words and layout only. The domain decides what is true.

pub mod json;
pub mod listing;
pub mod messages;
pub mod sanitize;
pub mod sentences;
pub mod table;
pub mod ui;
pub mod views;
