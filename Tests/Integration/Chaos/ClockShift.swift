import BrokerKit
import Foundation

/// A wall clock that can be moved under one process: a library of a few lines, compiled here and loaded before all others. Clocks that
/// nobody sets are left alone, as on a machine whose date somebody corrects.
struct ClockShift {
    let library: String
    let file: String

    /// Nil when there is no C compiler.
    static func make(in folder: String) throws -> ClockShift? {
        let source = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <fcntl.h>
            #include <stdint.h>
            #include <stdlib.h>
            #include <sys/mman.h>
            #include <sys/time.h>
            #include <time.h>
            static int64_t seconds(void) {
                static volatile int64_t *shift;
                if (!shift) {
                    int file = open(getenv("CLOCK_SHIFT"), O_RDONLY | O_CLOEXEC);
                    void *memory = file < 0 ? MAP_FAILED : mmap(0, 8, PROT_READ, MAP_SHARED, file, 0);
                    static int64_t none;
                    shift = memory == MAP_FAILED ? &none : memory;
                }
                return *shift;
            }
            int clock_gettime(clockid_t clock, struct timespec *time) {
                static int (*real)(clockid_t, struct timespec *);
                if (!real) real = dlsym(RTLD_NEXT, "clock_gettime");
                int result = real(clock, time);
                if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) time->tv_sec += seconds();
                return result;
            }
            int gettimeofday(struct timeval *restrict now, void *restrict zone) {
                struct timespec time;
                clock_gettime(CLOCK_REALTIME, &time);
                now->tv_sec = time.tv_sec;
                now->tv_usec = time.tv_nsec / 1000;
                return 0;
            }
            time_t time(time_t *place) {
                struct timespec now;
                clock_gettime(CLOCK_REALTIME, &now);
                if (place) *place = now.tv_sec;
                return now.tv_sec;
            }

            """
        let path = folder + "/clock-shift.c"
        try source.write(toFile: path, atomically: true, encoding: .utf8)
        for compiler in ["clang", "cc", "gcc"] {
            let library = folder + "/clock-shift.so"
            let child = try ChildProcess(
                compiler, ["-shared", "-fPIC", "-O1", "-o", library, path, "-ldl"], output: folder + "/clock-shift.log")
            guard child.waitForEnd(within: .seconds(60)) == .code(0) else { continue }
            let shift = ClockShift(library: library, file: folder + "/clock-shift.bin")
            try shift.set(seconds: 0)
            return shift
        }
        return nil
    }

    var environment: [String: String] { ["LD_PRELOAD": library, "CLOCK_SHIFT": file] }

    /// Moves the clock of every process that was started with `environment`.
    func set(seconds: Int64) throws {
        // In place: the processes have the file mapped.
        if !FileManager.default.fileExists(atPath: file) { try Data(count: 8).write(to: URL(fileURLWithPath: file)) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try handle.write(contentsOf: withUnsafeBytes(of: seconds.littleEndian) { Data($0) })
        try handle.close()
    }
}
