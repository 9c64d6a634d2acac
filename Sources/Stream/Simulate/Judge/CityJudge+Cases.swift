import CreditModel
import StreamCore
import StreamSimulation

/// Disputes, repairs, rewards and publicity.
extension CityJudge {
    // MARK: Disputes

    func readDispute(_ message: Message, _ root: JSONValue) {
        let status = text(root, "status")
        guard status != "NOT_ADMITTED", status != "DUPLICATE" else { return }
        let id = text(root, "disputeId")
        var file = disputes[id] ?? DisputeFile(recordId: text(root, "recordId"), subjectId: text(root, "subjectId"))
        let instance = root["instance"]?.int64 ?? 1
        if let finding = root["finding"] {
            let officer = text(finding, "officer")
            let bureau = String(officer.prefix { $0 != "/" })
            let recordBureau = records["\(file.subjectId) \(file.recordId)"]?.bureau
            let isAllowed = bureau == recordBureau || (instance == 2 && bureau == "credit-office")
            let word = text(finding, "finding")
            let isSaid = (reference(root).flatMap { letters[$0] } ?? []).contains {
                $0.text("officer") == officer && $0.text("finding") == word && $0.text("disputeId") == id
            }
            // The officer's own name says for whom; who sends is judged beside it by intake and dispute.
            if !isSaid { blame(message, "\(id) is found by nobody") }
            if !isAllowed, !(reference(root) ?? "").hasPrefix("/bureaus/\(recordBureau ?? "?") ") {
                blame(message, "\(id) is found by \(officer), who has no right to it")
            }
            if instance == 2, file.instance == 1 || file.finder == officer, file.finder == officer {
                blame(message, "\(id) is reviewed by its finder")
            }
            if instance == 1 { file.finder = officer }
            if word == "WRONG" {
                file.isCorrected = root["correction"] != nil
                file.isWithdrawn = !file.isCorrected
            }
        } else if status == "DISMISSED" {
            blame(message, "\(id) is dismissed without a finding")
        }
        file.status = status
        file.instance = instance
        file.dueAt = instant(root["dueAt"])
        file.removeAt = instant(root["removeAt"]) ?? (status == "UNVERIFIED" ? file.removeAt : nil)
        disputes[id] = file
    }

    func judgeDisputes(at now: Instant) {
        for (id, file) in disputes.sorted(by: { $0.key < $1.key }) {
            let key = "\(file.subjectId) \(file.recordId)"
            guard let record = records[key] else {
                blame("\(id) is about no record")
                continue
            }
            let isAnnotated = record.annotations.contains(id)
            switch file.status {
            case "RECEIVED", "INQUIRING", "PAUSED":
                if record.isAlive, !isAnnotated { blame("\(id) is open, and does not restrict its record") }
                if file.status == "INQUIRING", let due = file.dueAt, due + CityJudge.slack <= now { blame("\(id) was due at \(due)") }
            case "UNVERIFIED":
                if record.isAlive, !isAnnotated { blame("\(id) is unverified, and does not restrict its record") }
                if let removeAt = file.removeAt, removeAt + CityJudge.slack <= now, record.isAlive {
                    blame("\(id): the record was to be removed at \(removeAt)")
                }
            case "UPHELD":
                if file.isWithdrawn, record.isAlive { blame("\(id) is upheld, and its record stands") }
                if file.isCorrected, !causes.contains("\(id) \(key)") { blame("\(id) is upheld, and its record is not corrected") }
                if isAnnotated { blame("\(id) is over, and restricts its record") }
            default:
                if isAnnotated { blame("\(id) is over, and restricts its record") }
            }
        }
        let open = Set(disputes.keys).union(repairs.keys)
        for (key, record) in records.sorted(by: { $0.key < $1.key }) where record.isRestricted {
            for caseId in record.annotations where !open.contains(caseId) { blame("\(key) is restricted by \(caseId), which nobody knows") }
        }
    }

    // MARK: Repairs

    func readRepair(_ message: Message, _ root: JSONValue) {
        let status = text(root, "status")
        guard status != "NOT_ADMITTED" else { return }
        let id = text(root, "repairId")
        var file =
            repairs[id] ?? RepairFile(kind: text(root, "kind"), recordId: text(root, "recordId"), subjectId: text(root, "subjectId"))
        file.status = status
        file.until = date(root["until"]) ?? file.until
        if status == "GRANTED" {
            file.isGranted = true
            let bureau = records["\(file.subjectId) \(file.recordId)"]?.bureau
            let isReviewed = (reference(root).flatMap { letters[$0] } ?? []).contains { letter in
                letter.type == InboundType.repairReviewed.eventType && letter.text("decision") == "GRANTED" && letter.text("repairId") == id
                    && [bureau, "credit-office"].contains(String(letter.text("officer").prefix { $0 != "/" }))
            }
            // By silence only what takes nothing from the record.
            if !isReviewed, file.kind != "STATEMENT" { blame(message, "\(id) is granted, and nobody has reviewed it") }
        }
        if status == "ACCEPTED", file.kind == "PERFORMANCE" { judgeMinimum(message, file) }
        repairs[id] = file
    }

    private func judgeMinimum(_ message: Message, _ file: RepairFile) {
        guard let record = records["\(file.subjectId) \(file.recordId)"], let decided = record.decided,
            record.item != "judgment.unperformed"
        else { return }
        if time(message) < decided.adding(months: record.minimumMonths).end { blame(message, "a repair is accepted before its time") }
    }

