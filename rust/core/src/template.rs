//! Reads the regex that Django makes of a `path()` route.
//!
//! Django writes `^`, then literal text escaped by `re.escape`, then
//! `(?P<name>regex)` for each parameter, then `\Z` at an endpoint. Every version
//! does, so the text is taken apart again instead of the route string, whose
//! rules have changed between versions. Anything unexpected is refused, and
//! Python matches the pattern.

use crate::class::ClassId;
use crate::node::Look;
use crate::pattern::{Pattern, some_of};
use crate::shape::Matcher;

/// A parameter of a `path()` route whose converter is Django's own.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'a> {
    /// Its name.
    pub name: &'a str,
    /// The regex of its converter, as Django writes it into the text.
    pub regex: &'a str,
    /// The class of its characters.
    pub class: ClassId,
    /// Whether it is a UUID and not a run of characters.
    pub uuid: bool,
}

/// Reads `text`, in which the parameters stand in order, into `pattern`.
#[must_use]
pub fn read<'a>(
    pattern: &mut Pattern,
    text: &str,
    parameters: impl IntoIterator<Item = Parameter<'a>>,
) -> bool {
    pattern.clear();
    pattern.push_look(Look::Start);
    take_apart(pattern, text, parameters).is_some()
}

fn take_apart<'a>(
    pattern: &mut Pattern,
    text: &str,
    parameters: impl IntoIterator<Item = Parameter<'a>>,
) -> Option<()> {
    let mut rest = text.strip_prefix('^')?;
    for parameter in parameters {
        // A parenthesis in a literal has a backslash before it.
        rest = push_literal(pattern, rest)?
            .strip_prefix("(?P<")?
            .strip_prefix(parameter.name)?
            .strip_prefix('>')?
            .strip_prefix(parameter.regex)?
            .strip_prefix(')')?;
        pattern.push_parameter(if parameter.uuid {
            Matcher::Uuid(parameter.class)
        } else {
            some_of(parameter.class)
        });
    }
    match push_literal(pattern, rest)? {
        "" => pattern.finish(),
        "\\Z" | "\\z" => pattern.push_look(Look::End),
        _ => return None,
    }
    Some(())
}

/// Adds a literal and returns what stands behind it: the end, the end of the pattern,
/// or a parenthesis.
fn push_literal<'t>(pattern: &mut Pattern, text: &'t str) -> Option<&'t str> {
    let bytes = text.as_bytes();
    // Where what is not yet added begins.
    let mut begin = 0;
    let mut at = 0;
    loop {
        match bytes.get(at) {
            Some(b'\\') => {
                let next = *bytes.get(at + 1)?;
                let last = at + 2 == bytes.len();
                if last && matches!(next, b'Z' | b'z') {
                    break;
                }
                // A backslash before a letter or a digit is a class or a group.
                if next.is_ascii_alphanumeric() {
                    return None;
                }
                pattern.push_text(text.get(begin..at)?);
                begin = at + 1;
                at += 2;
            }
            None | Some(b'(') => break,
            Some(
                b'.' | b'^' | b'$' | b'*' | b'+' | b'?' | b'{' | b'}' | b'[' | b']' | b'|' | b')',
            ) => return None,
            Some(_) => at += 1,
        }
    }
    pattern.push_text(text.get(begin..at)?);
    text.get(at..)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Node;
    use crate::pattern::Bodies;

    fn read(text: &str, parameters: &[Parameter<'_>]) -> Option<Vec<Node>> {
        let mut pattern = Pattern::default();
        super::read(&mut pattern, text, parameters.iter().copied())
            .then(|| pattern.nodes(&Bodies::default()))
    }

    const STR: Parameter<'_> = Parameter {
        name: "room",
        regex: "[^/]+",
        class: 0,
        uuid: false,
    };

    fn literal(text: &str) -> Node {
        Node::Literal(text.into())
    }

    #[test]
    fn a_route_is_taken_apart_into_literals_and_parameters() {
        let parameter = Node::Group {
            slot: 0,
            node: Box::new(Node::Repeat {
                min: 1,
                max: u32::MAX,
                greedy: true,
                node: Box::new(Node::Class(0)),
            }),
        };
        let start = Node::Look(Look::Start);
        let nodes = [
            start,
            literal("chat/a-b/"),
            parameter,
            literal("/"),
            Node::Look(Look::End),
        ];
        assert_eq!(
            read(r"^chat/a\-b/(?P<room>[^/]+)/\Z", &[STR]),
            Some(nodes.into())
        );
    }

    #[test]
    fn a_prefix_has_no_end() {
        let nodes = [Node::Look(Look::Start), literal("chat/")];
        assert_eq!(read("^chat/", &[]), Some(nodes.into()));
    }

    #[test]
    fn an_escaped_backslash_before_a_capital_z_is_no_end() {
        let nodes = [Node::Look(Look::Start), literal(r"a\Z")];
        assert_eq!(read(r"^a\\Z", &[]), Some(nodes.into()));
    }

    #[test]
    fn text_that_re_escape_would_not_write_is_left_to_the_parser() {
        for text in [r"^a.b\Z", r"^\d\Z", "a", r"^(?P<other>[^/]+)\Z", r"^a\"] {
            assert!(read(text, &[STR]).is_none() || text == "a", "{text}");
        }
        assert!(read("^a$", &[]).is_none());
    }
}
