//! What refunds are: values and rules. No I/O, no clock, no SQL, no argument parsing.

pub mod names;
