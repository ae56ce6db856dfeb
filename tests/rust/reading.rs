//! The readers of usual patterns against texts whose meaning is known.

use channels_fast_core::pattern::{Bodies, Pattern};
use channels_fast_core::plain::{self, Reading};
use channels_fast_core::template::{self, Parameter};
use channels_fast_core::{Class, Classes, Look, Node, class::WideMembers};
use proptest::prelude::*;

/// A body of a group, and what Python would say of it.
fn meaning(body: &str) -> Option<Node> {
    let repeat = |min, max, class| Node::Repeat {
        min,
        max,
        greedy: true,
        node: Box::new(Node::Class(class)),
    };
    match body {
        r"\d+" => Some(repeat(1, u32::MAX, 0)),
        "[^/]*" => Some(repeat(0, u32::MAX, 1)),
        r"\w" => Some(Node::Class(2)),
        "a|b{2}" => Some(Node::Alternatives(vec![
            Node::Literal("a".into()),
            Node::Literal("bb".into()),
        ])),
        _ => None,
    }
}

fn classes() -> Classes {
    let mut classes = Classes::default();
    for _ in 0..3 {
        classes.add(Class::new(!(1 << b'/'), WideMembers::Never));
    }
    classes
}

/// Reads a text, and says of each body what it means.
fn read(text: &str) -> Option<Vec<Node>> {
    let (mut pattern, mut bodies) = (Pattern::default(), Bodies::default());
    loop {
        match plain::read(&mut pattern, text, &bodies) {
            Reading::Read => return Some(pattern.nodes(&bodies)),
            Reading::Refused => return None,
            Reading::Unknown(body) => bodies.add(body, meaning(body), &classes()),
        }
    }
}

/// A literal: how it is written, and what it says.
fn literal() -> impl Strategy<Value = (String, String)> {
    let plain = "[A-Za-z0-9_/~!@%&=:;,<>'\"-]".prop_map(|text| (text.clone(), text));
    let escaped = r"[./_-]".prop_map(|text| (format!(r"\{text}"), text));
    prop::collection::vec(prop_oneof![4 => plain, 1 => escaped], 1..8)
        .prop_map(|pieces| pieces.into_iter().unzip())
}

#[derive(Clone, Debug)]
enum Part {
    Literal(String, String),
    Group(&'static str),
}

fn part() -> impl Strategy<Value = Part> {
    let bodies = [r"\d+", "[^/]*", r"\w", "a|b{2}"];
    prop_oneof![
        literal().prop_map(|(written, says)| Part::Literal(written, says)),
        prop::sample::select(bodies.to_vec()).prop_map(Part::Group),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(4000)
    })]

    /// What is written in the usual way is read as the tree that it was written from.
    #[test]
    fn a_usual_regex_is_read_as_it_was_meant(
        parts in prop::collection::vec(part(), 0..6),
        anchored in any::<bool>(),
        end in 0..3,
    ) {
        let mut text = String::new();
        let mut nodes = Vec::new();
        if anchored {
            text.push('^');
            nodes.push(Node::Look(Look::Start));
        }
        let mut slot = 0;
        for part in parts {
            match part {
                Part::Literal(written, says) => {
                    text.push_str(&written);
                    nodes.push(Node::Literal(says));
                }
                Part::Group(body) => {
                    text.extend(["(?P<n", &slot.to_string(), ">", body, ")"]);
                    let node = Box::new(meaning(body).expect("a known body"));
                    nodes.push(Node::Group { slot, node });
                    slot += 1;
                }
            }
        }
        if end == 2 {
            text.push_str("/?");
            nodes.push(Node::Repeat {
                min: 0,
                max: 1,
                greedy: true,
                node: Box::new(Node::Literal("/".into())),
            });
        }
        if end > 0 {
            text.push('$');
            nodes.push(Node::Look(Look::EndOrNewline));
        }
        // Literals that touch are one.
        prop_assert_eq!(read(&text), Some(Node::Concat(nodes).flatten()), "{}", text);
    }

    /// A repeat, wherever it stands, is none of the usual things but `/?$` at the end.
    #[test]
    fn a_repeated_part_is_refused(
        parts in prop::collection::vec(part(), 1..5),
        place in any::<prop::sample::Index>(),
        repeat in prop::sample::select(vec!["?", "*", "+", "{2}", "{", "??"]),
    ) {
        let place = place.index(parts.len());
        let mut text = "^".to_owned();
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Literal(written, _) => text.push_str(written),
                Part::Group(body) => text.extend(["(?P<n", &index.to_string(), ">", body, ")"]),
            }
            if index == place {
                text.push_str(repeat);
            }
        }
        prop_assert_eq!(read(&text), None, "{}", text);
    }

    /// Any text is read or refused, whatever is in it.
    #[test]
    fn any_text_is_read_or_refused(text in r"[a(?P<n>\\)\[\]\^\$*+{},/|é\n.-]{0,24}|\PC{0,12}") {
        let _ = read(&text);
        let parameter = Parameter { name: "n", regex: "a", class: 0, uuid: false };
        let _ = template::read(&mut Pattern::default(), &text, [parameter]);
        let _ = template::read(&mut Pattern::default(), &format!("^{text}"), []);
    }
}

#[test]
fn a_body_that_cannot_be_read_alone_refuses_the_regex() {
    assert_eq!(read("^(?P<n>[)])$"), None);
}

#[test]
fn a_body_with_a_class_that_does_not_exist_is_refused() {
    let mut bodies = Bodies::default();
    bodies.add("x", Some(Node::Class(7)), &classes());
    let mut pattern = Pattern::default();
    assert_eq!(
        plain::read(&mut pattern, "(?P<n>x)", &bodies),
        Reading::Refused
    );
}

#[test]
fn a_name_that_comes_twice_is_refused() {
    assert_eq!(read(r"(?P<n>\d+)/(?P<n>\d+)"), None);
}
