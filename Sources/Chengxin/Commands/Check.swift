import WorkerHost

/// `chengxin check`, which is announced and not there yet.
enum Check {
    static let task = Program.Task(
        command: Command(
            "check", "verifies every invariant from the topics alone (not in this build yet)", options: HostOptions.place,
            examples: [Example("chengxin check --data city", "says that it comes with a later version.")])
    ) { _ in
        throw ProcessFailure(
            .configuration, "check is not in this build yet", hint: "`chengxin store check` and `chengxin topics check` are")
    }
}
