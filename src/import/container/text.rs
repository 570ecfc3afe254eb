//! Bytes → text. The encoding is decided for the whole file, and no byte is lost.

use crate::import::container::lines::line_of;
use crate::import::error::ImportError;
use crate::import::settings::Encoding;
use std::borrow::Cow;
use yore::code_pages::CP1252;

/// A file's text as UTF-8, and the encoding it had.
#[derive(Debug, Clone)]
pub struct Decoded<'a> {
    pub text: Cow<'a, [u8]>,
    pub encoding: Encoding,
}

/// The bytes as UTF-8.
pub fn utf8(bytes: &[u8]) -> Result<&str, ImportError> {
    std::str::from_utf8(bytes).map_err(|error| ImportError::NotUtf8 { line: line_of(bytes, error.valid_up_to()) })
}

/// Decodes a file without its byte order mark. A file that is all UTF-8 is UTF-8; one that has no UTF-8 in it
/// beyond ASCII is Windows-1252; one that has some of both is refused.
pub fn decode(bytes: &[u8], wanted: Option<Encoding>) -> Result<Decoded<'_>, ImportError> {
    let not_utf8 = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to());
    match (wanted, not_utf8) {
        (Some(Encoding::Windows1252), _) => windows_1252(bytes),
        (_, None) => Ok(Decoded { text: Cow::Borrowed(bytes), encoding: Encoding::Utf8 }),
        (Some(Encoding::Utf8), Some(at)) => Err(ImportError::NotUtf8 { line: line_of(bytes, at) }),
        (None, Some(at)) => match first_beyond_ascii(bytes) {
            Some(utf8) => Err(ImportError::MixedEncodings { utf8: line_of(bytes, utf8), other: line_of(bytes, at) }),
            None => windows_1252(bytes),
        },
    }
}

/// The bytes that Windows-1252 leaves without a character.
const UNASSIGNED: [u8; 5] = [0x81, 0x8d, 0x8f, 0x90, 0x9d];

fn windows_1252(bytes: &[u8]) -> Result<Decoded<'_>, ImportError> {
    if let Some(at) = bytes.iter().position(|byte| UNASSIGNED.contains(byte)) {
        let byte = bytes.get(at).copied().unwrap_or_default();
        return Err(ImportError::NotWindows1252 { line: line_of(bytes, at), byte });
    }
    let text = match CP1252.decode(bytes) {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    };
    Ok(Decoded { text, encoding: Encoding::Windows1252 })
}

/// The position of the first well-formed UTF-8 character beyond ASCII.
fn first_beyond_ascii(bytes: &[u8]) -> Option<usize> {
    let mut start = 0;
    for chunk in bytes.utf8_chunks() {
        if let Some(at) = chunk.valid().bytes().position(|byte| !byte.is_ascii()) {
            return Some(start + at);
        }
        start += chunk.valid().len() + chunk.invalid().len();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], wanted: Option<Encoding>) -> Result<(String, Encoding), ImportError> {
        let decoded = decode(bytes, wanted)?;
        Ok((String::from_utf8(decoded.text.into_owned()).unwrap(), decoded.encoding))
    }

    #[test]
    fn utf8_is_utf8_and_what_is_not_is_windows_1252() {
        assert_eq!(read("a\nMüller".as_bytes(), None), Ok(("a\nMüller".into(), Encoding::Utf8)));
        assert_eq!(read(b"M\xfcller \x80", None), Ok(("Müller €".into(), Encoding::Windows1252)));
        assert_eq!(read(b"Muller", None), Ok(("Muller".into(), Encoding::Utf8)));
    }

    #[test]
    fn a_file_of_both_is_refused_unless_the_setting_decides() {
        let both = b"M\xc3\xbcller\nM\xfcller";
        assert_eq!(read(both, None), Err(ImportError::MixedEncodings { utf8: 1, other: 2 }));
        assert_eq!(read(both, Some(Encoding::Utf8)), Err(ImportError::NotUtf8 { line: 2 }));
        assert_eq!(read(both, Some(Encoding::Windows1252)), Ok(("MÃ¼ller\nMüller".into(), Encoding::Windows1252)));
    }

    #[test]
    fn no_byte_is_lost_on_the_way() {
        assert_eq!(read(b"x\n\x81", None), Err(ImportError::NotWindows1252 { line: 2, byte: 0x81 }));
        for byte in (0x80..=0xff_u8).filter(|byte| !UNASSIGNED.contains(byte)) {
            let (text, _) = read(&[byte], None).unwrap();
            assert!(text.chars().count() == 1 && !text.contains('\u{fffd}'), "{byte:x}");
            assert!(!text.chars().any(char::is_control), "{byte:x}");
        }
    }
}
