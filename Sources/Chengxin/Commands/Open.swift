import CreditModel
import Crypto
import Files
import StreamCore
import WorkerHost

/// `chengxin open --key FILE`: what an agency reads its orders and grants with, and a gateway its notices.
enum Open {
    static let key = Option("key", "FILE", "the recipient's private key: PEM, or base64 or hexadecimal digits", isRequired: true)
    static let recipient = Option("recipient", "ID", "only what is for this agency or gateway")

    static let task = Program.Task(
        command: Command(
            "open", "shows orders, grants and notices with the identity that is sealed in them",
            discussion: """
                Reads the lines that `chengxin read TOPIC --format json` prints, or messages as they are, one on each line, and prints each
                message with `subject` in place of `sealed`. It needs neither configuration nor log: it runs at the recipient, who alone has
                the key. What does not open is named by its line, exit 1; a deletion of a compacted topic is printed as null with its key.
                """,
            operands: [Operand("FILE", "the lines; standard input unless given, or for -", count: .optional)],
            options: [key, recipient],
            examples: [
                Example(
                    "chengxin read sanction.orders.v1 --data city --format json | chengxin open --key permits.pem --recipient permits",
                    "shows an agency its orders.")
            ])
    ) { arguments in
        let console = Console(format: .json)
        let own = try privateKey(arguments[key] ?? "")
        let wanted = arguments[recipient]
        var lines = LineReader(try ByteBuffer(ByteSource(path: arguments.operands.first ?? "-")))
        var failed = 0
        while let (number, content) = try lines.next() {
            do throws(Failure) {
                let line = try parsed(content)
                switch try message(line) {
                case .gone(let key):
                    console.print { writer in
                        writer.member("key", key)
                        writer.name("value")
                        writer.null()
                    }
                case .sealed(let message, let place):
                    guard wanted.map({ place.recipient.hasSuffix("/" + $0) }) ?? true else { continue }
                    console.print(bytes: try opened(message, place, own))
                }
            } catch {
                failed += 1
                console.note("line \(number): \(error.reason)\(error.hint.isEmpty ? "" : "; \(error.hint)")")
            }
        }
        return failed > 0 ? .findings : .good
    }

    private struct Failure: Error {
        var reason: String
        var hint = ""
    }

    private enum Line {
        /// What stood under this key stands no more.
        case gone(key: String)
        case sealed(JSONValue, SealedPlace)
    }

    private static func privateKey(_ path: String) throws -> ExchangePrivateKey {
        let bytes: ArraySlice<UInt8>
        do {
            bytes = try Files.read(path, bytesMax: 16 * 1024)
        } catch {
            throw ProcessFailure(.configuration, "\(error)", hint: "--key names the file of the private key")
        }
        do {
            return try ExchangePrivateKey(text: bytes.text)
        } catch {
            throw ProcessFailure(
                .configuration, "\(path): \(error.reason)", hint: "`openssl genpkey -algorithm X25519` makes such a key")
        }
    }

    private static func parsed(_ content: Result<ArraySlice<UInt8>, UnreadableLine>) throws(Failure) -> JSONValue {
        switch content {
        case .failure(let failure): throw Failure(reason: failure.reason, hint: failure.hint)
        case .success(let bytes):
            do {
                return try JSONParser.parse(bytes).root
            } catch {
                throw Failure(reason: "is no JSON: \(error)", hint: "give it what `chengxin read TOPIC --format json` prints")
            }
        }
    }

    private static func message(_ line: JSONValue) throws(Failure) -> Line {
        var message = line
        if line["topic"]?.kind == .string, let value = line["value"] {
            if value.isNull { return .gone(key: line["key"]?.string ?? "") }
            message = value
        }
        guard let place = SealedPlace(message) else {
            throw Failure(
                reason: "holds nothing that is sealed to somebody",
                hint: "read sanction.orders.v1, reward.grants.v1 or notice.deliveries.v1")
        }
        return .sealed(message, place)
    }

    private static func opened(_ message: JSONValue, _ place: SealedPlace, _ key: ExchangePrivateKey) throws(Failure) -> Bytes {
        guard let value = message["sealed"], let sealed = try? SealedIdentity.decode(value) else {
            throw Failure(reason: "its `sealed` is not as the contract has it")
        }
        let identity: Bytes
        do {
            identity = try sealed.open(with: key, at: place)
        } catch {
            throw Failure(
                reason: "this key does not open it: it is sealed to the key \(sealed.keyId) of \(place.recipient)",
                hint: "take that key, or it was changed on its way")
        }
        var writer = JSONWriter(reserving: 1024)
        writer.object { writer in
            for (name, member) in message.members {
                if name.string == "sealed" {
                    writer.member("subject", raw: identity)
                } else {
                    writer.name(text: name.string ?? "")
                    writer.raw(member.bytes)
                }
            }
        }
        return writer.bytes
    }
}
