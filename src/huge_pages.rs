//! Pages of two megabytes, which Linux may use for the memory of a program.

/// Asks the kernel for ordinary pages. A huge page is resident as a whole for the first byte in it, so a server at rest
/// would hold more than twice the memory that it uses.
#[cfg(target_os = "linux")]
pub fn refuse() {
    // A kernel that has no huge pages refuses the call, and then there is nothing to turn off.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
}

/// Elsewhere the allocator does not ask for huge pages.
#[cfg(not(target_os = "linux"))]
pub fn refuse() {}
