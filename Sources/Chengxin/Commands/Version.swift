import WorkerHost

/// `chengxin version`.
enum Version {
    static let number = "0.1.0"

    static let task = Program.Task(
        command: Command(
            "version", "prints the version", options: [HostOptions.format], examples: [Example("chengxin version", "prints the version.")])
    ) { arguments in
        let console = HostOptions.console(arguments)
        switch console.format {
        case .text: console.print("chengxin \(number)")
        case .json:
            console.print {
                $0.member("name", "chengxin")
                $0.member("version", number)
            }
        }
        return .good
    }
}
