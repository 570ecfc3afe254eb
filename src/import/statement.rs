//! What the word of a kind or a status says, whichever platform wrote it.
//!
//! A text is read by a small grammar over its whole words. A word for a failure, a lift or a negation voids a refund or
//! a chargeback, and a text never means the opposite of what it says: what is not understood for certain is unknown.

use crate::domain::sale::incoming::Taking;
use crate::domain::sale::transaction::{PlatformStatus, SaleStatus};
use crate::import::vocabulary::{STATEMENTS, Token, folded};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// What a text is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Subject {
    /// It names nothing, as `failed` does.
    Any,
    Sale,
    Taking(Taking),
    /// Only that something was reversed: a payment, or the refund that the row is about.
    Reversal,
    /// A fee, or money between the vendor, the platform and the bank.
    Aside,
    /// Money may go back, but that is not certain.
    Unclear,
    /// It has an unknown word, and none about money that goes back.
    Unknown,
}

/// What happened to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Nothing,
    Paid,
    Pending,
    Trial,
    Upcoming,
    Failed,
    Succeeded,
    Reversed,
    /// It did not happen.
    Denied,
}

/// The known words of a text.
#[derive(Debug, Default)]
struct Sense {
    tokens: Vec<Token>,
    has_unknown: bool,
}

impl Sense {
    fn of(folded: &str) -> Self {
        let meanings = STATEMENTS.each(folded);
        let has_unknown = meanings.contains(&None);
        Self { tokens: meanings.into_iter().flatten().flatten().collect(), has_unknown }
    }

    fn has(&self, token: Token) -> bool {
        self.tokens.contains(&token)
    }

    fn has_any(&self, tokens: &[Token]) -> bool {
        self.tokens.iter().any(|token| tokens.contains(token))
    }

    /// A debit that the bank turned down is a chargeback.
    fn is_rejected_debit(&self) -> bool {
        self.has(Token::Rejected)
            && self.has(Token::Debit)
            && !self.has_any(&[Token::Refund, Token::Chargeback, Token::Return])
    }

    /// The kinds of row that take money from a sale.
    fn takings(&self) -> Vec<Taking> {
        let is_debit_return = self.has(Token::Return) && self.has(Token::Debit);
        let is_refund = self.has(Token::Refund) || self.has(Token::Return) && !is_debit_return;
        let is_decided = self.has(Token::Dispute) && self.has_any(&[Token::Lost, Token::Won]);
        let is_chargeback = self.has(Token::Chargeback) || is_debit_return || self.is_rejected_debit() || is_decided;
        let takings = [(is_refund, Taking::Refund), (is_chargeback, Taking::Chargeback)];
        takings.into_iter().filter(|(is_it, _)| *is_it).map(|(_, taking)| taking).collect()
    }

    /// The words that void a refund, a chargeback or a payment.
    fn voids(&self) -> Vec<Token> {
        let is_void = |token: &&Token| match token {
            Token::Failed | Token::Lifted | Token::Reversed | Token::Not | Token::Won => true,
            Token::Rejected => !self.is_rejected_debit(),
            _ => false,
        };
        self.tokens.iter().filter(is_void).copied().collect()
    }

    fn meaning(&self) -> (Subject, Outcome) {
        match self.takings().as_slice() {
            [taking] if !self.has_unknown => self.of_taking(*taking),
            [] => self.of_payment(),
            _ => (Subject::Unclear, Outcome::Nothing),
        }
    }

    fn of_taking(&self, taking: Taking) -> (Subject, Outcome) {
        if self.has(Token::Fee) {
            return (Subject::Aside, Outcome::Nothing);
        }
        let odd = [Token::Transfer, Token::MaybeBack, Token::Trial, Token::Upcoming, Token::Unknown];
        let outcome = match self.voids().as_slice() {
            _ if self.has_any(&odd) => return (Subject::Unclear, Outcome::Nothing),
            [] if self.has(Token::Pending) => Outcome::Pending,
            [] => Outcome::Succeeded,
            [Token::Failed | Token::Rejected] => Outcome::Failed,
            [Token::Not] if self.has(Token::Success) => Outcome::Failed,
            [Token::Not] => Outcome::Denied,
            [_] => Outcome::Reversed,
            _ => return (Subject::Unclear, Outcome::Nothing),
        };
        (Subject::Taking(taking), outcome)
    }

