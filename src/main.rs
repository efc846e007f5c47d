//! The `meridian` command.

use std::process::ExitCode;

/// Frames allocate and free large meshes; this allocator keeps them mapped, which halves the time of a frame.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    meridian::cli::main()
}
