import StreamCore
import StreamTestKit
import Testing

@testable import CreditModel
@testable import Notice

@Suite struct NoticeTests {
    @Test func sendsThePlainTextSealedToTheFirstGateway() throws {
        var story = try NoticeStory()
        _ = try story.know()
        let told = try story.request()
        let notice = try #require(told.sent.first)
        #expect(told.words == ["SENT sms"] && told.sent.count == 1 && told.alerts.isEmpty)
        #expect(notice.channel == "sms" && notice.noticeId == "repair-1" && notice.kind == .repairPossible)
        #expect(notice.caseId == "repair/77" && notice.recordId == "transport/7" && notice.subjectId == story.subjectId)
        #expect(notice.text.zh.hasPrefix("您的信用记录（〔record〕）已可申请信用修复。"))
        #expect(notice.text.en.hasPrefix("Your credit record ([record]) can be repaired now."))
        #expect(notice.sealed.keyId == "development-sms")
        #expect(try NoticeStory.opened(notice) == NoticeStory.identity)
    }

    @Test func countsOnlyTheProofOfTheGatewayThatHasIt() throws {
        var story = try NoticeStory()
        _ = try story.know()
        _ = try story.request()
        for (source, status) in [("/gateways/post", ReceiptStatus.delivered), ("/portal", .delivered), ("/agencies/metro", .delivered)] {
            let told = try story.receipt(status, from: source)
            #expect(told.words.isEmpty && told.statuses == [.rejected] && told.codes == ["policy.source-not-allowed@/noticeId"])
        }
        #expect(try story.receipt(.delivered, for: "repair-2").codes == ["state.not-found@/noticeId"])
        #expect(try story.receipt(.applied).codes == ["schema.range@/status"])
        #expect(try story.receipt(.received).statuses == [.accepted])
        let delivered = try story.receipt(.delivered)
        #expect(delivered.words == ["DELIVERED sms"] && delivered.statuses == [.accepted])
        #expect(try story.receipt(.delivered).statuses == [.duplicate])
        // Terms have begun with the proof: it cannot be taken back.
        #expect(try story.receipt(.failed).codes == ["state.not-eligible@/status"])
        #expect(try story.wait(until: NoticeStory.noon("2026-07-20")).allSatisfy { $0.steps.isEmpty })
    }

    @Test func takesTheNextGatewayAtOnceWhenOneFails() throws {
        var story = try NoticeStory()
        _ = try story.know()
        let first = try #require(try story.request().sent.first)
        let failed = try story.receipt(.failed)
        #expect(failed.words == ["FAILED sms", "SENT post"] && failed.statuses == [.accepted])
        let second = try #require(failed.sent.first)
        #expect(second.channel == "post" && second.text == first.text && second.noticeId == first.noticeId)
        #expect(second.sealed != first.sealed)
        #expect(try NoticeStory.opened(second) == NoticeStory.identity)
        #expect(try story.receipt(.failed).statuses == [.superseded])
        #expect(try story.receipt(.delivered, from: "/gateways/post").words == ["DELIVERED post"])
    }

    /// 1 WD from a Friday noon is the Monday's end; what goes out then, on the Tuesday's first instant, has until the Wednesday's.
    @Test func takesTheNextGatewayWhenOneIsSilentAndInTheEndAPerson() throws {
        var story = try NoticeStory(at: NoticeStory.noon("2026-07-10"))
        _ = try story.know()
        _ = try story.request()
        let monday = NoticeStory.day("2026-07-13").end
        #expect(try story.wait(until: Instant(milliseconds: monday.milliseconds - 1)).isEmpty)
        #expect(try story.wait(until: monday).map(\.words) == [["FAILED sms", "SENT post"]])
        let last = try story.wait(until: NoticeStory.day("2026-07-15").end)
        #expect(last.map(\.words) == [["FAILED post", "UNDELIVERABLE"]])
        #expect(last.flatMap { $0.alerts.map(\.kind) } == ["notice.undeliverable"])
        #expect(last.flatMap { $0.alerts.map(\.caseId) } == ["repair/77"])
        // Late, and still a proof.
        let late = try story.receipt(.delivered)
        #expect(late.words == ["DELIVERED sms"] && late.statuses == [.accepted])
    }

    @Test func waitsForTheSubjectAndSaysSoOnlyWhenItTakesLong() throws {
        var story = try NoticeStory()
        let waiting = try story.request()
        #expect(waiting.decision.outputs.isEmpty)
        #expect(try story.receipt(.delivered).codes == ["state.not-found@/noticeId"])
        let asked = try story.wait(until: story.tester.now + .seconds(3600))
        #expect(asked.flatMap { $0.alerts.map(\.kind) } == ["notice.subject-unknown"])
        _ = try story.request(NoticeStory.request("repair-2", .repairExtensionOver))
        let known = try story.know()
        #expect(known.words == ["SENT sms", "SENT sms"] && known.sent.map(\.noticeId) == ["repair-1", "repair-2"])
        #expect(story.tester.rows(NoticeRow.waiting).isEmpty && story.tester.rows(NoticeRow.table).count == 2)
        #expect(try story.know(version: 1).decision.changes.isEmpty)
        #expect(try story.know(version: 2).sent.isEmpty)
    }

