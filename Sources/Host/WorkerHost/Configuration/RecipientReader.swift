import CreditModel
import Crypto

/// Makes the keys of agencies and gateways, and the rules of how they are served.
struct RecipientReader {
    let common: PolicyReader

    /// The keys below `sealTo`, by their ids.
    func keys(_ recipient: SettingsReader) -> [RecipientKey] {
        guard recipient.has("sealTo") else { return [] }
        let table = recipient.table("sealTo")
        return table.tables().compactMap { id, table -> RecipientKey? in
            defer { table.finish() }
            let text = table.text("publicKey", "Its X25519 key: PEM, or base64 or hexadecimal digits of DER or of the 32 bytes.")
            let from = table.date("from", "The first day on which it is sealed to; the newest in force counts.")
            guard !text.isEmpty else { return nil }
            do throws(CryptoFailure) {
                let key = try ExchangePublicKey(text: text)
                // A key of small order is found out here, and not by the worker that has to seal to it.
                _ = try HPKE.aes256.seal([], to: key, info: [], associated: [], ephemeral: [])
                return RecipientKey(id: id, publicKey: key, from: from)
            } catch {
                table.report("publicKey", error.reason, hint: error.hint)
                return nil
            }
        }
    }

    func delivery(_ table: SettingsReader) -> DeliveryRules {
        defer { table.finish() }
        var rules = DeliveryRules()
        rules.attemptsMax = table.integer(
            "attemptsMax",
            "How often an order or a grant goes out before a person has to see to it; a lifting goes out until it is answered.",
            in: 1...1000)
        rules.askAgain = table.span("askAgain", "Between two tries where a key, the subject, or a year of the calendar is missing.")
        return rules
    }
}
