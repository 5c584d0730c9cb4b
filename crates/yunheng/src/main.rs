//! The `yunheng` command: reads arguments, calls a use case, prints what came of it.

mod cli;
mod demo;
mod logs;
mod stats;

use std::{process::ExitCode, time::Duration};

use clap::Parser;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Planning a long filter recurses deeply.
const STACK_BYTES: usize = 32 << 20;

/// Time for threads at work when the command is done; what they were doing is asked for no more.
const LAST_WORK: Duration = Duration::from_secs(5);

fn main() -> ExitCode {
    logs::start();
    let arguments = cli::Arguments::parse();
    // Definitions are read and checked by several threads; without a pool of its own stack size they keep rayon's.
    let _ = rayon::ThreadPoolBuilder::new().stack_size(STACK_BYTES).build_global();
    let work = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().thread_stack_size(STACK_BYTES).build();
        match runtime {
            Ok(runtime) => {
                let code = runtime.block_on(cli::run(arguments));
                runtime.shutdown_timeout(LAST_WORK);
                code
            }
            Err(error) => {
                eprintln!("error: cannot start: {error}");
                ExitCode::FAILURE
            }
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn(work);
    thread.map(std::thread::JoinHandle::join).map_or(ExitCode::FAILURE, |joined| joined.unwrap_or(ExitCode::FAILURE))
}
