import WorkerHost

/// Options of this command alone, beside `HostOptions`.
enum Options {
    static let bureau = Option("bureau", "ID", "the bureau that sends the rows of 双公示, as market-regulation")
}
