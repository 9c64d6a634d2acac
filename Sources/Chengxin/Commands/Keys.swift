import CreditModel
import Crypto
import Files
import WorkerHost

/// `chengxin keys recipient ID`.
enum Keys {
    static let output = Option("out", "FILE", "where the private key is written, for its owner alone", isRequired: true)

    static let task = Program.Task(
        command: Command(
            "keys", "keys of agencies and gateways",
            subcommands: [
                Command(
                    "recipient", "writes the private key of a recipient that has registered none (development profile only)",
                    discussion: """
                        With `recipientKeysDerived` a recipient without a key of its own is sealed to with one that follows from the cluster's
                        master key, so that what it is sent can be tried out. A recipient of a real city makes its key itself, keeps the private
                        part, and registers the public one as `sealTo` in Config/agencies.yaml.
                        """,
                    operands: [Operand("ID", "the agency or gateway")],
                    options: HostOptions.place + HostOptions.setting + [output],
                    examples: [
                        Example("chengxin keys recipient permits --data city --out permits.pem", "writes the permit hall's key.")
                    ])
            ])
    ) { arguments in
        let id = arguments.operands[0]
        let setup = try ClusterSetup(arguments)
        guard setup.policy.derivesRecipientKeys else {
            throw ProcessFailure(
                .configuration, "this profile derives no keys: every recipient keeps its own", hint: "ask the recipient for its public key")
        }
        let known = setup.policy.agencies.ids + setup.policy.gateways.ids
        guard let source = setup.policy.agencies[id: id]?.source ?? setup.policy.gateways[id: id]?.source else {
            throw UsageError(
                "there is no agency or gateway \(id)",
                hint: Suggestion.hint(for: id, among: known) ?? "they are: " + known.joined(separator: ", "))
        }
        let registered = setup.policy.recipientKeys(of: source) ?? []
        guard registered.isEmpty else {
            throw ProcessFailure(
                .configuration, "\(id) has registered a key of its own (\(registered.map(\.id).joined(separator: ", ")))",
                hint: "its private part lies with \(id) alone")
        }
        let key = try Place(arguments).keys(arguments).developmentKey(of: source)
        let path = arguments[output] ?? ""
        do {
            try Files.write(Array(key.pem.utf8)[...], to: path)
        } catch {
            throw ProcessFailure(.findings, "\(error)", hint: "--out names a file in a folder that is there")
        }
        HostOptions.console(arguments).note("\(path): the private key \(RecipientSeal.developmentKeyId(of: source)) of \(source)")
        return .good
    }
}
