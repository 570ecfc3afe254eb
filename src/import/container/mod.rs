//! A file's bytes → text or JSON documents: byte order mark, encoding, and what is not text at all.

pub mod json;
pub mod lines;
pub mod text;

use crate::import::container::lines::line_of;
use crate::import::error::ImportError;

/// The file without its byte order mark, if it can be text.
pub fn readable(bytes: &[u8]) -> Result<&[u8], ImportError> {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return Err(ImportError::Utf16);
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.trim_ascii().is_empty() {
        return Err(ImportError::Empty);
    }
    match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => Err(ImportError::Nul { line: line_of(bytes, at) }),
        None => Ok(bytes),
    }
}

/// The file begins as a JSON object or array does.
pub fn is_json(bytes: &[u8]) -> bool {
    matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['))
}
