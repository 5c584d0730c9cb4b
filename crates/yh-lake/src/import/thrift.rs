//! A look at a Parquet file's own descriptions that believes no size in them.
//!
//! The library reserves memory for what a footer and a page header claim; here each claim is compared with the bytes that
//! are there. The encoding is Thrift's compact protocol (apache/thrift, doc/specs/thrift-compact-protocol.md).

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use super::ImportError;

const MAX_DEPTH: usize = 32;
/// A footer describes columns, it holds no data.
const MAX_FOOTER_BYTES: u64 = 64 << 20;
/// A page header may repeat the least and greatest value.
const MAX_HEADER_BYTES: u64 = 1 << 20;
/// A page is unpacked as a whole.
const MAX_PAGE_BYTES: i64 = 128 << 20;

/// Refuses a file whose footer is not what it seems.
pub fn check_footer(file: &mut File, bytes: u64) -> Result<(), ImportError> {
    const TAIL: u64 = 8;
    if bytes < TAIL + 4 {
        return Err(damaged("it is cut off"));
    }
    let mut tail = [0; TAIL as usize];
    read_at(file, bytes - TAIL, &mut tail)?;
    let length = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if &tail[4..] != b"PAR1" || length + TAIL + 4 > bytes {
        return Err(damaged("it is cut off, or encrypted"));
    }
    if length > MAX_FOOTER_BYTES {
        return Err(damaged("its footer is too large"));
    }
    let mut footer = vec![0; length as usize];
    read_at(file, bytes - TAIL - length, &mut footer)?;
    let depth = Walk { bytes: &footer, at: 0 }.footer().ok_or_else(|| damaged("its footer claims more than it holds"))?;
    if depth > MAX_DEPTH { Err(damaged("its columns are nested too deeply")) } else { Ok(()) }
}

/// Refuses a column chunk with a page that unpacks to more than is held, or that does not end where it says.
pub fn check_pages(file: &mut File, start: u64, length: u64) -> Result<(), ImportError> {
    let (mut at, end) = (start, start.saturating_add(length));
    let mut header = Vec::new();
    while at < end {
        let page = page_at(file, at, end, &mut header)?;
        if page.unpacked > MAX_PAGE_BYTES {
            return Err(damaged(&format!("a page unpacks to {} bytes", page.unpacked)));
        }
        if page.unpacked < 0 || page.packed < 0 {
            return Err(damaged("a page has a negative size"));
        }
        at = at.saturating_add(page.header_bytes + page.packed as u64);
    }
    Ok(())
}

struct Page {
    header_bytes: u64,
    unpacked: i64,
    packed: i64,
}

fn page_at(file: &mut File, at: u64, end: u64, header: &mut Vec<u8>) -> Result<Page, ImportError> {
    let mut wanted: u64 = 256;
    loop {
        let length = wanted.min(end - at);
        header.resize(length as usize, 0);
        read_at(file, at, header)?;
        let (mut unpacked, mut packed) = (-1, -1);
        let mut walk = Walk { bytes: header, at: 0 };
        let read = walk.structure(0, &mut |field, value| match field {
            2 => unpacked = value,
            3 => packed = value,
            _ => {}
        });
        if read.is_some() {
            return Ok(Page { header_bytes: walk.at as u64, unpacked, packed });
        }
        if length == end - at || wanted > MAX_HEADER_BYTES {
            return Err(damaged("a page is not what it says"));
        }
        wanted *= 8;
    }
}

fn read_at(file: &mut File, at: u64, out: &mut [u8]) -> Result<(), ImportError> {
    let mut read = || -> std::io::Result<()> {
        file.seek(SeekFrom::Start(at))?;
        file.read_exact(out)
    };
    read().map_err(|_| damaged("it is cut off"))
}

fn damaged(reason: &str) -> ImportError {
    ImportError::Parquet(parquet::errors::ParquetError::General(reason.to_owned()))
}

