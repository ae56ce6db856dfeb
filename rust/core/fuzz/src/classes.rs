//! Classes whose members are known without Python.

use arbitrary::Arbitrary;
use channels_fast_core::{Class, ClassId, Classes, NeedPage, Search, Table, WideMembers};

/// The characters beyond `[0-9a-f]` that a random class may hold.
const SOME: &[u8; 8] = b"ab0-/\nx_";

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Wide {
    Never,
    Always,
    Ask,
}

/// The classes of a table: four that every project has, and a random one.
#[derive(Arbitrary, Clone, Copy, Debug)]
pub struct ClassPlan {
    some: u8,
    inverted: bool,
    wide: Wide,
    /// Decides which characters beyond ASCII are members, if that is asked for.
    seed: u8,
}

impl ClassPlan {
    /// How many classes there are.
    pub const COUNT: ClassId = 5;
    /// The class `[0-9a-f]`, the only one that a UUID may have.
    pub const HEXADECIMAL: ClassId = 3;

    fn ascii(self, id: ClassId) -> u128 {
        let bits = |text: &[u8]| text.iter().fold(0_u128, |bits, byte| bits | 1 << byte);
        match id {
            0 => !bits(b"/"),
            1 => bits(b"0123456789"),
            2 => u128::MAX,
            Self::HEXADECIMAL => bits(b"0123456789abcdef"),
            _ => {
                let chosen = SOME.iter().enumerate();
                let chosen = chosen.filter(|(place, _)| self.some >> place & 1 == 1);
                let chosen = chosen.fold(0, |bits, (_, byte)| bits | 1 << byte);
                if self.inverted { !chosen } else { chosen }
            }
        }
    }

    fn wide(self, id: ClassId) -> Wide {
        match id {
            0 | 2 => Wide::Always,
            1 | Self::HEXADECIMAL => Wide::Never,
            _ => self.wide,
        }
    }

    /// The classes as the core wants them.
    #[must_use]
    pub fn classes(self) -> Classes {
        let mut classes = Classes::default();
        for id in 0..Self::COUNT {
            let wide = match self.wide(id) {
                Wide::Never => WideMembers::Never,
                Wide::Always => WideMembers::Always,
                Wide::Ask => WideMembers::Ask,
            };
            classes.add(Class::new(self.ascii(id), wide));
        }
        classes
    }

    /// Whether `character` is a member of the class `id`.
    #[must_use]
    pub fn has(self, id: ClassId, character: char) -> bool {
        if id >= Self::COUNT {
            return false;
        }
        let code = u32::from(character);
        if code < 0x80 {
            return self.ascii(id) >> code & 1 == 1;
        }
        match self.wide(id) {
            Wide::Never => false,
            Wide::Always => true,
            Wide::Ask => self.answer(code),
        }
    }

    fn answer(self, code: u32) -> bool {
        (code ^ u32::from(self.seed)).wrapping_mul(0x9e37_79b9) >> 31 == 1
    }

    fn page(self, need: NeedPage) -> [u64; 4] {
        let mut page = [0; 4];
        for low in 0..256 {
            if self.answer(need.page * 256 + low) {
                page[low as usize / 64] |= 1_u64 << (low % 64);
            }
        }
        page
    }
}

/// Searches a table, and answers what it asks about its classes.
///
/// # Panics
///
/// If the table asks for more pages than the path has characters: it would then ask
/// for one that it has.
#[must_use]
pub fn ask_table(table: &Table, plan: ClassPlan, path: &str, start: u32) -> Search {
    for _ in 0..=path.len() {
        match table.search(path, start) {
            Ok(search) => return search,
            Err(need) => table.add_page(need, plan.page(need)),
        }
    }
    panic!("a page is asked for again and again on {path:?}");
}
