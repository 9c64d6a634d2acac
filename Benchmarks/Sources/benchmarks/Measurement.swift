import Foundation

/// What some work cost: time of the processor, time on the wall, the most memory that was resident.
struct Measurement {
    var count: Int
    var cpuSeconds: Double
    var wallSeconds: Double
    var peakMegabytes: Double

    var cpuMicroseconds: Double { cpuSeconds * 1e6 / Double(max(count, 1)) }
    var perSecond: Double { Double(count) / max(wallSeconds, 1e-9) }

    /// Measures `work`, which says how many things it did.
    static func of(_ work: () throws -> Int) rethrows -> Measurement {
        resetPeak()
        let cpu = cpuNow()
        let wall = wallNow()
        let count = try work()
        return Measurement(
            count: count, cpuSeconds: cpuNow() - cpu, wallSeconds: wallNow() - wall, peakMegabytes: peakMegabytes())
    }

    /// The median by CPU of several runs: one figure of a shared machine says little.
    static func median(of runs: Int, _ work: () throws -> Int) rethrows -> Measurement {
        var measurements: [Measurement] = []
        for _ in 0..<runs { measurements.append(try of(work)) }
        measurements.sort { $0.cpuMicroseconds < $1.cpuMicroseconds }
        return measurements[measurements.count / 2]
    }

    /// User and system time of all threads.
    private static func cpuNow() -> Double { seconds(CLOCK_PROCESS_CPUTIME_ID) }

    private static func wallNow() -> Double { seconds(CLOCK_MONOTONIC) }

    private static func seconds(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// The kernel forgets the high-water mark of resident memory when 5 is written here.
    private static func resetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    private static func peakMegabytes() -> Double {
        guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
            let kilobytes = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap({ Double($0) })
        else { return 0 }
        return kilobytes / 1024
    }
}
