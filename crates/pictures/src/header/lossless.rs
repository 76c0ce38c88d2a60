//! Lossless WebP: how many groups of prefix codes it has.
//!
//! A code stands in the file in a few bytes and takes kilobytes in a decoder's memory, and a file may have
//! 65,536 groups of five codes, so that eight megabytes become four gigabytes. How many groups there are is
//! the largest number in a small picture near the start of the data. That picture has to be decoded to know
//! it, and so do the small pictures of transforms in front of it.
//!
//! Where the format leaves a choice, this follows the decoder in use.

/// The most groups. The common encoder writes at most 2,600.
const MAX_GROUPS: u32 = 4_096;
/// What a group may take in a decoder's memory: five codes, each with a table and a tree.
pub(super) const GROUP_BYTES: u64 = 120 << 10;

const NUM_CODES: usize = 5;
const GREEN: usize = 0;
const DISTANCE: usize = 4;
/// How many symbols the codes for green, red, blue, alpha and distances have, without those for the cache.
const NUM_SYMBOLS: [usize; NUM_CODES] = [256 + 24, 256, 256, 256, 40];
/// The order in which the lengths of the code for lengths come.
const LENGTH_ORDER: [usize; 19] = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

/// The bits in front of the data: a signature, two sides, whether there is an alpha channel, the version.
pub(super) const HEADER_BITS: usize = 8 + 14 + 14 + 1 + 3;

/// The number of groups of an image of this size whose data begins at the bit `start`. `None` if it cannot
/// be read, or is beyond reason.
pub(super) fn num_groups(data: &[u8], start: usize, width: u32, height: u32) -> Option<u32> {
    let mut bits = Bits { data, position: start };
    let mut row = width;
    while bits.read(1)? == 1 {
        match bits.read(2)? {
            // Predictors, and colours.
            0 | 1 => {
                let block_bits = bits.read(3)? + 2;
                let blocks = (row.div_ceil(1 << block_bits), height.div_ceil(1 << block_bits));
                pixels(&mut bits, blocks.0, blocks.1)?;
            }
            // Green is subtracted: nothing more is said.
            2 => {}
            // A palette, whose small numbers stand several in a pixel.
            _ => {
                let num_colours = bits.read(8)? + 1;
                pixels(&mut bits, num_colours, 1)?;
                row = match num_colours {
                    ..=2 => row.div_ceil(8),
                    3..=4 => row.div_ceil(4),
                    5..=16 => row.div_ceil(2),
                    _ => row,
                };
            }
        }
    }
    cache_bits(&mut bits)?;
    if bits.read(1)? == 0 {
        return Some(1);
    }
    let block_bits = bits.read(3)? + 2;
    let numbers = pixels(&mut bits, row.div_ceil(1 << block_bits), height.div_ceil(1 << block_bits))?;
    let largest = numbers.iter().map(|pixel| (pixel >> 8) & 0xFFFF).max()?;
    (largest < MAX_GROUPS).then_some(largest + 1)
}

/// Bits, the lowest of each byte first.
struct Bits<'a> {
    data: &'a [u8],
    position: usize,
}

impl Bits<'_> {
    fn read(&mut self, length: u32) -> Option<u32> {
        let mut value = 0;
        for place in 0..length {
            let byte = *self.data.get(self.position / 8)?;
            value |= u32::from((byte >> (self.position % 8)) & 1) << place;
            self.position += 1;
        }
        Some(value)
    }
}

/// The bits of an index into the cache of colours; 0 without a cache.
fn cache_bits(bits: &mut Bits<'_>) -> Option<u32> {
    if bits.read(1)? == 0 {
        return Some(0);
    }
    bits.read(4).filter(|bits| (1..=11).contains(bits))
}

/// A prefix code: its symbols from the shortest code to the longest.
enum Code {
    /// Takes no bits.
    One(usize),
    /// Takes one bit.
    Two([usize; 2]),
    Many {
        counts: [usize; 16],
        symbols: Vec<usize>,
    },
}

