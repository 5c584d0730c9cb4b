//! Which bytes are which letters.

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::ImportError;

/// An encoding, and whether the user said so or it was guessed from a sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextEncoding {
    pub encoding: &'static Encoding,
    pub guessed: bool,
}

impl TextEncoding {
    /// Name shown to users.
    pub fn name(self) -> String {
        self.encoding.name().to_ascii_lowercase()
    }
}

/// The text of a small file, in whatever encoding it was saved; without its byte-order mark.
pub fn decode(bytes: &[u8]) -> String {
    detect_encoding(bytes, true).decode(bytes).0.into_owned()
}

/// Finds an encoding by the name a definition gives.
pub fn encoding_named(name: &str) -> Result<&'static Encoding, ImportError> {
    match name.trim().to_ascii_lowercase().as_str() {
        "utf8" | "utf-8" | "utf-8-sig" => Ok(UTF_8),
        "gbk" | "gb2312" | "gb18030" | "cp936" => Ok(GB18030),
        "utf-16" | "utf16" | "utf-16le" => Ok(UTF_16LE),
        "latin1" | "latin-1" | "iso-8859-1" | "cp1252" | "windows-1252" => Ok(WINDOWS_1252),
        other => Encoding::for_label(other.as_bytes()).ok_or_else(|| ImportError::UnknownEncoding(name.to_owned())),
    }
}

/// Guesses from the first bytes of a file; `complete` says that there are no more.
pub fn detect_encoding(sample: &[u8], complete: bool) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(sample) {
        return encoding;
    }
    if let Some(encoding) = utf16_without_mark(sample) {
        return encoding;
    }
    match std::str::from_utf8(sample) {
        Ok(_) => UTF_8,
        // A character cut off by the end of the sample is no evidence against UTF-8.
        Err(error) if !complete && error.error_len().is_none() => UTF_8,
        Err(_) => eastern_or_western(sample),
    }
}

/// GB18030 when the bytes are valid in it, windows-1252 otherwise.
pub fn eastern_or_western(bytes: &[u8]) -> &'static Encoding {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(bytes.len() * 2);
    let (_, _, had_errors) = decoder.decode_to_string(bytes, &mut text, false);
    if had_errors { WINDOWS_1252 } else { GB18030 }
}

/// Text in mostly Latin letters has a zero in every second byte.
fn utf16_without_mark(sample: &[u8]) -> Option<&'static Encoding> {
    let pairs = sample.len() / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |start: usize| sample.iter().skip(start).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 > pairs * 3 && even * 20 < pairs {
        return Some(UTF_16LE);
    }
    (even * 10 > pairs * 3 && odd * 20 < pairs).then_some(UTF_16BE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses_from_content() {
        let gb = GB18030.encode("订单编号,实付金额\n").0.into_owned();
        let utf16: Vec<u8> = "order,paid\n1,2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (sample, encoding) in [
            ("订单编号\n".as_bytes().to_vec(), UTF_8),
            (b"\xEF\xBB\xBFa,b\n".to_vec(), UTF_8),
            (gb, GB18030),
            (utf16.clone(), UTF_16LE),
            ([b"\xFF\xFE".to_vec(), utf16].concat(), UTF_16LE),
            (b"price \xA3,\n1,\xA3\n".to_vec(), WINDOWS_1252),
            (b"a,b\n".to_vec(), UTF_8),
        ] {
            assert_eq!(detect_encoding(&sample, true), encoding, "{sample:?}");
        }
        let cut = &"订单".as_bytes()[..5];
        assert_eq!(detect_encoding(cut, false), UTF_8);
    }
}
