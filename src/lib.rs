//! `retour`, the vendor's refund desk for CopeCart: it finds a payment, says whether it may be refunded and why,
//! marks the refund, and tells when the money arrives.
//!
//! The rooms, from the top:
//!
//! - `commands`: one file a command; arguments in, answers out
//! - `environment`: what a command works with: clock, variables, configuration, interrupts, prompts
//! - `desk`: the use cases, read → plan → confirm → write; the only callers of the store's writer
//! - `output`: what people and programs see
//! - `store`: the SQLite file, and all SQL
//! - `import`: an export or notification → the desk's rows
//! - `domain`: what refunds are; values and rules without any I/O
//!
//! Arrows point down only, and a test keeps it so.
//!
//! # Glossary
//!
//! - *transaction*: a payment as imported; *sale*, *refund* and *chargeback* are its kinds
//! - *order*: the customer's order, which can have several payments
//! - *sale record*: a sale with its refunds, chargebacks and disputes, and the facts of its order
//! - *left*: what can still be refunded of a sale
//! - *refusal*: why a refund is not allowed, with a stable code
//! - *caution*: what the vendor must know before a refund; a *serious* one must be accepted by name
//! - *ground*: by which right a refund is made: *withdrawal*, *policy*, *non-performance* or *goodwill*
//! - *goodwill*: a refund outside the return period, with a note
//! - *return period*: the vendor's; *right of withdrawal*: the law's
//! - *settlement window*: the two days between which the money arrives
//! - *dispute*: the case a customer opens with their bank; *chargeback*: the bank taking the money back
//! - *idempotency key*: identifies one request; using it again *replays* the recorded answer
//! - *control total*: the sum a person or script confirms for a batch
//! - *reconciliation*: deciding which sale and which refund a platform row belongs to; *match*, *candidate*
//! - *event*: a line of the *audit log*
//! - *notice*: the message to a customer about a refund; the desk writes it, the vendor sends it
//! - *session*: what one command's use cases share: the store, the policy, the clock
//! - *instalment*: one payment of a plan; data keeps the platform's word, `rate_number`
//!
//! The desk *marks* a refund; the platform pays.

mod commands;
mod desk;
mod domain;
mod environment;
mod import;
mod output;
mod store;

pub use commands::run;
pub use output::messages::template::VARIABLES as TEMPLATE_VARIABLES;
pub use store::NEWEST as NEWEST_SCHEMA;
