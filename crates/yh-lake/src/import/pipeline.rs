//! Reads, parses and writes side by side: one thread reads and cuts, workers parse chunks and encode
//! row groups, the calling thread keeps everything in the file's order.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_writer::ArrowColumnChunk;

use super::ImportError;
use super::bytes::Meter;
use super::parse::{Findings, Parsed, Parser, wider};
use super::plan::Plan;
use super::rejects::RejectLog;
use super::report::{FileEntry, Progress, Step};
use super::split::Chunk;
use super::totals::{Sums, TotalRow};
use super::write::{FileFormat, FileNames, Group, LakeFile, MonthWriter};
use super::zone::Zone;

/// Chunks between reader and writer at any time: bounds memory.
const CHUNKS_UNDER_WAY: usize = 6;
const GROUPS_UNDER_WAY: usize = 4;
/// Few rows with much text make large groups.
const GROUP_BYTES_UNDER_WAY: usize = 192 << 20;

/// Gives chunks one after the other.
pub type ChunkSource<'s> = Box<dyn FnMut() -> Result<Option<Chunk>, ImportError> + Send + 's>;

/// What to do with the chunks.
pub struct Job<'j> {
    pub plan: &'j Plan,
    pub delimiter: u8,
    pub source_zone: Zone,
    pub business_zone: Zone,
    pub format: FileFormat,
    pub meter: Meter,
    pub total_bytes: u64,
}

/// What came of all chunks.
#[derive(Debug, Default)]
pub struct Tally {
    pub files: Vec<FileEntry>,
    pub rows_read: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub sums: Sums,
    pub total_rows: Vec<TotalRow>,
    pub time_range: Option<(i64, i64)>,
    pub findings: Findings,
}

enum Task {
    Parse(Chunk),
    Encode(Group),
    Seal(Box<LakeFile>),
}

enum Event {
    Parsed(Box<Parsed>),
    Encoded {
        file: usize,
        index: usize,
        chunks: Vec<ArrowColumnChunk>,
        /// Size of the rows before they were encoded.
        bytes: usize,
    },
    Sealed(FileEntry),
    /// The reader is done; it cut so many chunks.
    ReadAll(usize),
    Failed(ImportError),
}

/// Runs a job to its end. Threads are joined and open files dropped before an error returns.
pub fn run(
    job: &Job,
    source: ChunkSource,
    names: &mut FileNames,
    rejects: &mut RejectLog,
    on_progress: &mut dyn FnMut(Progress),
    cancel: &AtomicBool,
) -> Result<Tally, ImportError> {
    let stop = AtomicBool::new(false);
    let (events_in, events) = channel();
    let (tasks_in, tasks) = channel();
    let (permits_in, permits) = sync_channel(CHUNKS_UNDER_WAY);
    let tasks = Arc::new(Mutex::new(tasks));
    let workers = thread::available_parallelism().map_or(2, |cores| cores.get().clamp(2, 16));
    for _ in 0..CHUNKS_UNDER_WAY {
        let _ = permits_in.try_send(());
    }
    thread::scope(|scope| {
        let reader_out = (tasks_in.clone(), events_in.clone());
        let stop = &stop;
        scope.spawn(move || read_all(source, &permits, &reader_out.0, &reader_out.1, stop));
        for _ in 0..workers {
            let (tasks, events_in) = (tasks.clone(), events_in.clone());
            scope.spawn(move || work(job, &tasks, &events_in, stop));
        }
        drop(events_in);
        let mut conductor = Conductor::new(job, names, tasks_in, permits_in);
        let result = conductor.conduct(&events, rejects, on_progress, cancel);
        stop.store(true, Ordering::Relaxed);
        // Dropping the conductor closes both channels, which ends reader and workers.
        let tally = std::mem::take(&mut conductor.tally);
        drop(conductor);
        result.map(|()| tally)
    })
}

fn read_all(mut source: ChunkSource, permits: &Receiver<()>, tasks: &Sender<Task>, events: &Sender<Event>, stop: &AtomicBool) {
    let mut chunks = 0;
    while permits.recv().is_ok() && !stop.load(Ordering::Relaxed) {
        match source() {
            Ok(Some(chunk)) => {
                chunks += 1;
                if tasks.send(Task::Parse(chunk)).is_err() {
                    return;
                }
            }
            Ok(None) => {
                let _ = events.send(Event::ReadAll(chunks));
                return;
            }
            Err(error) => {
                let _ = events.send(Event::Failed(error));
                return;
            }
        }
    }
}

fn work(job: &Job, tasks: &Mutex<Receiver<Task>>, events: &Sender<Event>, stop: &AtomicBool) {
    let mut parser = Parser::new(job.plan, job.delimiter, job.source_zone.clone(), job.business_zone.clone());
    loop {
        let task = tasks.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(task) = task else { return };
        if stop.load(Ordering::Relaxed) {
            continue;
        }
        let event = match task {
            Task::Parse(chunk) => parser.parse(&chunk).map(|parsed| Event::Parsed(Box::new(parsed))),
            Task::Encode(Group { file, index, batches }) => {
                let bytes = bytes_of(&batches);
                job.format.encode(&batches).map(|chunks| Event::Encoded { file, index, chunks, bytes })
            }
            Task::Seal(file) => file.seal().map(Event::Sealed),
        };
        if events.send(event.unwrap_or_else(Event::Failed)).is_err() {
            return;
        }
    }
}

