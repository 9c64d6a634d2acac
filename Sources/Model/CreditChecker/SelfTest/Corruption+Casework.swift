import CreditModel
import StreamCore

extension Corruption {
    /// What a case does without having the right to it. Only where the casework runs is there anything of the kind.
    public static let casework: [Corruption] = disputes + repairs + sanctions + rewards + notices + deliveries + publicity

    // MARK: Disputes

    private static let disputes: [Corruption] = [
        Corruption("a dispute ends twice", .d1) { history in
            guard let place = history.places(outcomes, where: { status($0, "DISMISSED") || status($0, "UPHELD") }).last else {
                return false
            }
            history.append(history[place])
            return true
        },
        Corruption("a record is not restricted by its open case", .d2) { history in
            history.change(
                RecordChanged.ledgerTopic, where: { $0.text(after: "\"restricted\":") == "true" }, "\"restricted\":true",
                with: "\"restricted\":false")
        },
        Corruption("a dispute restricts nothing", .d2) { history in
            history.change(
                RecordRuling.topic, where: { $0.text(after: "\"ruling\":") == "\"annotate\"" && isOf("dispute/", $0) },
                "\"ruling\":\"annotate\"", with: "\"ruling\":\"nothing\"")
        },
        Corruption("a dispute that was upheld puts nothing right", .d3) { history in
            let upheld = cases(outcomes, "UPHELD", "\"disputeId\":", in: history)
            return history.change(
                RecordRuling.topic, where: { endsDispute($0) && isOne(of: upheld, $0) },
                "\"ruling\":\"", with: "\"ruling\":\"not-")
        },
        Corruption("a bureau is silent, and the record stays", .d1) { history in
            let unverified = cases(outcomes, "UNVERIFIED", "\"disputeId\":", in: history)
            return history.change(
                RecordRuling.topic, where: { endsDispute($0) && isOne(of: unverified, $0) },
                "\"ruling\":\"", with: "\"ruling\":\"not-")
        },
        Corruption("a duplicate points at a dispute that is not open", .d4) { history in
            history.change(outcomes, where: { status($0, "RECEIVED") }, "\"status\":\"RECEIVED\"", with: "\"status\":\"DUPLICATE\"")
        },
        Corruption("a dispute is dismissed by nobody", .d5) { history in
            history.change(outcomes, where: { status($0, "DISMISSED") }, "\"officer\":", with: "\"nobody\":")
        },
        Corruption("a dispute is upheld by nobody", .d5) { history in
            history.change(
                outcomes, where: { status($0, "UPHELD") && $0.text(after: "\"officer\":") != nil }, "\"officer\":", with: "\"nobody\":")
        },
    ]

    // MARK: Repairs

    private static let repairs: [Corruption] = [
        Corruption("a repair is executed that nobody granted", .r1) { history in
            history.change(RepairProgressed.topic, where: { status($0, "GRANTED") }, "\"GRANTED\"", with: "\"ACCEPTED\"")
        },
        Corruption("a repair that was granted is never ruled", .r2) { history in
            history.change(
                RecordRuling.topic, where: { $0.text(after: "\"ruling\":") == "\"repair\"" }, "\"caseId\":\"repair/",
                with: "\"caseId\":\"repair/x")
        },
        Corruption("the ledger shows a repaired record as another", .r2) { history in
            history.change(
                RecordChanged.ledgerTopic, where: { $0.text(after: "\"state\":") == "\"REPAIRED\"" }, "\"REPAIRED\"", with: "\"EXPIRED\"")
        },
    ]

    // MARK: Sanctions