    /// A text that names neither a refund nor a chargeback.
    fn of_payment(&self) -> (Subject, Outcome) {
        let voids = self.voids();
        let is_sale = self.has(Token::Sale);
        if self.has(Token::MaybeBack) || self.has(Token::Dispute) && !self.has(Token::Fee) {
            return (Subject::Unclear, Outcome::Nothing);
        }
        if self.has_any(&[Token::Fee, Token::Transfer]) {
            // `Überweisung ausstehend` in a status is a sale that is not paid yet.
            let is_ahead = self.has_any(&[Token::Pending, Token::Upcoming]);
            let outcome = if is_ahead { Outcome::Pending } else { Outcome::Nothing };
            return (if is_sale { Subject::Unknown } else { Subject::Aside }, outcome);
        }
        if voids.contains(&Token::Reversed) {
            let subject = if voids.len() == 1 && !self.has_unknown { Subject::Reversal } else { Subject::Unclear };
            return (subject, Outcome::Reversed);
        }
        match self.outcome(&voids) {
            Some(Outcome::Succeeded) if is_sale => (Subject::Sale, Outcome::Paid),
            Some(outcome) if is_sale => (Subject::Sale, outcome),
            Some(outcome) => (Subject::Any, outcome),
            None => (Subject::Unknown, Outcome::Nothing),
        }
    }

    /// `None` if the words contradict each other or one is not known.
    fn outcome(&self, voids: &[Token]) -> Option<Outcome> {
        let states = [
            (Token::Paid, Outcome::Paid),
            (Token::Pending, Outcome::Pending),
            (Token::Trial, Outcome::Trial),
            (Token::Upcoming, Outcome::Upcoming),
        ];
        let states: Vec<Outcome> = states.into_iter().filter(|(token, _)| self.has(*token)).map(|(_, is)| is).collect();
        let is_success = self.has_any(&[Token::Success, Token::Lost]);
        match (voids, states.as_slice()) {
            _ if self.has_unknown => None,
            ([], []) if is_success => Some(Outcome::Succeeded),
            ([], []) => Some(Outcome::Nothing),
            ([], [Outcome::Paid]) if self.has(Token::Partial) => None,
            ([], [state]) => Some(*state),
            ([Token::Failed | Token::Rejected], []) if !is_success => Some(Outcome::Failed),
            ([Token::Not], []) if self.has(Token::Success) => Some(Outcome::Failed),
            ([Token::Not], _) => Some(Outcome::Denied),
            ([Token::Lifted | Token::Won], []) => Some(Outcome::Reversed),
            _ => None,
        }
    }
}

/// A kind or a status as it was written, and what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// In lower case and without `test_`.
    raw: String,
    /// Without case, accents, hyphens and punctuation.
    pub word: String,
    pub(super) subject: Subject,
    pub(super) outcome: Outcome,
    is_partial: bool,
    /// The text says in words that nothing is known.
    pub(super) is_silent: bool,
    /// It began with `test_`.
    pub is_test: bool,
}

/// The most texts that are remembered.
const REMEMBERED: usize = 1_000;

thread_local! {
    /// A file repeats few texts, and reading one of them takes longer than reading a row.
    static READ: RefCell<HashMap<String, Rc<Statement>>> = RefCell::default();
}

impl Statement {
    /// The statement of a cell.
    pub fn of(text: &str) -> Rc<Self> {
        READ.with_borrow_mut(|read| {
            if let Some(known) = read.get(text) {
                return Rc::clone(known);
            }
            let new = Rc::new(Self::new(text));
            if read.len() < REMEMBERED {
                read.insert(text.to_owned(), Rc::clone(&new));
            }
            new
        })
    }

    pub fn new(text: &str) -> Self {
        let lower = text.trim().to_lowercase();
        let (raw, is_test) = match lower.strip_prefix("test_") {
            Some(rest) => (rest.to_owned(), true),
            None => (lower, false),
        };
        // The spelling of the umlauts that leaves no unknown word, else the first one.
        let reading = |form: String| {
            let sense = Sense::of(&form);
            (form, sense)
        };
        let mut readings: Vec<(String, Sense)> = folded(&raw).into_iter().map(reading).collect();
        readings.sort_by_key(|(_, sense)| sense.has_unknown);
        let (word, sense) = readings.into_iter().next().unwrap_or_default();
        let (subject, outcome) = sense.meaning();
        let (is_partial, is_silent) = (sense.has(Token::Partial), sense.has(Token::Unknown));
        Self { raw, word, subject, outcome, is_partial, is_silent, is_test }
    }

