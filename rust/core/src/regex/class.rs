//! Character classes whose members are Python's own.
//!
//! Python and Rust disagree on `\w`, `\d`, `\s` and on case folding, and two
//! versions of Python disagree with each other. So no class is computed here. The
//! border asks Python's `re` for the ASCII members when the table is made. Members
//! beyond ASCII are either the same for all characters, or they are asked from
//! Python a page of 256 characters at a time, when a path first needs them.

use std::collections::BTreeSet;
use std::sync::OnceLock;

/// The number of a class in its table.
pub type ClassId = usize;

/// The characters of a page, one bit each.
pub type Page = [u64; 4];

const PAGE_BITS: u32 = 8;

/// A search met a character whose class members are not known yet.
///
/// The border asks Python for the page, and for the [others] that the path needs, adds
/// each with [`add_page`] and repeats the search.
///
/// [others]: crate::Table::unknown_pages
/// [`add_page`]: crate::Table::add_page
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NeedPage {
    /// The class in question.
    pub class: ClassId,
    /// The page: the code point of the character divided by 256.
    pub page: u32,
}

type Row = [OnceLock<Page>; 16];
type Plane = [OnceLock<Box<Row>>; 16];

/// The pages that Python has answered: 17 planes of 16 rows of 16 pages.
///
/// Most classes never see a character beyond ASCII, and until then nothing is
/// allocated. A place is filled once, by whichever thread needs it first, and reading
/// it takes no lock.
#[derive(Debug, Default)]
struct Pages(OnceLock<Box<[OnceLock<Box<Plane>>; 17]>>);

impl Pages {
    fn get(&self, page: u32) -> Option<&Page> {
        let page = page as usize;
        let plane = self.0.get()?.get(page >> 8)?.get()?;
        let row = plane.get(page >> 4 & 0xf)?.get()?;
        row.get(page & 0xf)?.get()
    }

    /// Fills a place. `None` if there is no such page, or if it is filled already.
    fn set(&self, page: u32, members: Page) -> Option<()> {
        let page = page as usize;
        let plane = self.0.get_or_init(Box::default).get(page >> 8)?;
        let row = plane.get_or_init(Box::default).get(page >> 4 & 0xf)?;
        let row = row.get_or_init(Box::default);
        row.get(page & 0xf)?.set(members).ok()
    }
}

/// Whether characters beyond ASCII belong to a class.
#[derive(Debug)]
enum Wide {
    Never,
    Always,
    Ask(Pages),
}

/// What is known about the characters beyond ASCII when a class is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WideMembers {
    /// None of them is a member, as in `[a-z]`.
    Never,
    /// Each of them is a member, as in `[^/]`.
    Always,
    /// It depends on the character, as in `\w`.
    Ask,
}

/// A set of characters.
#[derive(Debug)]
pub struct Class {
    ascii: u128,
    // PERF: the same, to look a character up without shifting 128 bits.
    has: [bool; 128],
    wide: Wide,
    /// The one character that is no member, if there is one, as in `[^/]`.
    but: Option<char>,
}

impl Class {
    /// Makes a class from its ASCII members, bit 0 for U+0000, and the rest.
    #[must_use]
    pub fn new(ascii: u128, wide: WideMembers) -> Self {
        let is_all_but_one = wide == WideMembers::Always && ascii.count_zeros() == 1;
        let but = is_all_but_one.then(|| ascii.trailing_ones());
        let wide = match wide {
            WideMembers::Never => Wide::Never,
            WideMembers::Always => Wide::Always,
            WideMembers::Ask => Wide::Ask(Pages::default()),
        };
        let mut has = [false; 128];
        for (code, place) in has.iter_mut().enumerate() {
            *place = ascii >> code & 1 == 1;
        }
        Self {
            ascii,
            has,
            wide,
            but: but.and_then(char::from_u32),
        }
    }

    /// Whether `byte`, which must be ASCII, is a member.
    #[inline]
    pub(crate) fn has_ascii(&self, byte: u8) -> bool {
        self.has[usize::from(byte & 0x7f)]
    }

