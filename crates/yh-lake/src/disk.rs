//! Whether a failure, however deep it lies in an engine's error, is a full disk.

use std::{error::Error, io};

/// Looks for "no space left" in an error and its causes.
///
/// The engine and the Parquet writer keep some causes as text only; the operating system's number in it is the same
/// in every language.
pub fn is_full(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.downcast_ref::<io::Error>().is_some_and(is_no_space) || says_no_space(&error.to_string()) {
            return true;
        }
        next = error.source();
    }
    false
}

fn is_no_space(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge)
}

/// ENOSPC and EDQUOT, and what Windows calls a full disk, as the standard library writes them.
fn says_no_space(text: &str) -> bool {
    let numbers: &[i32] = if cfg!(windows) {
        &[39, 112]
    } else if cfg!(target_os = "macos") {
        &[28, 69]
    } else {
        &[28, 122]
    };
    numbers.iter().any(|number| text.contains(&format!("(os error {number})")))
}

#[cfg(test)]
mod tests {
    use parquet::errors::ParquetError;

    use super::*;
    use crate::{LakeError, import::ImportError};

    #[test]
    fn a_full_disk_is_found_inside_every_kind_of_error() {
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let raw = || io::Error::from_raw_os_error(if cfg!(windows) { 112 } else { 28 });
        assert!(is_full(&full()));
        assert!(is_full(&ParquetError::from(full())));
        assert!(is_full(&ParquetError::General(raw().to_string())));
        assert!(is_full(&ImportError::Parquet(ParquetError::from(raw()))));
        assert!(is_full(&ImportError::Arrow(arrow::error::ArrowError::from(raw()))));
        assert!(is_full(&LakeError::from(datafusion::error::DataFusionError::from(raw()))));
        assert!(is_full(&LakeError::from(datafusion::error::DataFusionError::from(ParquetError::from(raw())))));
        assert!(!is_full(&io::Error::from(io::ErrorKind::NotFound)));
        assert!(!is_full(&ImportError::Cancelled));
    }
}
