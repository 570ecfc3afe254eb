//! Somebody's export → our rows. Importers yield rows and rejects; the desk stores them.

pub mod settings;