impl Code {
    fn read(bits: &mut Bits<'_>, num_symbols: usize) -> Option<Self> {
        let known = |symbol: u32| Some(symbol as usize).filter(|symbol| *symbol < num_symbols);
        if bits.read(1)? == 0 {
            return Self::with_lengths(&lengths(bits, num_symbols)?);
        }
        let has_two = bits.read(1)? == 1;
        let length = if bits.read(1)? == 1 { 8 } else { 1 };
        let first = known(bits.read(length)?)?;
        if has_two { Some(Self::Two([first, known(bits.read(8)?)?])) } else { Some(Self::One(first)) }
    }

    fn with_lengths(lengths: &[usize]) -> Option<Self> {
        let mut counts = [0; 16];
        for length in lengths {
            counts[*length] += 1;
        }
        counts[0] = 0;
        let mut symbols: Vec<usize> = (0..lengths.len()).filter(|symbol| lengths[*symbol] > 0).collect();
        symbols.sort_by_key(|symbol| lengths[*symbol]);
        match symbols[..] {
            [] => None,
            [only] => Some(Self::One(only)),
            _ => {
                // Each code must mean something, and none two things.
                let used: usize = (1..16).map(|length| counts[length] << (15 - length)).sum();
                (used == 1 << 15).then_some(Self::Many { counts, symbols })
            }
        }
    }

    fn symbol(&self, bits: &mut Bits<'_>) -> Option<usize> {
        match self {
            Self::One(symbol) => Some(*symbol),
            Self::Two(symbols) => Some(symbols[bits.read(1)? as usize]),
            Self::Many { counts, symbols } => {
                let (mut code, mut first, mut before) = (0, 0, 0);
                for count in &counts[1..] {
                    code |= bits.read(1)? as usize;
                    if code < first + count {
                        return symbols.get(before + code - first).copied();
                    }
                    before += count;
                    first = (first + count) << 1;
                    code <<= 1;
                }
                None
            }
        }
    }
}

/// The lengths of a code's symbols, themselves written by a code.
fn lengths(bits: &mut Bits<'_>, num_symbols: usize) -> Option<Vec<usize>> {
    let mut of_lengths = [0; LENGTH_ORDER.len()];
    let given = 4 + bits.read(4)? as usize;
    for place in LENGTH_ORDER.get(..given)? {
        of_lengths[*place] = bits.read(3)? as usize;
    }
    let code = Code::with_lengths(&of_lengths)?;
    let mut left = num_symbols;
    if bits.read(1)? == 1 {
        let length = 2 + 2 * bits.read(3)?;
        left = 2 + bits.read(length)? as usize;
        if left > num_symbols {
            return None;
        }
    }
    let mut lengths = Vec::with_capacity(num_symbols);
    let mut last = 8;
    while lengths.len() < num_symbols && left > 0 {
        left -= 1;
        let (length, times) = match code.symbol(bits)? {
            16 => (last, 3 + bits.read(2)?),
            17 => (0, 3 + bits.read(3)?),
            18 => (0, 11 + bits.read(7)?),
            length => (length, 1),
        };
        if length != 0 {
            last = length;
        }
        lengths.extend(std::iter::repeat_n(length, times as usize));
    }
    if lengths.len() > num_symbols {
        return None;
    }
    lengths.resize(num_symbols, 0);
    Some(lengths)
}

