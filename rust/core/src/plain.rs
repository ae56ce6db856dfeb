//! Reads a regular expression of literals and named groups.
//!
//! Nearly all real `re_path()` patterns are of this kind, and Python's parser needs
//! thirty microseconds for each. So such a text is cut into pieces here, and each
//! different group is given to Python's parser once. A text is cut only where nobody
//! could read it another way: a literal has no character with a meaning, and a group
//! has neither parentheses nor escapes but `\w` and its like in it. All else is left
//! to Python's parser.

use std::ops::Range;

use crate::node::Look;
use crate::pattern::{Bodies, Number, Pattern};

/// What became of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading<'a> {
    /// It is in the pattern now.
    Read,
    /// The general parser has to read it.
    Refused,
    /// Python has to say what this text in a group means. Add it to the bodies and
    /// read again.
    Unknown(&'a str),
}

/// Reads `text` into `pattern`.
pub fn read<'a>(pattern: &mut Pattern, text: &'a str, bodies: &Bodies) -> Reading<'a> {
    pattern.clear();
    let bytes = text.as_bytes();
    let mut at = 0;
    if text.starts_with('^') {
        pattern.push_look(Look::Start);
        at = 1;
    }
    loop {
        let Some(end) = literal_end(bytes, at) else {
            return Reading::Refused;
        };
        push_literal(pattern, text.get(at..end).unwrap_or_default());
        at = end;
        if bytes.get(at) != Some(&b'(') {
            break;
        }
        let Some((name, body)) = group(bytes, at) else {
            return Reading::Refused;
        };
        let (Some(name_text), Some(body_text)) = (text.get(name.clone()), text.get(body.clone()))
        else {
            return Reading::Refused;
        };
        if pattern
            .names()
            .iter()
            .any(|other| text.get(other.clone()) == Some(name_text))
        {
            return Reading::Refused;
        }
        match bodies.number(body_text) {
            Number::Known(number) => pattern.push_group(name, number),
            Number::Refused => return Reading::Refused,
            Number::Unknown => return Reading::Unknown(body_text),
        }
        at = body.end + 1;
    }
    match bytes.get(at..).unwrap_or_default() {
        b"" => pattern.finish(),
        b"$" => pattern.push_look(Look::EndOrNewline),
        b"/?$" => {
            pattern.push_optional_slash();
            pattern.push_look(Look::EndOrNewline);
        }
        _ => return Reading::Refused,
    }
    Reading::Read
}

/// Whether a character stands for itself, whatever is around it but a repeat.
fn is_literal(byte: u8) -> bool {
    matches!(
        byte,
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'_' | b'/' | b'~' | b'!' | b'@' | b'%'
            | b'&' | b'=' | b':' | b';' | b',' | b'<' | b'>' | b'\'' | b'"' | b'-'
    )
}

fn is_repeat(byte: Option<&u8>) -> bool {
    matches!(byte, Some(b'?' | b'*' | b'+' | b'{'))
}

/// Where the literal that begins at `at` ends, in front of a character that is
/// repeated. `None` for an escape that is none of a literal.
fn literal_end(bytes: &[u8], begin: usize) -> Option<usize> {
    // Where the character before `at` begins, and `at`.
    let (mut before, mut at) = (begin, begin);
    loop {
        let length = match bytes.get(at) {
            Some(byte) if is_literal(*byte) => 1,
            Some(b'\\') => match bytes.get(at + 1) {
                Some(b'.' | b'/' | b'_' | b'-') => 2,
                _ => return None,
            },
            other => return Some(if is_repeat(other) { before } else { at }),
        };
        before = at;
        at += length;
    }
}

fn push_literal(pattern: &mut Pattern, escaped: &str) {
    // There is no backslash but those in front of another character.
    let mut begin = 0;
    for (at, byte) in escaped.bytes().enumerate() {
        if byte == b'\\' {
            pattern.push_text(escaped.get(begin..at).unwrap_or_default());
            begin = at + 1;
        }
    }
    pattern.push_text(escaped.get(begin..).unwrap_or_default());
}

/// Where the name and the body of the group that begins at `at` stand.
fn group(bytes: &[u8], at: usize) -> Option<(Range<usize>, Range<usize>)> {
    let begin = at + b"(?P<".len();
    if bytes.get(at..begin) != Some(b"(?P<") {
        return None;
    }
    let name = bytes.get(begin..)?;
    let length = name.iter().position(|byte| *byte == b'>')?;
    let name = name.get(..length)?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    if name.first().is_none_or(u8::is_ascii_digit) || !name.iter().all(is_name) {
        return None;
    }
    let name = begin..begin + length;
    let begin = name.end + 1;
    let mut at = begin;
    loop {
        match bytes.get(at)? {
            b')' => break,
            b'(' => return None,
            b'\\' => match bytes.get(at + 1)? {
                b'w' | b'd' | b's' | b'W' | b'D' | b'S' => at += 2,
                _ => return None,
            },
            _ => at += 1,
        }
    }
    (at > begin && !is_repeat(bytes.get(at + 1))).then_some((name, begin..at))
}