    private static let sanctions: [Corruption] = [
        Corruption("an order stands on a record that is restricted", .x1) { history in
            history.change(
                SanctionProgressed.topic, where: { status($0, "SUSPENDED") }, "\"SUSPENDED\"", with: "\"RESUMED\"")
        },
        Corruption("an order does not follow its case into suspension", .x1) { history in
            let all = history.places(SanctionDispatched.topic)
            let place = all.last { place in
                history[place].text(after: "\"action\":") == "\"SUSPEND\""
                    && place == all.last { history[$0].text(after: "\"orderId\":") == history[place].text(after: "\"orderId\":") }
            }
            guard let place, let changed = history[place].replacing("\"SUSPEND\"", with: "\"RESUME\"") else { return false }
            history[place] = changed
            return true
        },
        Corruption("something is ordered without a notice", .x2) { history in
            let ordered = cases(SanctionProgressed.topic, "ORDERED", "\"caseId\":", in: history)
            let places = history.places(SanctionProgressed.topic) { status($0, "NOTICED") && isOne(of: ordered, $0) }
            for place in places {
                guard let changed = history[place].replacing("\"NOTICED\"", with: "\"PROPOSED\"") else { continue }
                history[place] = changed
            }
            return !places.isEmpty
        },
        Corruption("the notice of a proposal never arrived", .x2) { history in
            let ordered = cases(SanctionProgressed.topic, "ORDERED", "\"caseId\":", in: history)
            return history.change(
                NoticeProgressed.topic,
                where: {
                    status($0, "DELIVERED") && $0.text(after: "\"kind\":") == "\"sanction.proposed\"" && isOne(of: ordered, $0)
                }, "\"DELIVERED\"", with: "\"SENT\"")
        },
        Corruption("something is ordered while an objection is open", .x2) { history in
            let ordered = cases(SanctionProgressed.topic, "ORDERED", "\"caseId\":", in: history)
            return history.change(
                SanctionProgressed.topic, where: { status($0, "AWAITING_DECISION") && isOne(of: ordered, $0) },
                "\"AWAITING_DECISION\"", with: "\"OBJECTED\"")
        },
        Corruption("who proposed a sanction decides it", .x3) { history in
            guard let place = history.places(SanctionProgressed.topic, where: { status($0, "ORDERED") }).first,
                let proposer = history[place].text(after: "\"proposer\":"), let officer = history[place].text(after: "\"officer\":"),
                let changed = history[place].replacing("\"officer\":\(officer)", with: "\"officer\":\(proposer)")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("a measure is imposed that was not proposed", .x3) { history in
            history.change(SanctionProgressed.topic, where: { status($0, "ORDERED") }, "\"measures\":[\"", with: "\"measures\":[\"x")
        },
        Corruption("a sequence is left out", .x4) { history in
            history.change(SanctionDispatched.topic, where: { _ in true }, "\"sequence\":", with: "\"sequence\":1")
        },
        Corruption("something follows the lifting of an order", .x4) { history in
            guard let place = history.places(SanctionDispatched.topic).last else { return false }
            history.append(history[place])
            return true
        },
        Corruption("a sanction that is over is not lifted", .x5) { history in
            history.change(
                SanctionDispatched.topic, where: { $0.text(after: "\"action\":") == "\"LIFT\"" }, "\"LIFT\"", with: "\"SUSPEND\"")
        },
        Corruption("something is ordered within the terms", .t4) { history in
            // The newest: an answered objection begins no terms of its own, and repeats those that there are.
            let ordered = cases(SanctionProgressed.topic, "ORDERED", "\"caseId\":", in: history)
            let place = history.places(SanctionProgressed.topic) { status($0, "NOTICED") && isOne(of: ordered, $0) }.last
            guard let place, let due = history[place].text(after: "\"dueAt\":"),
                let changed = history[place].replacing("\"dueAt\":\(due)", with: "\"dueAt\":\"2999-01-01T00:00:00Z\"")
            else { return false }
            history[place] = changed
            return true
        },
    ]

    // MARK: Rewards

    private static let rewards: [Corruption] = [
        Corruption("a reward is granted while an objection is open", .w1) { history in
            history.change(RewardProgressed.topic, where: { status($0, "PUBLICISED") }, "\"PUBLICISED\"", with: "\"OBJECTED\"")
        },
        Corruption("a reward is granted by nobody", .w1) { history in
            history.change(RewardProgressed.topic, where: { status($0, "GRANTED") }, "\"authority\":", with: "\"nobody\":")
        },
        Corruption("a reward is granted while it is public", .t4) { history in
            let granted = cases(RewardProgressed.topic, "GRANTED", "\"caseId\":", in: history)
            let place = history.places(RewardProgressed.topic) {
                status($0, "PUBLICISED") && isOne(of: granted, $0)
            }.last
            guard let place, let due = history[place].text(after: "\"dueAt\":"),
                let changed = history[place].replacing("\"dueAt\":\(due)", with: "\"dueAt\":\"2999-01-01T00:00:00Z\"")
            else { return false }
            history[place] = changed
            return true
        },
        Corruption("somebody has two rewards of one programme", .w2) { history in
            let over = cases(RewardProgressed.topic, "ENDED", "\"caseId\":", in: history).union(
                cases(RewardProgressed.topic, "REFUSED", "\"caseId\":", in: history))
            let place = history.places(RewardProgressed.topic) {
                status($0, "PUBLICISED") && !isOne(of: over, $0)
            }.last
            guard let place, let other = history[place].replacing("\"caseId\":\"reward/", with: "\"caseId\":\"reward/x") else {
                return false
            }
            history.append(other)
            return true
        },
        Corruption("a reward goes on beside an adverse record", .w3) { history in
            history.settings.isAdverse != nil
                && history.change(
                    RewardProgressed.topic, where: { status($0, "ENDED") && $0.text(after: "\"code\":") == "\"state.not-eligible\"" },
                    "\"ENDED\"", with: "\"GRANTED\"")
        },
        Corruption("a reward that is over goes on at an agency", .w4) { history in
            history.change(
                RewardDispatched.topic, where: { $0.text(after: "\"action\":") == "\"END\"" }, "\"END\"", with: "\"GRANT\"")
        },
    ]

    // MARK: Notices

    private static let notices: [Corruption] = [
        Corruption("a notice is proven by a gateway that never had it", .n1) { history in
            history.change(NoticeProgressed.topic, where: { status($0, "DELIVERED") }, "\"channel\":\"", with: "\"channel\":\"x")
        },
        Corruption("a notice is proven twice", .n1) { history in
            guard let place = history.places(NoticeProgressed.topic, where: { status($0, "DELIVERED") }).last else { return false }
            history.append(history[place])
            return true
        },
        Corruption("a gateway was given nothing", .n2) { history in
            history.change(NoticeSent.topic, where: { _ in true }, "\"noticeId\":\"", with: "\"noticeId\":\"x")
        },
        Corruption("a notice that was asked for never goes out", .n3) { history in
            history.change(NoticeRequested.topic, where: { _ in true }, "\"noticeId\":\"", with: "\"noticeId\":\"x")
        },
    ]

    // MARK: Deliveries

    private static let deliveries: [Corruption] = [
        Corruption("an agency gets something else than was dispatched", .x6) { history in
            history.change(SanctionOrdered.topic, where: { _ in true }, "\"action\":\"", with: "\"action\":\"NOT_")
        },
        Corruption("an agency is never told of a lifting", .x6) { history in
            let places = history.places(SanctionOrdered.topic) { $0.text(after: "\"action\":") == "\"LIFT\"" }
            guard let key = places.last.map({ history[$0].key }) else { return false }
            for place in places.reversed() where history[place].key == key { history.remove(place) }
            return true
        },
        Corruption("what was lifted stands in the list", .x7) { history in
            let places = history.places(SanctionOrdered.currentTopic)
            let gone = places.last { history[$0].value == nil }
            guard let gone, let older = places.first(where: { history[$0].key == history[gone].key }) else { return false }
            history[gone].value = history[older].value
            return true
        },
        Corruption("what was granted stands in the list as another", .x7) { history in
            history.change(RewardGranted.currentTopic, where: { $0.value != nil }, "\"sequence\":", with: "\"sequence\":9")
        },
        Corruption("an order is acknowledged twice", .x8) { history in
            guard let place = history.places(DeliveryProgressed.topic, where: { status($0, "ACKNOWLEDGED") }).last else { return false }
            history.append(history[place])
            return true
        },
        Corruption("nobody says what became of an order", .x8) { history in
            history.change(SanctionDispatched.topic, where: { _ in true }, "\"orderId\":\"", with: "\"orderId\":\"x")
        },
    ]

    // MARK: Publicity

    private static let publicity: [Corruption] = [
        Corruption("a record is listed while it is disputed", .p5) { history in
            let place = history.places(ListingChanged.topic) {
                $0.text(after: "\"action\":") == "\"DELIST\"" && $0.text(after: "\"reason\":") == "\"RESTRICTED\""
            }.last
            guard let place else { return false }
            history[place] = history[place].with("ce_time", "2999-01-01T00:00:00.000Z")
            return true
        }
    ]

    private static let outcomes = DisputeProgressed.topic

    /// The cases that ever had a status, each as it stands in the JSON.
    private static func cases(_ topic: Topic, _ word: String, _ name: String, in history: History) -> Set<String> {
        Set(history.places(topic, where: { status($0, word) }).compactMap { history[$0].text(after: name) })
    }

    private static func isOne(of cases: Set<String>, _ message: Message) -> Bool {
        message.text(after: "\"caseId\":").map { cases.contains($0) } ?? false
    }

    private static func endsDispute(_ message: Message) -> Bool {
        ["\"correct\"", "\"withdraw\""].contains(message.text(after: "\"ruling\":")) && isOf("dispute/", message)
    }

    private static func status(_ message: Message, _ word: String) -> Bool { message.text(after: "\"status\":") == "\"\(word)\"" }

    private static func isOf(_ prefix: String, _ message: Message) -> Bool {
        message.text(after: "\"caseId\":")?.hasPrefix("\"\(prefix)") ?? false
    }
}

extension History {
    /// Replaces a part in the last record of a topic for which something holds, and which has that part.
    fileprivate mutating func change(_ topic: Topic, where matches: (Message) -> Bool, _ part: String, with other: String) -> Bool {
        for place in places(topic, where: matches).reversed() {
            guard let changed = self[place].replacing(part, with: other) else { continue }
            self[place] = changed
            return true
        }
        return false
    }
}
