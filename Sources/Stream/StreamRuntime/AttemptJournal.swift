import Glibc
import StreamCore
import StreamEngine
import Synchronization

/// Remembers, in a file mapped into memory, which record a lane has in hand, so that a process killed by its own work leaves its name.
///
/// Writing the name costs some stores to memory and no system call. A handler for ILL, TRAP, SEGV, BUS and ABRT marks the journals of
/// the thread that died; SIGKILL, stops and lost power mark nothing. The next process reads the mark into its `CrashLadder`.
///
/// `@unchecked Sendable`: the mapping is written by the lane's thread alone, and by the signal handler on that same thread.
public final class AttemptJournal: @unchecked Sendable {
    // The file: a page of fixed places. Numbers are in the machine's order; the file does not leave the machine.
    private static let magic: UInt64 = 0x4358_4a52_4e4c_0001
    private static let bytes = 4096
    private enum Place {
        static let magic = 0
        static let died = 8
        static let isHolding = 9
        static let isAlone = 10
        static let isParked = 11
        static let thread = 248
        static let partition = 16
        static let offset = 24
        static let topicLength = 32
        static let topic = 40
        static let suspectCount = 256
        static let suspects = 264
        static let suspectBytes = 240
    }
    private static let suspectsMax = 16
    private static let topicBytesMax = 200

    private let page: UnsafeMutableRawPointer
    private var lastTopic: Topic?
    private let previous: [CrashLadder.Suspect]
    private let previousInHand: (origin: Origin, wasAlone: Bool, wasParked: Bool)?