    /// Whether `character` is a member, or `None` if Python has to be asked.
    #[inline]
    pub(crate) fn has(&self, character: char) -> Option<bool> {
        let code = u32::from(character);
        if code < 0x80 {
            return Some(self.ascii >> code & 1 == 1);
        }
        match &self.wide {
            Wide::Never => Some(false),
            Wide::Always => Some(true),
            Wide::Ask(pages) => {
                let page = pages.get(code >> PAGE_BITS)?;
                let word = page.get((code as usize & 0xff) >> 6)?;
                Some(word >> (code & 0x3f) & 1 == 1)
            }
        }
    }

    /// Whether every character but the slash is a member, as in `[^/]`.
    pub(crate) fn is_segment(&self) -> bool {
        self.but == Some('/')
    }

    /// Whether the slash is a member.
    pub(crate) fn has_slash(&self) -> bool {
        self.has_ascii(b'/')
    }

    /// Whether no character can be a member of both classes.
    pub(crate) fn is_disjoint(&self, other: &Self) -> bool {
        let narrow = matches!(self.wide, Wide::Never) || matches!(other.wide, Wide::Never);
        narrow && self.ascii & other.ascii == 0
    }
}

/// The end of a run, and how many characters it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) end: usize,
    pub(crate) count: u32,
}

/// The classes of one table.
#[derive(Debug, Default)]
pub struct Classes {
    classes: Vec<Class>,
}

impl Classes {
    /// Adds a class and returns its number.
    pub fn add(&mut self, class: Class) -> ClassId {
        self.classes.push(class);
        self.classes.len() - 1
    }

    /// The class with that number.
    #[inline]
    pub(crate) fn get(&self, id: ClassId) -> Option<&Class> {
        self.classes.get(id)
    }

    /// How many classes there are.
    pub(crate) fn len(&self) -> usize {
        self.classes.len()
    }

    /// The pages of a class that are not known and that `path` has characters of.
    pub(crate) fn unknown_pages(&self, class: ClassId, path: &str) -> Vec<NeedPage> {
        let needed = path.chars().filter_map(|it| self.has(class, it).err());
        let pages: BTreeSet<u32> = needed.map(|need| need.page).collect();
        pages
            .into_iter()
            .map(|page| NeedPage { class, page })
            .collect()
    }

    /// Says which characters of a page are members of a class.
    ///
    /// A page that is known already stays as it is: members never change.
    pub(crate) fn add_page(&self, need: NeedPage, page: Page) {
        if let Some(Class {
            wide: Wide::Ask(pages),
            ..
        }) = self.classes.get(need.class)
        {
            let _ = pages.set(need.page, page);
        }
    }

    /// Whether `character` is a member of the class `id`.
    #[inline]
    pub(crate) fn has(&self, id: ClassId, character: char) -> Result<bool, NeedPage> {
        let Some(class) = self.classes.get(id) else {
            return Ok(false);
        };
        class.has(character).ok_or(NeedPage {
            class: id,
            page: u32::from(character) >> PAGE_BITS,
        })
    }

    /// Finds how far the members of a class reach from `from` on, at most `max`
    /// characters.
    #[inline]
    pub(crate) fn run(
        &self,
        id: ClassId,
        path: &str,
        from: usize,
        max: u32,
    ) -> Result<Extent, NeedPage> {
        let mut run = Extent {
            end: from,
            count: 0,
        };
        let Some(class) = self.classes.get(id) else {
            return Ok(run);
        };
        if max == u32::MAX
            && let Some(but) = class.but
        {
            // PERF: to look for one character is a tenth of looking each one up.
            let rest = path.get(from..).unwrap_or_default();
            let taken = rest.split(but).next().unwrap_or_default();
            run.end += taken.len();
            run.count = u32::try_from(taken.chars().count()).unwrap_or(max);
            return Ok(run);
        }
        // Nearly all paths are ASCII to their end.
        let rest = path.as_bytes().get(from..).unwrap_or_default();
        let rest = rest.get(..max as usize).unwrap_or(rest);
        let plain = rest
            .iter()
            .position(|byte| !byte.is_ascii() || !class.has_ascii(*byte))
            .unwrap_or(rest.len());
        run.end += plain;
        run.count += u32::try_from(plain).unwrap_or(u32::MAX);
        let rest = path.get(run.end..).unwrap_or_default();
        if rest.bytes().next().is_none_or(|byte| byte.is_ascii()) {
            return Ok(run);
        }
        for character in rest.chars() {
            if run.count >= max || !self.has(id, character)? {
                break;
            }
            run.end += character.len_utf8();
            run.count += 1;
        }
        Ok(run)
    }
}
