//! The text of a `path()` route, written as Django does and read back.
#![no_main]

use arbitrary::Arbitrary;
use channels_fast_core::pattern::{Bodies, Pattern};
use channels_fast_core::template::{self, Parameter};
use channels_fast_core::{Look, Node};
use channels_fast_fuzz::ClassPlan;
use libfuzzer_sys::fuzz_target;

/// The regexes of Django's own converters, with a class for each.
const REGEXES: [(&str, usize); 4] = [
    ("[^/]+", 0),
    ("[0-9]+", 1),
    (".+", 2),
    (
        "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        ClassPlan::HEXADECIMAL,
    ),
];

#[derive(Arbitrary, Debug)]
struct Case {
    /// Which parameter, and the text behind it.
    parts: Vec<(u8, String)>,
    before: String,
    endpoint: bool,
    /// Whether what has no meaning in a regex is escaped as well.
    escape_all: bool,
    /// A text that nobody wrote as Django does.
    wild: String,
}

fn escape(text: &str, all: bool) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        let special = r"\.^$*+?{}[]|()".contains(character);
        if special || all && !character.is_ascii_alphanumeric() {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

fn literal(text: &str) -> Option<Node> {
    (!text.is_empty()).then(|| Node::Literal(text.into()))
}

fn read(text: &str, parameters: &[Parameter<'_>]) -> Option<Vec<Node>> {
    let mut pattern = Pattern::default();
    template::read(&mut pattern, text, parameters.iter().copied())
        .then(|| pattern.nodes(&Bodies::default()))
}

fuzz_target!(|case: Case| {
    let mut text = format!("^{}", escape(&case.before, case.escape_all));
    let mut expected = vec![Node::Look(Look::Start)];
    expected.extend(literal(&case.before));
    let mut parameters = Vec::new();
    for (slot, (kind, behind)) in case.parts.iter().enumerate() {
        let (regex, class) = REGEXES[usize::from(*kind) % REGEXES.len()];
        let uuid = class == ClassPlan::HEXADECIMAL;
        parameters.push(Parameter {
            name: "name",
            regex,
            class,
            uuid,
        });
        text.extend(["(?P<name>", regex, ")"]);
        text.push_str(&escape(behind, case.escape_all));
        let node = if uuid {
            Node::Uuid(class)
        } else {
            Node::Repeat {
                min: 1,
                max: u32::MAX,
                greedy: true,
                node: Box::new(Node::Class(class)),
            }
        };
        expected.push(Node::Group {
            slot,
            node: Box::new(node),
        });
        expected.extend(literal(behind));
    }
    if case.endpoint {
        text.push_str("\\Z");
        expected.push(Node::Look(Look::End));
    }
    assert_eq!(read(&text, &parameters), Some(expected), "{text:?}");
    // It may be read or not, but it is no reason to panic.
    let _ = read(&case.wild, &parameters);
    let _ = read(&format!("^{}", case.wild), &parameters);
});