/// Decodes a small picture without groups of its own, as alpha, red, green and blue in a number.
fn pixels(bits: &mut Bits<'_>, width: u32, height: u32) -> Option<Vec<u32>> {
    let cache_bits = cache_bits(bits)?;
    let cache_length = if cache_bits == 0 { 0 } else { 1 << cache_bits };
    let mut cache = vec![0_u32; cache_length];
    let codes: Vec<Code> = NUM_SYMBOLS
        .iter()
        .enumerate()
        .map(|(place, symbols)| Code::read(bits, symbols + if place == GREEN { cache_length } else { 0 }))
        .collect::<Option<_>>()?;
    let length = width as usize * height as usize;
    let mut pixels: Vec<u32> = Vec::with_capacity(length);
    while pixels.len() < length {
        let before = pixels.len();
        match codes[GREEN].symbol(bits)? {
            green @ ..256 => {
                let [red, blue, alpha] =
                    [codes[1].symbol(bits)?, codes[2].symbol(bits)?, codes[3].symbol(bits)?];
                pixels.push(u32::try_from(alpha << 24 | red << 16 | green << 8 | blue).ok()?);
            }
            symbol @ 256..280 => {
                let times = number(bits, symbol - 256)?;
                let distance = codes[DISTANCE].symbol(bits)?;
                let back = distance_back(number(bits, distance)?, width);
                if back > before || times > length - before {
                    return None;
                }
                for place in before - back..before - back + times {
                    pixels.push(pixels[place]);
                }
            }
            symbol => pixels.push(*cache.get(symbol - 280)?),
        }
        if cache_length > 0 {
            for pixel in &pixels[before..] {
                let place = 0x1E35_A7BD_u32.wrapping_mul(*pixel) >> (32 - cache_bits);
                cache[place as usize] = *pixel;
            }
        }
    }
    Some(pixels)
}

/// A length or a distance: a symbol, and bits that refine it.
fn number(bits: &mut Bits<'_>, symbol: usize) -> Option<usize> {
    if symbol < 4 {
        return Some(symbol + 1);
    }
    let more = (symbol - 2) >> 1;
    let offset = (2 + (symbol & 1)) << more;
    Some(offset + bits.read(u32::try_from(more).ok()?)? as usize + 1)
}

/// How many pixels a distance goes back. The smallest numbers stand for places near in two dimensions.
fn distance_back(number: usize, width: u32) -> usize {
    match NEAR.get(number - 1) {
        Some((left, up)) => {
            let back = i64::from(*left) + i64::from(*up) * i64::from(width);
            usize::try_from(back.max(1)).unwrap_or(1)
        }
        None => number - NEAR.len(),
    }
}

#[rustfmt::skip]
const NEAR: [(i8, i8); 120] = [
    (0, 1), (1, 0), (1, 1), (-1, 1), (0, 2), (2, 0), (1, 2), (-1, 2), (2, 1), (-2, 1),
    (2, 2), (-2, 2), (0, 3), (3, 0), (1, 3), (-1, 3), (3, 1), (-3, 1), (2, 3), (-2, 3),
    (3, 2), (-3, 2), (0, 4), (4, 0), (1, 4), (-1, 4), (4, 1), (-4, 1), (3, 3), (-3, 3),
    (2, 4), (-2, 4), (4, 2), (-4, 2), (0, 5), (3, 4), (-3, 4), (4, 3), (-4, 3), (5, 0),
    (1, 5), (-1, 5), (5, 1), (-5, 1), (2, 5), (-2, 5), (5, 2), (-5, 2), (4, 4), (-4, 4),
    (3, 5), (-3, 5), (5, 3), (-5, 3), (0, 6), (6, 0), (1, 6), (-1, 6), (6, 1), (-6, 1),
    (2, 6), (-2, 6), (6, 2), (-6, 2), (4, 5), (-4, 5), (5, 4), (-5, 4), (3, 6), (-3, 6),
    (6, 3), (-6, 3), (0, 7), (7, 0), (1, 7), (-1, 7), (5, 5), (-5, 5), (7, 1), (-7, 1),
    (4, 6), (-4, 6), (6, 4), (-6, 4), (2, 7), (-2, 7), (7, 2), (-7, 2), (3, 7), (-3, 7),
    (7, 3), (-7, 3), (5, 6), (-5, 6), (6, 5), (-6, 5), (8, 0), (4, 7), (-4, 7), (7, 4),
    (-7, 4), (8, 1), (8, 2), (6, 6), (-6, 6), (8, 3), (5, 7), (-5, 7), (7, 5), (-7, 5),
    (8, 4), (6, 7), (-6, 7), (7, 6), (-7, 6), (8, 5), (7, 7), (-7, 7), (8, 6), (8, 7),
];
