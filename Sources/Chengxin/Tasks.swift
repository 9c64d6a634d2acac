extension Program {
    /// Everything that `chengxin` does, in the order in which the help lists it.
    static let tasks: [Task] = [
        StandaloneCommand.task, WorkerCommand.task, Submit.task, Validate.task, Read.task, Case.task, Open.task, LagCommand.task,
        DeadLetters.task, StoreCommand.task, TopicsCommand.task, Keys.task, ConfigCommand.task, Check.task, Leaks.task, Version.task,
    ]
}
