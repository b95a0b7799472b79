import Glibc

/// glibc's allocator.
enum Allocator {
    /// Tells it to give large blocks back at once and to keep few pools: a step's output passes through as a few large
    /// strings, which would otherwise stay with the process for good. A flood of 2 × 100 MB then peaks at 44 MB and not
    /// at 58.
    static func keepSmall() {
        typealias MallOpt = @convention(c) (Int32, Int32) -> Int32
        // malloc.h is not part of the Glibc module, and other C libraries have no such function.
        guard let address = dlsym(UnsafeMutableRawPointer(bitPattern: 0), "mallopt") else { return }
        let mallopt = unsafeBitCast(address, to: MallOpt.self)
        // M_MMAP_THRESHOLD and M_ARENA_MAX of malloc.h.
        _ = mallopt(-3, 128 * 1024)
        _ = mallopt(-8, 2)
    }
}
