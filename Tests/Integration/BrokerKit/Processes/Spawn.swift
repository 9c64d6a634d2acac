import Foundation
import Linux
import Synchronization

/// Starts processes, all from one thread that lives as long as this process: the kernel's "tell me when my parent dies" means the thread
/// that made the child, and threads of a pool come and go.
enum Spawn {
    private final class Starter: Sendable {
        private let jobs = Mutex<[@Sendable () -> Void]>([])
        private let waiting = DispatchSemaphore(value: 0)

        init() {
            let thread = Thread { [self] in
                while true {
                    waiting.wait()
                    let job = jobs.withLock { $0.removeFirst() }
                    job()
                }
            }
            thread.name = "spawn"
            thread.start()
        }

        func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) -> Value {
            let result = Mutex<Value?>(nil)
            let done = DispatchSemaphore(value: 0)
            jobs.withLock {
                $0.append {
                    let value = work()
                    result.withLock { $0 = value }
                    done.signal()
                }
            }
            waiting.signal()
            done.wait()
            return result.withLock { $0! }
        }
    }

    private static let starter = Starter()

    /// Starts a program in a process group of its own; its output is appended to a file, its errors too unless they have
    /// one of their own. Nil when there is no such program.
    static func start(
        _ program: String, _ arguments: [String], environment: [String: String], input: Int32? = nil, output: String, errors: String? = nil
    ) -> pid_t? {
        starter.run {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            if let input {
                posix_spawn_file_actions_adddup2(&actions, input, 0)
            } else {
                posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
            }
            posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            if let errors {
                posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            } else {
                posix_spawn_file_actions_adddup2(&actions, 1, 2)
            }
            // Nothing else is inherited: whoever waits for the other end of a pipe or socket to close, as Foundation's `Process` does,
            // would wait for as long as a broker lives that was started in the same moment.
            SpawnActions.closeAll(from: 3, in: &actions)
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
            posix_spawnattr_setpgroup(&attributes, 0)
            // What this process blocks or ignores is its own affair.
            var none = sigset_t()
            sigemptyset(&none)
            posix_spawnattr_setsigmask(&attributes, &none)
            var all = sigset_t()
            sigfillset(&all)
            posix_spawnattr_setsigdefault(&attributes, &all)

            let words = [program] + arguments
            var argv: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
            var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
            defer {
                for word in argv { free(word) }
                for word in envp { free(word) }
            }
            var pid: pid_t = 0
            return posix_spawnp(&pid, program, &actions, &attributes, &argv, &envp) == 0 ? pid : nil
        }
    }
}
