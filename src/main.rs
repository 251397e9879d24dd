//! The binary. All code is in the library, so that tests can use it too.

use std::process::ExitCode;

/// glibc gives freed memory back from the end of its heap alone, so a daemon would keep what its largest poll needed. jemalloc
/// gives back whatever is free. `.cargo/config.toml` has its settings.
#[global_allocator]
static HEAP: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    riverd::cli::main()
}