    /// Opens the journal of a lane, made when it is not there. Throws when the file cannot be made or mapped.
    public init(path: String) throws(StoreFailure) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw StoreFailure(
                .fatal, "cannot open \(path): \(String(cString: strerror(errno)))", hint: "the data directory must be writable")
        }
        defer { Glibc.close(descriptor) }
        // Reserving the blocks now means that a full disk shows here and not as SIGBUS at a later store to the page.
        let reserved = posix_fallocate(descriptor, 0, off_t(AttemptJournal.bytes))
        guard reserved == 0,
            let mapped = mmap(nil, AttemptJournal.bytes, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), mapped != MAP_FAILED
        else {
            throw StoreFailure(
                .retriable, "cannot reserve \(path): \(String(cString: strerror(reserved == 0 ? errno : reserved)))",
                hint: "is the disk full?")
        }
        page = mapped
        if page.load(as: UInt64.self) != AttemptJournal.magic {
            memset(page, 0, AttemptJournal.bytes)
            page.storeBytes(of: AttemptJournal.magic, as: UInt64.self)
        }
        previous = AttemptJournal.suspects(in: page)
        previousInHand = AttemptJournal.inHand(in: page)
        page.storeBytes(of: 0, toByteOffset: Place.died, as: UInt8.self)
        page.storeBytes(of: 0, toByteOffset: Place.isHolding, as: UInt8.self)
        AttemptJournal.register(page)
    }

    /// What earlier processes left. The death of the one before is counted, once.
    public func ladder(deathsMax: Int) -> CrashLadder {
        var ladder = CrashLadder(suspects: previous, deathsMax: deathsMax)
        if let died = previousInHand {
            ladder.died(inHand: died.origin, wasAlone: died.wasAlone, wasParked: died.wasParked)
            write(ladder)
        }
        return ladder
    }

    /// Whether the record that is taken next is the only one of its transaction.
    var isAlone: Bool {
        get { page.load(fromByteOffset: Place.isAlone, as: UInt8.self) == 1 }
        set { page.storeBytes(of: newValue ? 1 : 0, toByteOffset: Place.isAlone, as: UInt8.self) }
    }

    func takes(_ origin: Origin, isParked: Bool) {
        if lastTopic != origin.topic { writeTopic(origin.topic) }
        page.storeBytes(of: Int64(origin.partition), toByteOffset: Place.partition, as: Int64.self)
        page.storeBytes(of: origin.offset, toByteOffset: Place.offset, as: Int64.self)
        page.storeBytes(of: isParked ? 1 : 0, toByteOffset: Place.isParked, as: UInt8.self)
        page.storeBytes(of: 1, toByteOffset: Place.isHolding, as: UInt8.self)
    }

    func handsEmpty() { page.storeBytes(of: 0, toByteOffset: Place.isHolding, as: UInt8.self) }

    func write(_ ladder: CrashLadder) {
        let kept = ladder.suspects.suffix(AttemptJournal.suspectsMax)
        for (index, suspect) in kept.enumerated() {
            let base = Place.suspects + index * Place.suspectBytes
            let name = Array(suspect.origin.topic.name.utf8.prefix(AttemptJournal.topicBytesMax))
            page.storeBytes(of: UInt32(name.count), toByteOffset: base, as: UInt32.self)
            page.storeBytes(of: UInt32(suspect.deaths), toByteOffset: base + 4, as: UInt32.self)
            page.storeBytes(of: Int64(suspect.origin.partition), toByteOffset: base + 8, as: Int64.self)
            page.storeBytes(of: suspect.origin.offset, toByteOffset: base + 16, as: Int64.self)
            page.storeBytes(of: UInt32(suspect.deathsInCompany), toByteOffset: base + 24, as: UInt32.self)
            page.storeBytes(of: suspect.isParked ? 1 : 0, toByteOffset: base + 28, as: UInt32.self)
            name.withUnsafeBytes { page.advanced(by: base + 32).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        }
        page.storeBytes(of: UInt64(kept.count), toByteOffset: Place.suspectCount, as: UInt64.self)
        msync(page, AttemptJournal.bytes, MS_ASYNC)
    }

    func close() { handsEmpty() }

    private func writeTopic(_ topic: Topic) {
        let name = Array(topic.name.utf8.prefix(AttemptJournal.topicBytesMax))
        page.storeBytes(of: UInt64(name.count), toByteOffset: Place.topicLength, as: UInt64.self)
        name.withUnsafeBytes { if let base = $0.baseAddress { page.advanced(by: Place.topic).copyMemory(from: base, byteCount: $0.count) } }
        page.storeBytes(of: UInt64(pthread_self()), toByteOffset: Place.thread, as: UInt64.self)
        lastTopic = topic
    }

    private static func inHand(in page: UnsafeMutableRawPointer) -> (origin: Origin, wasAlone: Bool, wasParked: Bool)? {
        guard page.load(fromByteOffset: Place.died, as: UInt8.self) == 1 else { return nil }
        let length = min(Int(page.load(fromByteOffset: Place.topicLength, as: UInt64.self)), topicBytesMax)
        let name = String(decoding: UnsafeRawBufferPointer(start: page.advanced(by: Place.topic), count: length), as: UTF8.self)
        let origin = Origin(
            Topic(name), Int(page.load(fromByteOffset: Place.partition, as: Int64.self)),
            page.load(fromByteOffset: Place.offset, as: Int64.self))
        return (
            origin, page.load(fromByteOffset: Place.isAlone, as: UInt8.self) == 1,
            page.load(fromByteOffset: Place.isParked, as: UInt8.self) == 1
        )
    }

    private static func suspects(in page: UnsafeMutableRawPointer) -> [CrashLadder.Suspect] {
        let count = min(Int(page.load(fromByteOffset: Place.suspectCount, as: UInt64.self)), suspectsMax)
        return (0..<count).map { index in
            let base = Place.suspects + index * Place.suspectBytes
            let length = min(Int(page.load(fromByteOffset: base, as: UInt32.self)), topicBytesMax)
            let name = String(decoding: UnsafeRawBufferPointer(start: page.advanced(by: base + 32), count: length), as: UTF8.self)
            let origin = Origin(
                Topic(name), Int(page.load(fromByteOffset: base + 8, as: Int64.self)), page.load(fromByteOffset: base + 16, as: Int64.self))
            return CrashLadder.Suspect(
                origin: origin, deaths: Int(page.load(fromByteOffset: base + 4, as: UInt32.self)),
                deathsInCompany: Int(page.load(fromByteOffset: base + 24, as: UInt32.self)),
                isParked: page.load(fromByteOffset: base + 28, as: UInt32.self) == 1)
        }
    }

    // MARK: - The handler

    private static let lanesMax = 64
    /// Pages of all journals of the process. Written under the lock before a lane runs, read by the handler without one: a slot is set once.
    nonisolated(unsafe) private static let pages = {
        let slots = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: lanesMax)
        slots.initialize(repeating: nil, count: lanesMax)
        return slots
    }()
    private static let registered = Mutex(0)

    private static func register(_ page: UnsafeMutableRawPointer) {
        registered.withLock { count in
            guard count < lanesMax else { return }
            pages[count] = page
            count += 1
            if count == 1 { installHandler() }
        }
    }

    private static func installHandler() {
        // A stack of its own, so that an overflow of the lane's stack can still be told.
        var stack = stack_t()
        stack.ss_size = 64 << 10
        stack.ss_sp = UnsafeMutableRawPointer.allocate(byteCount: stack.ss_size, alignment: 16)
        sigaltstack(&stack, nil)
        for signal in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGABRT] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { signal in
                // Only stores to memory and calls that POSIX lists as safe here.
                let thread = UInt64(pthread_self())
                for index in 0..<AttemptJournal.lanesMax {
                    guard let page = AttemptJournal.pages[index] else { break }
                    if page.load(fromByteOffset: Place.isHolding, as: UInt8.self) == 1,
                        page.load(fromByteOffset: Place.thread, as: UInt64.self) == thread
                    {
                        page.storeBytes(of: 1, toByteOffset: Place.died, as: UInt8.self)
                    }
                }
                // The handler was installed for one shot, so this ends the process as the signal would have.
                raise(signal)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND)) | SA_ONSTACK | Int32(SA_NODEFER)
            sigaction(signal, &action, nil)
        }
    }
}
