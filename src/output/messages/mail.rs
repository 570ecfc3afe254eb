//! A message as a draft that mail programs open (RFC 5322), for a person to check and send.

use super::Message;
use crate::domain::notice::Mailbox;
use crate::domain::time::Timestamp;
use crate::output::sanitize::one_line;
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address;
use mail_builder::headers::raw::Raw;

/// Sender and recipient, if known, and the time of writing.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    pub from: Option<&'a Mailbox>,
    pub to: Option<&'a Mailbox>,
    pub at: Timestamp,
    /// Globally unique: the left side of the Message-ID.
    pub id: &'a str,
}

/// The bytes of the message; lines end with CRLF.
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
        // Makes Outlook open it as a draft.
        .header("X-Unsent", Raw::new("1"))
        .text_body(message.body.as_str());
    let mut bytes = Vec::new();
    mail.serialize(&mut bytes);
    bytes
}

fn address(mailbox: &Mailbox) -> Address<'static> {
    let name = Some(one_line(&mailbox.name)).filter(|name| !name.is_empty());
    Address::new_address(name, mailbox.address.clone())
}
