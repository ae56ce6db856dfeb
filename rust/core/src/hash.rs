//! A quick hash for path segments.
//!
//! Only the author of the routes adds keys. A client's path is looked up and never
//! stored, so nobody can fill a bucket, and a hash that resists floods would be
//! paid for nothing.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub(crate) type SegmentMap<V> = HashMap<Box<[u8]>, V, BuildHasherDefault<SegmentHasher>>;

const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;

#[derive(Default)]
pub(crate) struct SegmentHasher(u64);

impl SegmentHasher {
    #[inline]
    fn mix(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    }
}

impl Hasher for SegmentHasher {
    #[inline]
    fn finish(&self) -> u64 {
        // The map takes its tags from the top bits and its buckets from the low
        // ones. The product is weak in the low ones.
        self.0 ^ (self.0 >> 32)
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let (chunks, rest) = bytes.as_chunks::<8>();
        for chunk in chunks {
            self.mix(u64::from_le_bytes(*chunk));
        }
        if !rest.is_empty() {
            let mut last = [0; 8];
            for (place, byte) in last.iter_mut().zip(rest) {
                *place = *byte;
            }
            self.mix(u64::from_le_bytes(last));
        }
    }

    #[inline]
    fn write_usize(&mut self, length: usize) {
        self.mix(length as u64);
    }
}
