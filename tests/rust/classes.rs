//! Characters that only Python can tell: a page is asked for once, when a path needs it.

mod support;

use channels_fast_core::{Class, Look, NeedPage, Node, Table, WideMembers};
use support::{Route, class, pattern, repeat, segment};

/// A table of one run of a class from the beginning of the path on.
fn table(class: Class, max: u32) -> Table {
    let run = repeat(1, max, Node::Class(0));
    let source = pattern(vec![Node::Look(Look::Start), run], false, 0);
    support::table(&[Route::leaf(source)], support::classes([class]))
}

/// Where the match ends.
fn end(table: &Table, path: &str) -> Result<Option<usize>, NeedPage> {
    let search = table.search(path, 0)?;
    Ok(search.found.map(|found| found.rest))
}

#[test]
fn a_page_is_asked_once_and_then_known() {
    let table = table(class("a", WideMembers::Ask), u32::MAX);
    let need = NeedPage { class: 0, page: 0 };
    assert_eq!(end(&table, "aab"), Ok(Some(2)));
    assert_eq!(end(&table, "aéab"), Err(need));
    let mut page = [0; 4];
    page[0xe9 >> 6] |= 1 << (0xe9 & 0x3f);
    table.add_page(need, page);
    assert_eq!(end(&table, "aéab"), Ok(Some(4)));
    assert_eq!(end(&table, "aêab"), Ok(Some(1)));
    // Members never change.
    table.add_page(need, [u64::MAX; 4]);
    assert_eq!(end(&table, "aêab"), Ok(Some(1)));
}

#[test]
fn every_character_has_a_page() {
    let table = table(class("", WideMembers::Ask), u32::MAX);
    for character in ['\u{1fff}', '\u{ffff}', '\u{100ff}', '\u{10ffff}'] {
        let page = u32::from(character) / 256;
        let need = NeedPage { class: 0, page };
        assert_eq!(end(&table, &character.to_string()), Err(need));
        table.add_page(need, [0, 0, 0, 1 << 63]);
        let length = character.len_utf8();
        assert_eq!(end(&table, &character.to_string()), Ok(Some(length)));
    }
    let beyond = NeedPage {
        class: 0,
        page: 0x1100,
    };
    table.add_page(beyond, [0; 4]);
}

#[test]
fn all_pages_that_a_path_needs_are_told_at_once() {
    let table = table(class("a", WideMembers::Ask), u32::MAX);
    let path = "aé漢aé語";
    assert_eq!(end(&table, path), Err(NeedPage { class: 0, page: 0 }));
    let pages = table.unknown_pages(0, path);
    let numbers: Vec<_> = pages.iter().map(|need| need.page).collect();
    assert_eq!(numbers, [0, 0x6f, 0x8a]);
    for need in pages {
        table.add_page(need, [u64::MAX; 4]);
    }
    assert_eq!(end(&table, path), Ok(Some(path.len())));
    assert_eq!(table.unknown_pages(0, path), []);
}

#[test]
fn a_class_that_may_have_to_ask_is_small() {
    assert!(size_of::<Class>() <= 192);
}

#[test]
fn a_run_stops_at_its_greatest_length() {
    assert_eq!(end(&table(segment(), 2), "äbc/d"), Ok(Some(3)));
    assert_eq!(end(&table(segment(), 9), "äbc/d"), Ok(Some(4)));
}