/// A place in encoded bytes.
struct Walk<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        let byte = *self.bytes.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    fn number(&mut self) -> Option<u64> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7F).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(number);
            }
            shift += 7;
        }
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn skip(&mut self, bytes: u64) -> Option<()> {
        self.at = self.at.checked_add(usize::try_from(bytes).ok()?).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    /// Walks over a structure; `each` walks over the value of a field, given the field's number and type.
    fn fields(&mut self, each: &mut dyn FnMut(&mut Self, i16, u8) -> Option<()>) -> Option<()> {
        let mut field: i16 = 0;
        loop {
            let head = self.byte()?;
            if head == 0 {
                return Some(());
            }
            let step = i16::from(head >> 4);
            field = if step == 0 { i16::try_from(self.signed()?).ok()? } else { field.checked_add(step)? };
            // Booleans are in the type.
            if !matches!(head & 0x0F, 1 | 2) {
                each(self, field, head & 0x0F)?;
            }
        }
    }

    /// Walks over a structure and tells its whole numbers.
    fn structure(&mut self, depth: usize, tell: &mut dyn FnMut(i16, i64)) -> Option<()> {
        self.fields(&mut |walk, field, kind| match kind {
            4..=6 => {
                tell(field, walk.signed()?);
                Some(())
            }
            other => walk.value(other, depth),
        })
    }

    /// Walks over a footer and returns how deep its columns are nested.
    fn footer(&mut self) -> Option<usize> {
        const SCHEMA: i16 = 2;
        let mut deepest = 0;
        self.fields(&mut |walk, field, kind| match (field, kind) {
            (SCHEMA, 9) => walk.schema().map(|depth| deepest = depth),
            (_, kind) => walk.value(kind, 0),
        })?;
        Some(deepest)
    }

    /// Walks over the columns, each of which says how many of the next ones are inside it.
    fn schema(&mut self) -> Option<usize> {
        const CHILDREN: i16 = 5;
        let length = self.list_head()?.1;
        let (mut open, mut deepest): (Vec<i64>, usize) = (Vec::new(), 0);
        for _ in 0..length {
            let mut children = 0;
            self.structure(0, &mut |field, value| children = if field == CHILDREN { value } else { children })?;
            while open.pop_if(|left| *left == 0).is_some() {}
            if let Some(left) = open.last_mut() {
                *left -= 1;
            }
            if children > 0 {
                open.push(children);
            }
            deepest = deepest.max(open.len());
        }
        Some(deepest)
    }

    fn value(&mut self, kind: u8, depth: usize) -> Option<()> {
        if depth > MAX_DEPTH {
            return None;
        }
        match kind {
            1..=3 => self.skip(1),
            4..=6 => self.number().map(drop),
            7 => self.skip(8),
            8 => {
                let length = self.number()?;
                self.skip(length)
            }
            9 | 10 => self.list(depth),
            11 => self.map(depth),
            12 => self.structure(depth + 1, &mut |_, _| {}),
            13 => self.skip(16),
            _ => None,
        }
    }

    fn list(&mut self, depth: usize) -> Option<()> {
        let (kind, length) = self.list_head()?;
        (0..length).try_for_each(|_| self.value(kind, depth + 1))
    }

    /// Type and number of a list's elements.
    fn list_head(&mut self) -> Option<(u8, u64)> {
        let head = self.byte()?;
        let length = if head >> 4 == 15 { self.number()? } else { u64::from(head >> 4) };
        self.elements(length)?;
        Some((head & 0x0F, length))
    }

    fn map(&mut self, depth: usize) -> Option<()> {
        let length = self.number()?;
        if length == 0 {
            return Some(());
        }
        let kinds = self.byte()?;
        self.elements(length)?;
        (0..length).try_for_each(|_| {
            self.value(kinds >> 4, depth + 1)?;
            self.value(kinds & 0x0F, depth + 1)
        })
    }

    /// Every element takes a byte at least.
    fn elements(&self, length: u64) -> Option<()> {
        (length <= (self.bytes.len() - self.at) as u64).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_compared_with_what_is_there() {
        let walk = |bytes: &[u8]| Walk { bytes, at: 0 }.structure(0, &mut |_, _| {}).is_some();
        assert!(walk(&[0x15, 0x02, 0x18, 1, b'x', 0]), "a number and a text");
        assert!(walk(&[0x19, 0x25, 0x02, 0x04, 0]), "a list of two numbers");
        assert!(!walk(&[0x19, 0xF5, 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0]), "a list of two thousand million");
        assert!(!walk(&[0x18, 0x7F, b'x', 0]), "a text beyond the end");
        assert!(!walk(&[0x1C; 64]), "structures in each other");
    }
}