    func judgeRepairs(at now: Instant) {
        for (message, key, caseId) in repaired
        where repairs[caseId].map({ !$0.isGranted || "\($0.subjectId) \($0.recordId)" != key }) ?? true {
            blame(message, "is repaired by \(caseId), which was not granted")
        }
        repaired = []
        for (id, file) in repairs.sorted(by: { $0.key < $1.key }) where file.isGranted {
            guard let record = records["\(file.subjectId) \(file.recordId)"] else { continue }
            if file.status == "GRANTED" { blame("\(id) is granted, and not executed") }
            if file.kind == "PERFORMANCE", record.isAlive { blame("\(id) is granted, and its record stands") }
            if file.kind == "EXTENSION", let until = file.until, until.end + CityJudge.slack <= now, record.annotations.contains(id) {
                blame("\(id): the extension was until \(until)")
            }
        }
    }

    // MARK: Rewards

    private static let following: [String: Set<String>] = [
        "": ["PUBLICISED", "NOT_ADMITTED"], "PUBLICISED": ["PUBLICISED", "OBJECTED", "GRANTED", "REFUSED", "ENDED"],
        "OBJECTED": ["OBJECTED", "PUBLICISED", "REFUSED", "ENDED"], "GRANTED": ["GRANTED", "ENDED"],
    ]

    func readReward(_ message: Message, _ root: JSONValue) {
        let caseId = text(root, "caseId")
        let status = text(root, "status")
        var file = rewards[caseId] ?? RewardFile()
        let last = file.statuses.last ?? ""
        if CityJudge.following[last]?.contains(status) != true { blame(message, "\(caseId) goes from \(last) to \(status)") }
        file.statuses.append(status)
        file.subjectId = text(root, "subjectId")
        if status == "PUBLICISED", file.publicisedAt == nil { file.publicisedAt = time(message) }
        if status == "GRANTED", let decision = root["decision"] { file.decision = (text(decision, "authority"), reference(root) ?? "") }
        rewards[caseId] = file
    }

    func judgeGranted(_ message: Message, _ root: JSONValue) {
        let caseId = text(root, "caseId")
        guard let file = rewards[caseId], let decision = file.decision, let publicisedAt = file.publicisedAt else {
            return blame(message, "\(caseId) grants, and nobody has decided")
        }
        let isSaid = (letters[decision.reference] ?? []).contains {
            $0.source == "/bureaus/credit-office" && $0.text("approver").hasPrefix("credit-office/") && $0.text("decision") == "GRANT"
                && $0.text("caseId") == caseId
        }
        if !isSaid { blame(message, "\(caseId) grants what the credit office has not decided") }
        guard let end = end(ofWorkingDays: policy.clock(.rewardPublicity).term.count, after: publicisedAt) else {
            return blame(message, "\(caseId) grants, and the calendar lacks the year of its publicity")
        }
        if time(message) < end { blame(message, "\(caseId) grants before the publicity is over") }
    }

    func judgeStandingGrants(at now: Instant) {
        var adverse: [String: String] = [:]
        for (_, record) in records where record.isClear && policy.item(record.item)?.nature == .adverse {
            adverse[record.subjectId] = record.recordId
        }
        for (caseId, file) in rewards.sorted(by: { $0.key < $1.key }) {
            guard let last = file.statuses.last, ["PUBLICISED", "OBJECTED", "GRANTED"].contains(last) else { continue }
            if let record = adverse[file.subjectId] { blame("\(caseId) goes on, and \(record) stands against it") }
        }
        for (id, grant) in outgoing.sorted(by: { $0.key < $1.key }) where grant.action == "GRANT" {
            if grant.until.end + CityJudge.slack <= now { blame("\(id) was until \(grant.until), and has not ended") }
            if rewards[grant.caseId]?.statuses.last != "GRANTED" { blame("\(id) stands, and its case is over") }
        }
    }

    // MARK: Publicity

    func readListing(_ message: Message, _ root: JSONValue) {
        let recordId = text(root, "recordId")
        let isListed = text(root, "action") == "LIST"
        let reason = text(root, "reason")
        if isListed, reason == "RELEASED" {
            let bureau = text(root, "bureau")
            let isSaid = (lettersAbout[recordId] ?? []).contains { letter in
                letter.type == InboundType.publicityReleased.eventType
                    && [bureau, "credit-office"].contains {
                        letter.source == "/bureaus/\($0)" && letter.text("officer").hasPrefix("\($0)/")
                    }
            }
            if !isSaid { blame(message, "\(recordId) is listed, and no officer has released it") }
        }
        listings[recordId] = (isListed, date(root["until"]), reason)
    }

    func judgeListings(at now: Instant) {
        guard listings.contains(where: { $0.value.isListed }) else { return }
        var byId: [String: Record] = [:]
        for record in records.values { byId[record.recordId] = record }
        for (recordId, listing) in listings.sorted(by: { $0.key < $1.key }) where listing.isListed {
            guard let record = byId[recordId] else {
                blame("\(recordId) is listed, and there is no such record")
                continue
            }
            if !record.isClear { blame("\(recordId) is listed, and is \(record.state)\(record.isRestricted ? ", restricted" : "")") }
            if let until = listing.until, until.end + CityJudge.slack <= now { blame("\(recordId) was to be listed until \(until)") }
            if minors.contains(record.subjectId), record.severity != "NONE" { blame("\(recordId) of a minor is listed") }
        }
    }
}
