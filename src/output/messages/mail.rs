//! A message as a file that mail programs open (RFC 5322): a draft, to be looked at and sent by a person.

use super::Message;
use crate::domain::notice::Mailbox;
use crate::domain::time::Timestamp;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::raw::Raw;

/// Whom it is from and to, as far as known, and when it was written.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    pub from: Option<&'a Mailbox>,
    pub to: Option<&'a Mailbox>,
    pub at: Timestamp,
    /// Unique in the world: the left side of its Message-ID.
    pub id: &'a str,
}

/// The message's bytes, with CRLF at the end of each line.
pub fn eml(message: &Message, envelope: Envelope<'_>) -> Vec<u8> {
    let mut mail = MessageBuilder::new();
    if let Some(from) = envelope.from {
        mail = mail.from(address(from));
    }
    if let Some(to) = envelope.to {
        mail = mail.to(address(to));
    }
    let mail = mail
        .subject(message.subject.as_str())
        .date(envelope.at.timestamp())
        .message_id(format!("{}@retour.invalid", envelope.id))
        // Outlook opens it for writing, not for reading.
        .header("X-Unsent", Raw::new("1"))
        .text_body(message.body.as_str());
    let mut bytes = Vec::new();
    mail.serialize(&mut bytes);
    bytes
}

fn address(mailbox: &Mailbox) -> Address<'static> {
    let name = Some(super::one_line(&mailbox.name)).filter(|name| !name.is_empty());
    Address::new_address(name, mailbox.address.clone())
}
