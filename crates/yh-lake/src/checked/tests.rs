//! Any change of a file or of its sums is found, whichever way it is read.

use std::io::Read;

use parquet::file::reader::ChunkReader;
use proptest::prelude::*;

use super::{sums::BLOCK, *};

/// Bytes that are no repetition of a block, and their sums beside them.
fn written(dir: &Path, length: usize) -> (PathBuf, Vec<u8>, Sums) {
    let path = dir.join("a.parquet");
    let bytes: Vec<u8> = (0..length as u64).map(|at| (at.wrapping_mul(0x9E37_79B9) >> 16) as u8).collect();
    std::fs::write(&path, &bytes).expect("written");
    let sums = measure(&path, 7).expect("measured");
    sums.write_beside(&path).expect("written");
    (path, bytes, sums)
}

/// A length around the edges of blocks.
fn length() -> impl Strategy<Value = usize> {
    let block = BLOCK as usize;
    prop_oneof![1..100usize, block - 2..block + 3, 2 * block - 2..2 * block + 3, 3 * block..3 * block + 1000]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_whole_is_read_as_it_is(length in length(), from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let dir = tempfile::tempdir().expect("a directory");
        let (path, bytes, sums) = written(dir.path(), length);
        let file = CheckedFile::open(&path, Arc::new(sums)).expect("opened");
        let (from, to) = (from.index(length + 1), to.index(length + 1));
        let (from, to) = (from.min(to), from.max(to));
        prop_assert_eq!(&file.read(from as u64..to as u64).expect("read")[..], &bytes[from..to]);
        let mut rest = Vec::new();
        file.get_read(from as u64).expect("a reader").read_to_end(&mut rest).expect("read");
        prop_assert_eq!(&rest[..], &bytes[from..]);
        prop_assert_eq!(file.verify(), Ok(()));
    }

    #[test]
    fn any_flip_is_found_where_it_is_read(length in length(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let dir = tempfile::tempdir().expect("a directory");
        let (path, mut bytes, sums) = written(dir.path(), length);
        let at = at.index(length);
        bytes[at] ^= 1 << bit;
        std::fs::write(&path, &bytes).expect("written");
        let block = at as u64 / BLOCK * BLOCK;
        let file = CheckedFile::open(&path, Arc::new(sums)).expect("opened");
        prop_assert!(file.read(at as u64..at as u64 + 1).is_err());
        prop_assert_eq!(file.fault(), Some(Fault::Altered { at: Some(block) }));
        prop_assert_eq!(file.verify(), Err(Fault::Altered { at: Some(block) }));
        let stored = StoredFile { path: "a".into(), dataset: "d".into(), sha256: measured(&path), rows: 7, bytes: length as u64, import: None, is_derived: false };
        prop_assert_ne!(Sums::read_beside(&path).expect("sums").of, stored.sha256);
    }

    #[test]
    fn any_flip_of_sums_makes_them_void(length in length(), at in any::<prop::sample::Index>(), bit in 0..8u8) {
        let dir = tempfile::tempdir().expect("a directory");
        let (path, _, sums) = written(dir.path(), length);
        prop_assert_eq!(Sums::read_beside(&path), Some(sums));
        let beside = Sums::path_of(&path);
        let mut bytes = std::fs::read(&beside).expect("read");
        let at = at.index(bytes.len());
        bytes[at] ^= 1 << bit;
        std::fs::write(&beside, &bytes).expect("written");
        prop_assert_eq!(Sums::read_beside(&path), None);
        std::fs::write(&beside, &bytes[..at]).expect("written");
        prop_assert_eq!(Sums::read_beside(&path), None);
    }

    #[test]
    fn summing_in_parts_is_summing_at_once(length in length(), part in 1..200_000usize) {
        let dir = tempfile::tempdir().expect("a directory");
        let (path, bytes, sums) = written(dir.path(), length);
        let mut out = SummedFile::new(std::fs::File::create(&path).expect("created"));
        for part in bytes.chunks(part) {
            std::io::Write::write_all(&mut out, part).expect("written");
        }
        prop_assert_eq!(&out.finish(7).expect("finished"), &sums);
        prop_assert_eq!(&Sums::of_bytes(&bytes, &sums.of, 7), &sums);
    }
}

fn measured(path: &Path) -> String {
    measure(path, 0).expect("measured").of
}
