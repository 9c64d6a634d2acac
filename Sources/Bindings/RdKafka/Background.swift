import Glibc

/// A door that is opened once. Threads wait before it.
public final class Latch: Sendable {
    /// A mutex and a condition in memory of their own: their addresses must not move.
    private final class Storage: @unchecked Sendable {
        // Unchecked: every access is under the mutex, which is made for it.
        let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
        let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
        var isOpen = false

        init() {
            pthread_mutex_init(mutex, nil)
            var attributes = pthread_condattr_t()
            pthread_condattr_init(&attributes)
            // A wait must not become long or short because somebody sets the clock.
            pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
            pthread_cond_init(condition, &attributes)
            pthread_condattr_destroy(&attributes)
        }

        deinit {
            pthread_cond_destroy(condition)
            pthread_mutex_destroy(mutex)
            condition.deallocate()
            mutex.deallocate()
        }
    }

    private let storage = Storage()

    public init() {}

    public func open() {
        pthread_mutex_lock(storage.mutex)
        storage.isOpen = true
        pthread_cond_broadcast(storage.condition)
        pthread_mutex_unlock(storage.mutex)
    }

    /// Returns whether it is open, at the latest after so many milliseconds.
    @discardableResult
    public func wait(milliseconds: Int64) -> Bool {
        var deadline = timespec()
        clock_gettime(CLOCK_MONOTONIC, &deadline)
        deadline.tv_sec += Int(milliseconds / 1000)
        deadline.tv_nsec += Int(milliseconds % 1000) * 1_000_000
        if deadline.tv_nsec >= 1_000_000_000 {
            deadline.tv_sec += 1
            deadline.tv_nsec -= 1_000_000_000
        }
        pthread_mutex_lock(storage.mutex)
        defer { pthread_mutex_unlock(storage.mutex) }
        while !storage.isOpen {
            guard pthread_cond_timedwait(storage.condition, storage.mutex, &deadline) == 0 else { break }
        }
        return storage.isOpen
    }
}

/// Work on a thread of its own: for calls of C that block, which must never hold up Swift's own pool or a lane.
public enum Background {
    private final class Work {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }

    /// Returns at once. Where no thread can be made, the work is done before it returns.
    public static func run(_ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(body))
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        defer { pthread_attr_destroy(&attributes) }
        var thread = pthread_t()
        let result = pthread_create(
            &thread, &attributes,
            { argument in
                if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().body() }
                return nil
            }, work.toOpaque())
        if result != 0 { work.takeRetainedValue().body() }
    }
}

/// Time that only goes forward.
public enum Monotonic {
    public static var milliseconds: Int64 {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Int64(now.tv_sec) * 1000 + Int64(now.tv_nsec) / 1_000_000
    }
}
