//! The binary: everything is in the library, so that tests and verbs share it.

use std::process::ExitCode;

fn main() -> ExitCode {
    riverd::cli::main()
}
