//! Reads the regex that Django makes of a `path()` route.
//!
//! Django writes `^`, then literal text escaped by `re.escape`, then
//! `(?P<name>regex)` for each parameter, then `\Z` at an endpoint. Every version
//! does, so the text is taken apart again instead of the route string, whose
//! rules have changed between versions. Anything unexpected gives `None`, and the
//! general parser reads the text.

use crate::class::ClassId;
use crate::node::{Look, Node};

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

/// Reads `text`, in which the parameters stand in order.
#[must_use]
pub fn read(text: &str, parameters: &[Parameter<'_>]) -> Option<Vec<Node>> {
    let mut nodes = Vec::with_capacity(parameters.len() * 2 + 3);
    nodes.push(Node::Look(Look::Start));
    let mut rest = text.strip_prefix('^')?;
    for (slot, parameter) in parameters.iter().enumerate() {
        // The name cannot stand in a literal in this form: `re.escape` puts a
        // backslash before the parenthesis.
        let (literal, behind) = rest.split_once("(?P<")?;
        rest = behind
            .strip_prefix(parameter.name)?
            .strip_prefix('>')?
            .strip_prefix(parameter.regex)?
            .strip_prefix(')')?;
        push_literal(&mut nodes, literal)?;
        let node = if parameter.uuid {
            Node::Uuid(parameter.class)
        } else {
            Node::Repeat {
                min: 1,
                max: u32::MAX,
                greedy: true,
                node: Box::new(Node::Class(parameter.class)),
            }
        };
        nodes.push(Node::Group {
            slot,
            node: Box::new(node),
        });
    }
    let end = rest
        .strip_suffix("\\Z")
        .or_else(|| rest.strip_suffix("\\z"));
    // In `\\Z` the backslash is part of the literal.
    let end =
        end.filter(|literal| literal.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0);
    push_literal(&mut nodes, end.unwrap_or(rest))?;
    if end.is_some() {
        nodes.push(Node::Look(Look::End));
    }
    Some(nodes)
}

fn push_literal(nodes: &mut Vec<Node>, escaped: &str) -> Option<()> {
    if escaped.is_empty() {
        return Some(());
    }
    let mut literal = String::with_capacity(escaped.len());
    let mut characters = escaped.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => {
                let next = characters.next()?;
                // A backslash before a letter or a digit is a class or a group.
                if next.is_ascii_alphanumeric() {
                    return None;
                }
                literal.push(next);
            }
            '.' | '^' | '$' | '*' | '+' | '?' | '{' | '}' | '[' | ']' | '|' | '(' | ')' => {
                return None;
            }
            other => literal.push(other),
        }
    }
    nodes.push(Node::Literal(literal));
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

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
