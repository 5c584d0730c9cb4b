//! Chunks → smaller chunks, for files whose rows become much larger than their text.

use super::ImportError;
use super::pipeline::ChunkSource;
use super::split::{CHUNK_BYTES, Chunk, LineUnit, count_lines, count_records, last_record_end};

/// Cuts chunks so that each holds about `most` bytes of whole records.
pub fn cut(mut source: ChunkSource, most: usize, delimiter: u8) -> ChunkSource {
    if most >= CHUNK_BYTES {
        return source;
    }
    let (mut rest, mut index) = (None, 0);
    Box::new(move || {
        let chunk = match rest.take() {
            Some(chunk) => Some(chunk),
            None => source()?,
        };
        let Some(mut chunk) = chunk else { return Ok::<_, ImportError>(None) };
        rest = tail_of(&mut chunk, most, delimiter);
        chunk.index = index;
        index += 1;
        Ok(Some(chunk))
    })
}

/// Takes from a chunk what goes beyond its first `most` bytes; a longer record stays whole.
fn tail_of(chunk: &mut Chunk, most: usize, delimiter: u8) -> Option<Chunk> {
    let mut wanted = most;
    let end = loop {
        if wanted >= chunk.text.len() {
            return None;
        }
        match last_record_end(&chunk.text.as_bytes()[..wanted], delimiter) {
            Some(end) => break end,
            None => wanted *= 2,
        }
    };
    let text = chunk.text.split_off(end);
    let lines = match chunk.lines {
        LineUnit::Physical => count_lines(chunk.text.as_bytes()),
        LineUnit::Record => count_records(&chunk.text),
    };
    let first_line = chunk.first_line + lines;
    let unreadable = chunk.unreadable.extract_if(.., |line| line.line >= first_line).collect();
    let flaws = chunk.flaws.extract_if(.., |flaw| flaw.line >= first_line).collect();
    (!text.is_empty()).then_some(Chunk { text, first_line, unreadable, flaws, index: chunk.index, lines: chunk.lines })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_whole_records_with_their_lines() {
        let text: String = (0..100).map(|row| format!("{row},\"a\n{row}\",x\n")).collect();
        for (lines, per_record) in [(LineUnit::Physical, 2), (LineUnit::Record, 1)] {
            let mut whole = Some(Chunk { text: text.clone(), lines, ..Chunk::new(0, 5) });
            let mut source = cut(Box::new(move || Ok(whole.take())), 64, b',');
            let (mut seen, mut records) = (String::new(), 0);
            while let Some(chunk) = source().expect("cut") {
                assert!(chunk.text.len() <= 64 && chunk.text.ends_with('\n'));
                assert_eq!(chunk.first_line, 5 + records * per_record);
                records += chunk.text.matches("x\n").count() as u64;
                seen += &chunk.text;
            }
            assert_eq!((seen.as_str(), records), (text.as_str(), 100));
        }
    }
}