    @Test func asksOnceForEachNotice() throws {
        var story = try NoticeStory()
        #expect(try story.request().decision.changes.count == 1)
        #expect(try story.request().decision.changes.isEmpty)
        _ = try story.know()
        #expect(try story.request().decision.outputs.isEmpty)
    }

    @Test func neverGoesOutUnsealed() throws {
        let policy = try SampleCity.policy { $0.derivesRecipientKeys = false }
        var story = try NoticeStory(policy: policy)
        _ = try story.know()
        let waiting = try story.request()
        #expect(waiting.sent.isEmpty && waiting.words.isEmpty)
        #expect(waiting.alerts.map(\.kind) == ["notice.key-missing"] && waiting.alerts.map(\.who) == ["sms"])
        let later = try story.wait(until: story.tester.now + .seconds(3 * 3600))
        #expect(later.count == 3 && later.allSatisfy { $0.decision.outputs.isEmpty })
        // A gateway with a key takes it, whatever its place.
        let key = RecipientKey(id: "post-1", publicKey: SampleCity.keys.developmentKey(of: "/gateways/post").publicKey)
        var open = try SampleCity.policy { $0.derivesRecipientKeys = false }
        open.gateways = NamedList(open.gateways.map { Gateway(id: $0.id, name: $0.name, sealTo: $0.id == "post" ? [key] : []) })
        story = try NoticeStory(policy: open)
        _ = try story.know()
        let sent = try story.request()
        #expect(sent.words == ["SENT post"] && sent.sent.map(\.sealed.keyId) == ["post-1"])
    }

    @Test func waitsWithItsReceiptForACalendarThatLacksTheYear() throws {
        var story = try NoticeStory(at: NoticeStory.noon("2031-07-07"))
        _ = try story.know()
        let told = try story.request()
        #expect(told.words == ["SENT sms"] && told.alerts.map(\.kind) == ["calendar.year-missing"])
        #expect(try story.wait(until: story.tester.now + .seconds(7200)).allSatisfy { $0.decision.outputs.isEmpty })
        #expect(try story.receipt(.delivered).words == ["DELIVERED sms"])
    }

    @Test(arguments: NoticeKind.allCases)
    func refusesATextWithHoles(kind: NoticeKind) throws {
        var story = try NoticeStory()
        for name in kind.values {
            let rejection = thrown(Rejection.self) { _ = try story.request(NoticeStory.request("n-1", kind, without: name)) }
            #expect(rejection?.code == "schema.missing" && rejection?.path == "/values/\(name)")
        }
        _ = try story.know()
        let told = try story.request(NoticeStory.request("n-1", kind))
        let text = try #require(told.sent.first?.text)
        for name in kind.values { #expect(text.zh.contains("〔\(name)〕") && text.en.contains("[\(name)]")) }
        #expect(!(text.zh + text.en).contains { $0 == "{" || $0 == "}" })
    }

    @Test func forgetsWhatNobodyAsksForAnyMore() throws {
        var story = try NoticeStory()
        _ = try story.know()
        _ = try story.request()
        _ = try story.receipt(.delivered)
        #expect(story.tester.rows(NoticeRow.table).count == 1)
        _ = try story.wait(until: NoticeStory.noon("2026-10-06"))
        #expect(story.tester.rows(NoticeRow.table).isEmpty && story.tester.timers.isEmpty)
        #expect(try story.receipt(.delivered).codes == ["state.not-found@/noticeId"])
    }

    @Test func forgetsASubjectThatIsToBeForgotten() throws {
        var story = try NoticeStory()
        _ = try story.know()
        let message = story.tester.message(SealedSubject.topic, key: Bytes(utf8: story.subjectId), value: nil)
        _ = try story.tester.receive(message)
        #expect(story.tester.rows(Notice.subjects).isEmpty)
        #expect(try story.request().sent.isEmpty)
    }

    /// The same batch again says the same, to the last byte of what is sealed.
    @Test func saysTheSameWhenItIsRunAgain() throws {
        func run() throws -> [Bytes?] {
            var story = try NoticeStory()
            var outputs = try story.know().decision.outputs + story.request().decision.outputs
            outputs += try story.receipt(.failed).decision.outputs
            return outputs.map(\.value)
        }
        #expect(try run() == run())
    }

    // plan: 4b
    @Test func letsNoIdentityOutOrIntoItsStoreUnsealed() throws {
        var story = try NoticeStory()
        var decisions = [try story.request().decision, try story.know().decision, try story.receipt(.failed).decision]
        decisions += try story.wait(until: NoticeStory.noon("2026-08-20")).map(\.decision)
        decisions.append(try story.receipt(.delivered).decision)
        #expect(decisions.reduce(0) { $0 + $1.outputs.count } > 8)
        let secrets = [NoticeStory.identity.idNumber, NoticeStory.identity.name].map { Bytes(utf8: $0) }
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
        }
    }
}
