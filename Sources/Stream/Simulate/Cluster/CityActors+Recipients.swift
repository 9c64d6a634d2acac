import CreditModel
import StreamCore

/// Gateways and agencies say what became of what they were sent: at once, late, twice, wrongly, or never; and others say it for them.
extension CityActors {
    func hearNotice(_ value: JSONValue) {
        let names = #""noticeId":"\#(text(value, "noticeId"))","subjectId":"\#(text(value, "subjectId"))""#
        let channel = text(value, "channel")
        if happens(60) {
            let other = random.pick(["/gateways/post", "/gateways/sms", "/agencies/metro"])
            later { $0.prove(names, "DELIVERED", from: other) }
        }
        switch random.number(below: 100) {
        case ..<62: later { $0.prove(names, "DELIVERED", from: "/gateways/\(channel)") }
        case ..<70:
            later { $0.prove(names, "RECEIVED", from: "/gateways/\(channel)") }
            later(1...20) { $0.prove(names, "DELIVERED", from: "/gateways/\(channel)") }
        case ..<80: later(0...10) { $0.prove(names, "FAILED", from: "/gateways/\(channel)") }
        case ..<84:
            later { $0.prove(names, "DELIVERED", from: "/gateways/\(channel)") }
            later(0...4) { $0.prove(names, "FAILED", from: "/gateways/\(channel)") }
        case ..<92: later(20...120) { $0.prove(names, "DELIVERED", from: "/gateways/\(channel)") }
        case ..<94: later { $0.prove(names, "LIFTED", from: "/gateways/\(channel)") }
        default: break
        }
    }

    private func prove(_ names: String, _ status: String, from source: String) {
        send(.noticeAcknowledged, from: source, #"\#(names),"status":"\#(status)","at":"\#(ChinaTime.rfc3339(now))""#)
    }

    func hearOrder(_ value: JSONValue) {
        let delivery = text(value, "deliveryId")
        let agency = "/agencies/\(text(value, "agency"))"
        let action = text(value, "action")
        let done = ["LIFT", "END"].contains(action) ? "LIFTED" : action == "SUSPEND" ? random.pick(["LIFTED", "APPLIED"]) : "APPLIED"
        if happens(50) {
            let other = random.pick(["/agencies/metro", "/agencies/bus", "/gateways/sms"])
            later { $0.acknowledge(delivery, done, from: other) }
        }
        switch random.number(below: 100) {
        case ..<66: later(0...6) { $0.acknowledge(delivery, done, from: agency) }
        case ..<72:
            later { $0.acknowledge(delivery, "RECEIVED", from: agency) }
            later(1...60) { $0.acknowledge(delivery, done, from: agency) }
        case ..<78: later(0...20) { $0.acknowledge(delivery, "NOT_FOUND", from: agency) }
        case ..<84:
            later(0...20) { $0.acknowledge(delivery, "REJECTED", from: agency) }
            if happens(600) { later(20...200) { $0.acknowledge(delivery, done, from: agency) } }
        case ..<92: later(30...300) { $0.acknowledge(delivery, done, from: agency) }
        case ..<94: later { $0.acknowledge(delivery, done == "LIFTED" ? "APPLIED" : "LIFTED", from: agency) }
        default: break
        }
    }

    private func acknowledge(_ delivery: String, _ status: String, from source: String) {
        send(.deliveryAcknowledged, from: source, #""deliveryId":"\#(delivery)","status":"\#(status)","at":"\#(ChinaTime.rfc3339(now))""#)
    }
}
