import CLinux
import Glibc

/// A thread of the operating system, for work that blocks: nothing of Swift's own pool is kept waiting by it.
public enum OSThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a thread that ends when `body` has returned. Its name, of which the system keeps 15 bytes, is what `top -H` shows. Returns false
    /// when the system has no more threads.
    public static func start(_ name: String, stackBytes: Int = 8 << 20, _ body: @escaping @Sendable () -> Void) -> Bool {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setstacksize(&attributes, stackBytes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let box = Unmanaged.passRetained(
            Body {
                _ = shim_set_thread_name(name)
                body()
            })
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { context in
                // The thread owns what it was given, from here to its end.
                if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run() }
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            box.release()
            return false
        }
        return true
    }
}
