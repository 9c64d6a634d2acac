import StreamCore
import StreamTestKit
import Testing

@testable import CreditModel
@testable import Delivery

@Suite struct DeliveryTests {
    // plan: 8c
    @Test func bringsAnOrderSealedToItsAgencyWithoutASubjectId() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let told = try story.dispatch(.impose, 1)
        let order = try #require(told.orders.first)
        #expect(told.words == ["SENT IMPOSE"] && told.current == ["sanction/1-permits 1"] && told.alerts.isEmpty)
        #expect(order.orderId == "sanction/1-permits" && order.sequence == 1 && order.action == .impose)
        #expect(order.measure == "permit.no-commitment-procedure" && order.agency == "permits" && order.caseId == "sanction/1")
        #expect(order.until == DeliveryStory.day("2027-07-06") && order.basis == "《中华人民共和国行政处罚法》第九条")
        #expect(order.sealed.keyId == "development-permits")
        #expect(try DeliveryStory.opened(order) == DeliveryStory.identity)
        for output in told.decision.outputs where output.topic != DeliveryProgressed.topic {
            #expect(
                output.subject == nil && !(output.value ?? []).text.contains(story.subjectId) && output.key.text == "sanction/1-permits")
        }
    }

    // plan: 10b
    @Test func bringsAndEndsAGrant() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let told = try story.reward(.grant, 1)
        let grant = try #require(told.grants.first)
        #expect(grant.benefit == "metro.discount" && grant.action == .grant && told.current == ["reward/1-metro 1"])
        #expect(try story.receipt(.applied, for: grant.deliveryId, from: "/agencies/metro").words == ["ACKNOWLEDGED GRANT APPLIED"])
        let ended = try story.reward(.end, 2)
        let end = try #require(ended.grants.first)
        let done = try story.receipt(.lifted, for: end.deliveryId, from: "/agencies/metro")
        #expect(done.words == ["ACKNOWLEDGED END LIFTED"] && done.current == ["reward/1-metro -"])
    }

    /// An order and a grant of one name are two things.
    @Test func keepsOrdersAndGrantsApart() {
        #expect(DeliveryId.mark(.sanction, "x") != DeliveryId.mark(.reward, "x"))
    }

    @Test func beginsItsIdsWithTheNumberOfTheShard() throws {
        var story = try DeliveryStory()
        story.partition = 2
        _ = try story.know()
        let order = try #require(try story.dispatch(.impose, 1).orders.first)
        #expect(order.deliveryId.hasPrefix("2-") && order.deliveryId.hasSuffix(".1"))
        #expect(!IdentityScanner.hasMatch(in: Bytes(utf8: order.deliveryId)))
        #expect(DeliveryId(order.deliveryId)?.description == order.deliveryId)
        // The same in another shard is none of ours.
        let elsewhere = "3" + order.deliveryId.dropFirst()
        #expect(try story.receipt(.applied, for: elsewhere).codes == ["state.not-found@/deliveryId"])
        #expect(try story.receipt(.applied, for: order.deliveryId).statuses == [.accepted])
    }

    @Test(arguments: ["", "0", "0-", "0-x", "0-x.", "0-.1", "+0-x.1", "0-x.01", "0-x.1.2"])
    func findsNothingByAnIdThatIsNone(text: String) throws {
        #expect(DeliveryId(text) == nil)
        var story = try DeliveryStory()
        #expect(try story.receipt(.applied, for: text).codes == ["state.not-found@/deliveryId"])
    }

    @Test func countsOnlyTheAnswerOfItsOwnAgency() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let order = try #require(try story.dispatch(.impose, 1).orders.first)
        let foreign = try story.receipt(.applied, for: order.deliveryId, from: "/agencies/metro")
        #expect(foreign.words.isEmpty && foreign.codes == ["policy.source-not-allowed@/deliveryId"])
        #expect(try story.receipt(.lifted, for: order.deliveryId).codes == ["schema.range@/status"])
        #expect(try story.receipt(.delivered, for: order.deliveryId).codes == ["schema.range@/status"])
        #expect(try story.receipt(.received, for: order.deliveryId).statuses == [.accepted])
        #expect(try story.receipt(.applied, for: order.deliveryId).words == ["ACKNOWLEDGED IMPOSE APPLIED"])
        #expect(try story.receipt(.applied, for: order.deliveryId).statuses == [.duplicate])
        #expect(try story.receipt(.rejected, for: order.deliveryId).codes == ["state.not-eligible@/status"])
        #expect(try story.wait(until: DeliveryStory.noon("2026-08-06")).isEmpty)
    }

    @Test func repeatsTheSameMessageUntilItIsAnswered() throws {
        var story = try DeliveryStory(at: DeliveryStory.noon("2026-07-10"))
        _ = try story.know()
        let first = try story.dispatch(.impose, 1)
        let overdue = try story.wait(until: DeliveryStory.day("2026-07-13").end)
        #expect(overdue.map(\.words) == [["OVERDUE IMPOSE"]] && overdue.map(\.alarms) == [["delivery.receipt-overdue"]])
        #expect(overdue.flatMap { $0.alerts.map(\.who) } == ["permits"])
        #expect(overdue.flatMap { $0.alerts.map(\.dueAt) } == [DeliveryStory.day("2026-07-13").end])
        #expect(overdue.flatMap(\.orders) == first.orders && overdue.flatMap(\.current).isEmpty)
        #expect(try story.wait(until: DeliveryStory.day("2026-07-15").end).flatMap(\.orders) == first.orders)
        let order = try #require(first.orders.first)
        #expect(try story.receipt(.applied, for: order.deliveryId).statuses == [.accepted])
        #expect(try story.wait(until: DeliveryStory.noon("2026-08-06")).isEmpty)
    }

    @Test func givesAnOrderUpAfterTheNumberOfThePolicyButNeverALifting() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let order = try #require(try story.dispatch(.impose, 1).orders.first)
        let month = try story.wait(until: DeliveryStory.noon("2026-08-06"))
        #expect(month.flatMap(\.orders).count == 4)
        #expect(month.flatMap(\.alarms) == Array(repeating: "delivery.receipt-overdue", count: 4) + ["delivery.given-up"])
        // An answer that comes then still counts; here a lifting overtakes it.
        let lift = try story.dispatch(.lift, 2)
        #expect(lift.words == ["SENT LIFT"] && lift.current == ["sanction/1-permits 2"])
        #expect(try story.receipt(.applied, for: order.deliveryId).statuses == [.superseded])
        let year = try story.wait(until: DeliveryStory.noon("2026-12-01"))
        #expect(year.count > 35 && year.allSatisfy { $0.orders == lift.orders && $0.words == ["OVERDUE LIFT"] })
        let id = try #require(lift.orders.first?.deliveryId)
        // It has applied it, so it cannot know nobody of that identity.
        let contradicted = try story.receipt(.notFound, for: id)
        #expect(contradicted.words == ["REJECTED LIFT NOT_FOUND"] && contradicted.alarms == ["delivery.contradicted"])
        #expect(try story.wait(until: DeliveryStory.noon("2026-12-08")).count > 1)
        let lifted = try story.receipt(.lifted, for: id)
        #expect(lifted.words == ["ACKNOWLEDGED LIFT LIFTED"] && lifted.current == ["sanction/1-permits -"])
        #expect(story.tester.timers.count == 1)
    }

    @Test func liftsAnOrderThatWasNeverAcknowledged() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let imposed = try story.dispatch(.impose, 1)
        let lift = try #require(try story.dispatch(.lift, 2).orders.first)
        #expect(lift.action == .lift && lift.deliveryId != imposed.orders.first?.deliveryId)
        #expect(try story.receipt(.applied, for: lift.deliveryId).codes == ["schema.range@/status"])
        // It has never taken the order: then there is nothing to lift.
        #expect(try story.receipt(.notFound, for: lift.deliveryId).words == ["ACKNOWLEDGED LIFT NOT_FOUND"])
        #expect(try story.dispatch(.impose, 1).decision.outputs.isEmpty)
        #expect(try story.dispatch(.lift, 2).decision.outputs.isEmpty)
    }

    @Test func suspendsAndResumesInTheOrderOfTheSequence() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        _ = try story.dispatch(.impose, 1)
        let suspended = try #require(try story.dispatch(.suspend, 2).orders.first)
        #expect(try story.receipt(.applied, for: suspended.deliveryId).words == ["ACKNOWLEDGED SUSPEND APPLIED"])
        let resumed = try #require(try story.dispatch(.resume, 3).orders.first)
        #expect(try story.dispatch(.suspend, 2).decision.outputs.isEmpty)
        #expect(try story.receipt(.applied, for: suspended.deliveryId).statuses == [.superseded])
        #expect(try story.receipt(.applied, for: resumed.deliveryId).words == ["ACKNOWLEDGED RESUME APPLIED"])
    }

    @Test func letsAPersonSeeToAnOrderThatTheAgencyRefuses() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let order = try #require(try story.dispatch(.impose, 1).orders.first)
        let refused = try story.receipt(.rejected, for: order.deliveryId)
        #expect(refused.words == ["REJECTED IMPOSE REJECTED"] && refused.alarms == ["delivery.rejected"])
        #expect(try story.receipt(.rejected, for: order.deliveryId).statuses == [.duplicate])
        #expect(try story.wait(until: DeliveryStory.noon("2026-08-06")).isEmpty)
        #expect(try story.receipt(.applied, for: order.deliveryId).words == ["ACKNOWLEDGED IMPOSE APPLIED"])
        // A lifting that is refused is sent again all the same.
        let lift = try #require(try story.dispatch(.lift, 2).orders.first)
        #expect(try story.receipt(.rejected, for: lift.deliveryId).words == ["REJECTED LIFT REJECTED"])
        #expect(try story.wait(until: DeliveryStory.noon("2026-08-10")).flatMap(\.orders).allSatisfy { $0 == lift })
    }

    @Test func waitsForTheSubject() throws {
        var story = try DeliveryStory()
        let waiting = try story.dispatch(.impose, 1)
        #expect(waiting.words == ["WAITING IMPOSE"] && waiting.orders.isEmpty && waiting.current.isEmpty && waiting.alerts.isEmpty)
        #expect(try story.wait(until: story.tester.now + .seconds(3600)).map(\.alarms) == [["delivery.subject-unknown"]])
        let id = try #require(waiting.steps.first?.deliveryId)
        #expect(try story.receipt(.applied, for: id).codes == ["state.not-found@/deliveryId"])
        let known = try story.know()
        #expect(known.words == ["SENT IMPOSE"] && known.orders.map(\.deliveryId) == [id])
        #expect(story.tester.rows(DeliveryRow.waiting).isEmpty)
    }

    /// Nobody learns a name for nothing.
    @Test(arguments: [SanctionDispatched.Action.lift, .suspend])
    func takesNothingBackThatNeverWentOut(action: SanctionDispatched.Action) throws {
        var story = try DeliveryStory()
        _ = try story.dispatch(.impose, 1)
        let back = try story.dispatch(action, 2)
        #expect(back.words == ["ACKNOWLEDGED \(action.rawValue)"] && back.orders.isEmpty && back.current.isEmpty)
        #expect(try story.know().orders.isEmpty)
        // What comes after a suspension goes out as it is.
        let next = try story.dispatch(.resume, 3)
        #expect(next.words == ["SENT RESUME"] && next.current == ["sanction/1-permits 3"])
    }

    @Test func waitsForAKeyAndNeverGoesOutUnsealed() throws {
        var policy = try SampleCity.policy { $0.derivesRecipientKeys = false }
        var story = try DeliveryStory(policy: policy)
        _ = try story.know()
        let waiting = try story.dispatch(.impose, 1)
        #expect(waiting.words == ["WAITING IMPOSE"] && waiting.alarms == ["delivery.key-missing"] && waiting.orders.isEmpty)
        // Said once; asked for every hour, and that waits while the clock is in doubt.
        #expect(story.tester.timers.map(\.isAdverse) == [true])
        let hours = try story.wait(until: story.tester.now + .seconds(3 * 3600))
        #expect(hours.count == 3 && hours.allSatisfy { $0.decision.outputs.isEmpty })
        // The agency registers one: the next try is sealed to it.
        let key = RecipientKey(id: "permits-1", publicKey: SampleCity.keys.developmentKey(of: "/agencies/permits").publicKey)
        policy.agencies = NamedList(policy.agencies.map { Agency(id: $0.id, name: $0.name, sealTo: $0.id == "permits" ? [key] : []) })
        story = try DeliveryStory(policy: policy)
        _ = try story.know()
        let sent = try story.dispatch(.impose, 1)
        #expect(sent.orders.map(\.sealed.keyId) == ["permits-1"])
        #expect(try sent.orders.map(DeliveryStory.opened) == [DeliveryStory.identity])
        // An agency that the pack does not have has no key either.
        #expect(try story.dispatch(.impose, 1, order: "sanction/1-x", agency: "nobody").alarms == ["delivery.key-missing"])
    }

    @Test func sealsToTheNewestKeyInForce() throws {
        func key(_ id: String, _ from: String?) throws -> RecipientKey {
            RecipientKey(
                id: id, publicKey: SampleCity.keys.developmentKey(of: id).publicKey, from: from.map { DeliveryStory.day($0) })
        }
        let keys = [try key("second", "2026-07-01"), try key("first", nil), try key("third", "2026-08-01")]
        #expect(keys.newest(on: DeliveryStory.day("2026-06-30"))?.id == "first")
        #expect(keys.newest(on: DeliveryStory.day("2026-07-01"))?.id == "second")
        #expect(keys.newest(on: DeliveryStory.day("2026-12-31"))?.id == "third")
        #expect([keys[2]].newest(on: DeliveryStory.day("2026-07-31")) == nil)
    }

    @Test func sealsAnewOnlyWhereTheKeyIsGone() throws {
        var policy = try SampleCity.policy()
        let keys = ["old", "new"].map { RecipientKey(id: $0, publicKey: SampleCity.keys.developmentKey(of: $0).publicKey) }
        func agencies(_ sealTo: [RecipientKey]) -> NamedList<Agency> {
            NamedList(policy.agencies.map { Agency(id: $0.id, name: $0.name, sealTo: sealTo) })
        }
        policy.agencies = agencies([keys[0]])
        var story = try DeliveryStory(policy: policy)
        _ = try story.know()
        let first = try story.dispatch(.impose, 1)
        // Both are in force: what was sealed to the old one goes out as it was.
        policy.agencies = agencies(keys)
        #expect(first.orders.map(\.sealed.keyId) == ["old"])
        let row = try #require(story.tester.rows(DeliveryRow.table).first)
        for (sealTo, expected) in [(keys, "old"), ([keys[1]], "new")] {
            policy.agencies = agencies(sealTo)
            var state = State()
            state.add(DeliveryRow.table, row.key, row.payload)
            let subject = try #require(story.tester.rows(Delivery.subjects).first)
            state.add(Delivery.subjects, subject.key, subject.payload)
            let worker = Delivery(policy: policy, keys: SampleCity.keys, partitionCount: 4)
            let timer = try #require(story.tester.timers.first)
            let cause = Cause.timer(worker: "delivery", partition: 0, due: timer.due, key: ByteKey(timer.key))
            let decision = try worker.decide(state, worker.decode(.timer(timer)), at: Moment(tick: timer.due, cause: cause))
            let orders = try decision.outputs.filter { $0.topic == SanctionOrdered.topic }.map {
                try SanctionOrdered.decode(JSONParser.parse($0.value ?? []).root)
            }
            #expect(orders.map(\.sealed.keyId) == [expected] && orders.map(\.deliveryId) == first.orders.map(\.deliveryId))
            #expect(decision.outputs.contains { $0.topic == SanctionOrdered.currentTopic } == (expected == "new"))
        }
    }

    @Test func refusesAnOrderThatChangesItsAgency() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        _ = try story.dispatch(.impose, 1)
        let rejection = thrown(Rejection.self) { _ = try story.dispatch(.lift, 2, agency: "metro") }
        #expect(rejection?.code == "state.not-eligible")
    }

    @Test func waitsWithItsReceiptForACalendarThatLacksTheYear() throws {
        var story = try DeliveryStory(at: DeliveryStory.noon("2031-07-07"))
        _ = try story.know()
        let told = try story.dispatch(.impose, 1)
        #expect(told.words == ["SENT IMPOSE"] && told.alarms == ["calendar.year-missing"])
        #expect(try story.wait(until: story.tester.now + .seconds(7200)).allSatisfy { $0.decision.outputs.isEmpty })
    }

    /// The same batch again says the same, to the last byte of what is sealed.
    @Test func saysTheSameWhenItIsRunAgain() throws {
        func run() throws -> [Bytes?] {
            var story = try DeliveryStory()
            return try
                (story.know().decision.outputs + story.dispatch(.impose, 1).decision.outputs + story.dispatch(.lift, 2).decision.outputs)
                .map(\.value)
        }
        #expect(try run() == run())
    }

    /// What is sealed for one order opens in no other, and for no other agency.
    @Test func bindsWhatIsSealedToItsPlace() throws {
        var story = try DeliveryStory()
        _ = try story.know()
        let order = try #require(try story.dispatch(.impose, 1).orders.first)
        let key = SampleCity.keys.developmentKey(of: "/agencies/permits")
        let places = [
            SealedPlace(type: SanctionOrdered.type, id: "sanction/2-permits", sequence: 1, recipient: "/agencies/permits"),
            SealedPlace(type: SanctionOrdered.type, id: order.orderId, sequence: 2, recipient: "/agencies/permits"),
            SealedPlace(type: SanctionOrdered.type, id: order.orderId, sequence: 1, recipient: "/agencies/metro"),
            SealedPlace(type: RewardGranted.type, id: order.orderId, sequence: 1, recipient: "/agencies/permits"),
        ]
        for place in places { #expect(throws: (any Error).self) { try order.sealed.open(with: key, at: place) } }
    }

    @Test func letsNoIdentityOutOrIntoItsStoreUnsealed() throws {
        var story = try DeliveryStory()
        var decisions = [try story.dispatch(.impose, 1).decision, try story.know().decision]
        decisions += try story.wait(until: DeliveryStory.noon("2026-08-20")).map(\.decision)
        let lift = try story.dispatch(.lift, 2)
        let id = try #require(lift.orders.first?.deliveryId)
        decisions += [lift.decision, try story.receipt(.lifted, for: id).decision, try story.reward(.grant, 1).decision]
        #expect(decisions.reduce(0) { $0 + $1.outputs.count } > 20)
        let secrets = [DeliveryStory.identity.idNumber, DeliveryStory.identity.name].map { Bytes(utf8: $0) }
        for decision in decisions {
            for output in decision.outputs {
                let texts = [output.key, output.value ?? [], Bytes(utf8: output.subject ?? ""), Bytes(utf8: output.correlation ?? "")]
                for text in texts {
                    #expect(!IdentityScanner.hasMatch(in: text) && secrets.allSatisfy { !text.text.contains($0.text) })
                }
            }
            for change in decision.changes {
                let row = [UInt8](change.payload ?? []) + change.key
                for secret in secrets { #expect(row.firstRange(of: secret) == nil) }
            }
            // The key of a timer stands in the headers of what it causes.
            for case .set(let timer) in decision.timers { #expect(!timer.key.text.contains(story.subjectId)) }
        }
    }
}
