import WorkerHost

/// `chengxin standalone`.
enum StandaloneCommand {
    static let demo = Option(
        "demo", nil, "runs the sample city's files and tells what became of them; DIR is made afresh unless --data names it")

    static let task = Program.Task(
        command: Command(
            "standalone", "runs all workers in one process on the embedded log",
            discussion: """
                Works until SIGTERM or SIGINT; --until-idle ends when nothing is left to do. One process owns DIR; submit, read, case, lag and
                dead-letters work beside it. What was committed survives any end of the process; started again, it goes on where it was.
                With --at the clock stands still: timers that are due by then fire first, in order, then come the messages.
                """,
            options: StandaloneRun.options + [demo],
            examples: [
                Example("chengxin standalone --data city", "works until it is told to end."),
                Example("chengxin standalone --data city --until-idle", "does what there is to do and prints a summary."),
                Example("chengxin standalone --data city --at 2026-05-06T09:00+08:00", "the same, as if it were that morning."),
                Example("chengxin standalone --demo", "shows the sample city."),
            ])
    ) { arguments in
        if arguments.has(demo) { return try Demo.run(arguments) }
        try StandaloneRun.run(arguments, WorkerList.makers)
        return .good
    }
}

/// `chengxin worker NAME`.
enum WorkerCommand {
    static let task = Program.Task(
        command: Command(
            "worker", "runs one worker", discussion: "The same as its own executable, NAME-worker. " + WorkerRun.discussion,
            operands: [Operand("NAME", "the name of a worker, as intake or ledger")], options: WorkerRun.options,
            examples: [
                Example(
                    "chengxin worker ledger --bootstrap localhost:9092 --data /var/lib/chengxin/ledger-1 --instance ledger-1",
                    "works on Kafka until it is told to end."),
                Example("chengxin worker ledger --data city --until-idle", "does what there is to do for the ledger on the embedded log."),
            ])
    ) { arguments in
        let name = arguments.operands[0]
        guard let maker = WorkerList.makers.first(where: { $0.name == name }) else {
            let names = WorkerList.makers.map(\.name)
            throw UsageError(
                "there is no worker \(name)", hint: Suggestion.hint(for: name, among: names) ?? "one of \(names.joined(separator: ", "))")
        }
        return try WorkerRun.run(arguments, maker)
    }
}
