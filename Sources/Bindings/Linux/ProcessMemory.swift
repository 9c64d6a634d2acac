import CLinux

/// How the allocator deals with what a process has given back.
public enum ProcessMemory {
    /// Keeps up to 256 MB of freed memory for the next batch, instead of handing it to the system and getting it back page by page, each of
    /// them cleared. For processes that live long and work in batches. Before there is a second thread.
    public static func keepForReuse() {
        // mallopt(3); each of them also ends glibc's own adjusting of the thresholds. Without its fast bins, small pieces are joined when
        // they are given back, not all at once when a large one is wanted.
        _ = mallopt(M_MXFAST, 0)
        _ = mallopt(M_TRIM_THRESHOLD, 256 << 20)
        _ = mallopt(M_MMAP_THRESHOLD, 32 << 20)
        _ = mallopt(M_TOP_PAD, 16 << 20)
    }
}
