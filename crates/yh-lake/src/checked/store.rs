//! What the engine reads from: the files of one session, verified block by block, and nothing else.

use std::{
    collections::HashMap,
    fmt,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use bytes::Bytes;
use futures::{FutureExt, StreamExt, stream::BoxStream};
use object_store::{
    Attributes, CopyOptions, Error, GetOptions, GetResult, GetResultPayload, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, path::Path,
};

use super::{CheckedFile, Checks, Damage, StoredFile, sums::Sums};

/// The files of one session. Damage met while reading is kept: the engine passes errors on as text.
#[derive(Debug)]
pub(crate) struct CheckedStore {
    checks: Arc<Checks>,
    files: HashMap<Path, Arc<Entry>>,
    damage: Arc<Mutex<Option<Damage>>>,
}

struct Entry {
    file: StoredFile,
    path: std::path::PathBuf,
    sums: Arc<Sums>,
    modified: SystemTime,
}

impl CheckedStore {
    /// Opens every file; blocks while it does.
    pub fn open(checks: Arc<Checks>, files: Vec<StoredFile>) -> std::result::Result<Self, Damage> {
        let mut entries = HashMap::with_capacity(files.len());
        for file in files {
            let sums = checks.open(&file)?;
            let path = checks.path(&file);
            let modified = path.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
            entries.insert(location(&file.path), Arc::new(Entry { file, path, sums, modified }));
        }
        Ok(Self { checks, files: entries, damage: Arc::default() })
    }

    /// What was found wrong so far.
    pub fn damage(&self) -> Option<Damage> {
        self.damage.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn entry(&self, location: &Path) -> Result<&Arc<Entry>> {
        let missing = || Error::NotFound { path: location.to_string(), source: "no file of this session".into() };
        self.files.get(location).ok_or_else(missing)
    }

    /// Reads ranges of one file, off the engine's threads.
    async fn read(&self, location: &Path, ranges: Vec<Range<u64>>) -> Result<Vec<Bytes>> {
        let entry = Arc::clone(self.entry(location)?);
        let (noted, checks) = (Arc::clone(&self.damage), Arc::clone(&self.checks));
        let read = move || {
            let open = || CheckedFile::open(&entry.path, Arc::clone(&entry.sums));
            let read_all = |file: CheckedFile| {
                let read = ranges.into_iter().map(|range| file.read(range));
                read.collect::<std::io::Result<Vec<_>>>().map_err(|error| super::Fault::of_io(&error))
            };
            open().and_then(read_all).map_err(|fault| {
                checks.suspect(&entry.file);
                let damage = Damage::new(&entry.file, fault);
                noted.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert_with(|| damage.clone());
                Error::Generic { store: "lake", source: Box::new(damage) }
            })
        };
        tokio::task::spawn_blocking(read).await.map_err(|source| Error::JoinError { source })?
    }
}

/// A file's place as the engine names it.
pub(crate) fn location(path: &str) -> Path {
    Path::from_iter(path.split('/'))
}

#[async_trait::async_trait]
impl ObjectStore for CheckedStore {
    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        let entry = self.entry(location)?;
        let meta = ObjectMeta {
            location: location.clone(),
            last_modified: entry.modified.into(),
            size: entry.file.bytes,
            // The engine keeps footers of files it knows; these are known by content.
            e_tag: Some(entry.file.sha256.clone()),
            version: None,
        };
        options.check_preconditions(&meta)?;
        let range = match &options.range {
            Some(range) => range.as_range(meta.size).map_err(|source| Error::Generic { store: "lake", source: Box::new(source) })?,
            None => 0..meta.size,
        };
        let bytes = if options.head { Bytes::new() } else { self.read(location, vec![range.clone()]).await?.swap_remove(0) };
        let payload = GetResultPayload::Stream(futures::stream::once(async move { Ok(bytes) }).boxed());
        Ok(GetResult { payload, meta, range, attributes: Attributes::default() })
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.read(location, ranges.to_vec()).await
    }

    fn list(&self, _prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        refused_stream("list")
    }

    async fn list_with_delimiter(&self, _prefix: Option<&Path>) -> Result<ListResult> {
        Err(refused("list"))
    }

    async fn put_opts(&self, _location: &Path, _payload: PutPayload, _options: PutOptions) -> Result<PutResult> {
        Err(refused("put"))
    }

    async fn put_multipart_opts(&self, _location: &Path, _options: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        Err(refused("put"))
    }

    fn delete_stream(&self, _locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        refused_stream("delete")
    }

    async fn copy_opts(&self, _from: &Path, _to: &Path, _options: CopyOptions) -> Result<()> {
        Err(refused("copy"))
    }
}

/// A session reads the files it was given; it lists and writes none.
fn refused(operation: &str) -> Error {
    Error::NotSupported { source: format!("the lake is only read here, not asked to {operation}").into() }
}

fn refused_stream<T: Send + 'static>(operation: &'static str) -> BoxStream<'static, Result<T>> {
    async move { Err(refused(operation)) }.into_stream().boxed()
}

impl fmt::Display for CheckedStore {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "lake of {} files", self.files.len())
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.file.path)
    }
}
