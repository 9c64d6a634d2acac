/// What is known of one record that a worker reads: what it is, and what became of it. 32 bytes for each, in an array by offset.
struct InputState {
    /// The transaction of what it caused, counted from 1.
    var transaction: UInt32 = 0
    /// Which of its messages were seen, a bit for each; the last bit is the dead letter's.
    var outputs: UInt32 = 0
    private var flags: UInt32 = 0
    /// The lower half of the print of source and id that its outcome names.
    var mark: UInt32 = 0
    /// The last message that answers it.
    var answer = Spot.none
    /// What it was made from; of a submission the print of its source and id.
    var parent: UInt64 = 0

    private func field(_ shift: UInt32) -> Int { Int(flags >> shift & 3) }

    /// Counts to three and stays there.
    private mutating func bump(_ shift: UInt32) { if field(shift) < 3 { flags += 1 << shift } }

    private func has(_ bit: UInt32) -> Bool { flags >> bit & 1 == 1 }

    private mutating func set(_ bit: UInt32, _ value: Bool) {
        if value { flags |= 1 << bit } else { flags &= ~(1 << bit) }
    }

    /// Nil where no record lies at the offset.
    var standing: Standing? {
        get { Standing(rawValue: UInt8(field(0))) }
        set { flags = flags & ~3 | UInt32(newValue?.rawValue ?? 0) }
    }

    var outcomes: Int { field(2) }
    mutating func addOutcome() { bump(2) }
    /// Answers that are none of a submission.
    var replies: Int { field(4) }
    mutating func addReply() { bump(4) }
    var letters: Int { field(6) }
    mutating func addLetter() { bump(6) }
    /// Passed on to the next worker.
    var forwards: Int { field(8) }
    mutating func addForward() { bump(8) }

    /// Passed on as several cases, which counts as one answer.
    var hasCases: Bool {
        get { has(10) }
        set { set(10, newValue) }
    }
    var madeVersion: Bool {
        get { has(11) }
        set { set(11, newValue) }
    }
    /// What answers it lies in a transaction that is not decided.
    var isPending: Bool {
        get { has(12) }
        set { set(12, newValue) }
    }
    var isParked: Bool {
        get { has(13) }
        set { set(13, newValue) }
    }
    var wasParked: Bool {
        get { has(14) }
        set { set(14, newValue) }
    }
    /// Nobody waits for an answer to it.
    var needsNoAnswer: Bool {
        get { has(15) }
        set { set(15, newValue) }
    }

    // Of a submission, reckoned at the end.

    var endings: Int { field(16) }
    mutating func addEnding() { bump(16) }
    /// Something of what came of it is still under way.
    var isOpen: Bool {
        get { has(18) }
        set { set(18, newValue) }
    }
    /// Where it leads cannot be seen any more.
    var isCut: Bool {
        get { has(19) }
        set { set(19, newValue) }
    }

    var hasOutputs: Bool { outputs != 0 }

    /// How many times it was answered.
    var answers: Int { outcomes + replies + letters + forwards + (hasCases ? 1 : 0) }
}