fn bytes_of(batches: &[RecordBatch]) -> usize {
    batches.iter().map(RecordBatch::get_array_memory_size).sum()
}

/// Puts results in order and decides what is done next.
struct Conductor<'c, 'n> {
    job: &'c Job<'c>,
    tasks: Sender<Task>,
    permits: SyncSender<()>,
    writer: MonthWriter<'n>,
    /// Parsed out of turn.
    early: BTreeMap<usize, Box<Parsed>>,
    next_chunk: usize,
    chunks: Option<usize>,
    groups_under_way: usize,
    group_bytes_under_way: usize,
    seals_under_way: usize,
    permits_owed: usize,
    ended: bool,
    tally: Tally,
}

impl<'c, 'n> Conductor<'c, 'n> {
    fn new(job: &'c Job<'c>, names: &'n mut FileNames, tasks: Sender<Task>, permits: SyncSender<()>) -> Self {
        Self {
            job,
            tasks,
            permits,
            writer: MonthWriter::new(job.format.clone(), names),
            early: BTreeMap::new(),
            next_chunk: 0,
            chunks: None,
            groups_under_way: 0,
            group_bytes_under_way: 0,
            seals_under_way: 0,
            permits_owed: 0,
            ended: false,
            tally: Tally::default(),
        }
    }

    fn conduct(
        &mut self,
        events: &Receiver<Event>,
        rejects: &mut RejectLog,
        on_progress: &mut dyn FnMut(Progress),
        cancel: &AtomicBool,
    ) -> Result<(), ImportError> {
        while !self.done() {
            let event = events.recv().map_err(|_| ImportError::Damaged("a worker ended early".into()))?;
            if cancel.load(Ordering::Relaxed) {
                return Err(ImportError::Cancelled);
            }
            match event {
                Event::Failed(error) => return Err(error),
                Event::ReadAll(chunks) => self.chunks = Some(chunks),
                Event::Parsed(parsed) => {
                    self.early.insert(parsed.index, parsed);
                    while let Some(parsed) = self.early.remove(&self.next_chunk) {
                        self.next_chunk += 1;
                        self.take(*parsed, rejects)?;
                        on_progress(self.progress());
                    }
                }
                Event::Encoded { file, index, chunks, bytes } => {
                    self.groups_under_way -= 1;
                    self.group_bytes_under_way -= bytes;
                    self.writer.append(file, index, chunks)?;
                }
                Event::Sealed(entry) => {
                    self.seals_under_way -= 1;
                    self.tally.files.push(entry);
                }
            }
            self.advance()?;
        }
        self.tally.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(())
    }

    fn done(&self) -> bool {
        self.ended && self.groups_under_way == 0 && self.seals_under_way == 0
    }

    fn advance(&mut self) -> Result<(), ImportError> {
        if !self.ended && self.chunks == Some(self.next_chunk) {
            let groups = self.writer.end()?;
            self.encode(groups);
            self.ended = true;
        }
        for file in self.writer.complete_files() {
            self.seals_under_way += 1;
            let _ = self.tasks.send(Task::Seal(Box::new(file)));
        }
        let has_room = self.groups_under_way < GROUPS_UNDER_WAY && self.group_bytes_under_way < GROUP_BYTES_UNDER_WAY;
        while self.permits_owed > 0 && has_room {
            self.permits_owed -= 1;
            let _ = self.permits.try_send(());
        }
        Ok(())
    }

    fn encode(&mut self, groups: Vec<Group>) {
        for group in groups {
            self.groups_under_way += 1;
            self.group_bytes_under_way += bytes_of(&group.batches);
            // A send fails only when every worker is gone, which `conduct` notices.
            let _ = self.tasks.send(Task::Encode(group));
        }
    }

    fn take(&mut self, parsed: Parsed, rejects: &mut RejectLog) -> Result<(), ImportError> {
        rejects.add(&parsed.rejects, &parsed.rejected_records)?;
        let tally = &mut self.tally;
        tally.rows_read += parsed.rows_read;
        tally.accepted += parsed.accepted;
        tally.rejected += parsed.rejected;
        tally.sums.add(&parsed.sums);
        tally.total_rows.extend(parsed.total_rows);
        tally.time_range = tally.time_range.into_iter().chain(parsed.time_range).reduce(wider);
        tally.findings.add(parsed.findings);
        for part in parsed.parts {
            let groups = self.writer.take(part)?;
            self.encode(groups);
        }
        let groups = self.writer.end_idle_months()?;
        self.encode(groups);
        self.permits_owed += 1;
        Ok(())
    }

    fn progress(&self) -> Progress {
        Progress { step: Step::Reading, bytes: self.job.meter.bytes(), total_bytes: self.job.total_bytes, rows: self.tally.rows_read }
    }
}

impl Findings {
    fn add(&mut self, other: Self) {
        self.rounded += other.rounded;
        self.unclear_times += other.unclear_times;
        self.error_cells += other.error_cells;
        self.first_error_cell = self.first_error_cell.take().or(other.first_error_cell);
        for (column, words) in other.unknown_words {
            let known: &mut BTreeSet<String> = self.unknown_words.entry(column).or_default();
            known.extend(words);
        }
    }
}
