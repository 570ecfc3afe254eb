//! `retour`, the vendor's refund desk for CopeCart: it finds a payment, says whether it may be refunded and why,
//! marks the refund, and tells when the money arrives.
//!
//! The rooms, from the top:
//!
//! - [`commands`]: one file a command; arguments in, answers out
//! - [`context`], [`config`], [`machine`], [`clock`], [`prompt`], [`interrupt`], [`error`]: what a command works with
//! - [`desk`]: the use cases, read → plan → confirm → write; the only callers of the store's writer
//! - [`output`]: what people and programs see
//! - [`store`]: the SQLite file, and all SQL
//! - [`import`]: somebody's export → our rows
//! - [`domain`]: what refunds are; values and rules without any I/O
//!
//! Arrows point down only, and a test keeps it so.
//!
//! # Glossary
//!
//! A *transaction* is a payment as imported; *sale*, *refund* and *chargeback* are its kinds. *Left* is what can still
//! be refunded of a sale. A *refusal* is the desk's no, with a code; *goodwill* sets a return period aside, with a
//! note. The *settlement window* is the two days between which the money arrives. A *dispute* is the case, a
//! *chargeback* its taking the money. A *key* names one intention, and asked again it *replays* its answer. An *event*
//! is a line of the audit trail. A *notice* is the message to the customer of a refund: the desk writes it, the vendor
//! sends it. The desk *marks*, the platform pays.

pub mod clock;
pub mod commands;
pub mod config;
pub mod context;
pub mod desk;
pub mod domain;
pub mod error;
pub mod import;
pub mod interrupt;
pub mod machine;
pub mod output;
pub mod prompt;
pub mod store;