    /// `-`, `0` and `no` say nothing.
    pub fn is_blank(&self) -> bool {
        matches!(self.word.as_str(), "" | "0" | "no" | "false" | "nein" | "non" | "none" | "null" | "n a")
    }

    /// The kind of a row without a kind, if only that kind has this status.
    pub(super) fn implies(&self) -> Option<Taking> {
        match self.raw.as_str() {
            "successed_refunded" | "failed_refunded" => Some(Taking::Refund),
            "chargeback_succeeded" | "chargeback_failed" => Some(Taking::Chargeback),
            _ => None,
        }
    }

    /// It speaks of money that goes back, and does not say that this failed or was lifted.
    pub fn speaks(&self) -> bool {
        match self.subject {
            Subject::Unclear | Subject::Reversal => true,
            Subject::Taking(_) => matches!(self.outcome, Outcome::Succeeded | Outcome::Pending),
            _ => false,
        }
    }

    /// It names a refund or chargeback, and nothing in it is unclear.
    pub fn is_certain(&self) -> bool {
        matches!(self.subject, Subject::Taking(_))
    }

    /// A kind such as `Storno` or `Zahlung storniert`: the payment was undone, and its money may have gone back.
    pub(super) fn is_undone(&self) -> bool {
        matches!(self.subject, Subject::Any | Subject::Sale) && self.outcome == Outcome::Reversed
    }

    /// A refund or chargeback that failed, was lifted, or did not happen.
    pub(super) fn is_voided(&self) -> bool {
        matches!(self.subject, Subject::Taking(_)) && !self.speaks()
    }

    pub(super) fn of_sale(&self) -> SaleStatus {
        match (self.subject, self.outcome) {
            (Subject::Taking(Taking::Refund), Outcome::Succeeded) if self.is_partial => SaleStatus::Paid,
            (Subject::Taking(Taking::Refund), Outcome::Succeeded) => SaleStatus::Refunded,
            (Subject::Taking(Taking::Chargeback), Outcome::Succeeded) => SaleStatus::ChargedBack,
            (Subject::Taking(_), Outcome::Failed | Outcome::Reversed) => SaleStatus::Paid,
            (Subject::Any | Subject::Sale, outcome) => match outcome {
                Outcome::Paid => SaleStatus::Paid,
                Outcome::Pending => SaleStatus::Pending,
                Outcome::Trial => SaleStatus::Trial,
                Outcome::Upcoming => SaleStatus::Upcoming,
                Outcome::Failed => SaleStatus::Failed,
                _ => SaleStatus::Unknown,
            },
            _ => SaleStatus::Unknown,
        }
    }

    pub(super) fn of_taking(&self, taking: Taking) -> PlatformStatus {
        let is_about_it = match self.subject {
            Subject::Any | Subject::Sale | Subject::Reversal => true,
            Subject::Taking(other) => other == taking,
            _ => false,
        };
        match self.outcome {
            Outcome::Succeeded if is_about_it => PlatformStatus::Succeeded,
            Outcome::Failed if is_about_it => PlatformStatus::Failed,
            Outcome::Reversed if is_about_it => PlatformStatus::Reversed,
            _ => PlatformStatus::Unknown,
        }
    }

    /// On a sale's row: money went back or may go back, and the status does not say how much.
    pub(super) fn leaves_open(&self) -> bool {
        self.speaks() && (self.is_partial || self.of_sale() == SaleStatus::Unknown)
    }
}

/// Whether the type of an event speaks of money that went back, whatever its other words are.
pub fn event_speaks(event_type: &str) -> bool {
    let sense = Sense::of(&folded(event_type).into_iter().next().unwrap_or_default());
    let speaks = match sense.takings().as_slice() {
        [] => sense.voids() == [Token::Reversed],
        _ => sense.voids().is_empty(),
    };
    speaks && !sense.has_any(&[Token::Fee, Token::Transfer])
}
