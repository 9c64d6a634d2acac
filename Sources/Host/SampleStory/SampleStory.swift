import CreditModel
import StreamCore

/// The casework of the sample city over several weeks: who sends what and when, and what gateways and agencies say to what they are sent.
///
/// It knows nothing of where it is played (`Stage`). Case ids are learned from the outcomes, so that it fits any log.
public struct SampleStory: Sendable {
    /// One moment at which people do something.
    public struct Scene: Sendable {
        public var at: Instant
        public var title: Bilingual
        fileprivate var acts: @Sendable (SampleStory) -> [Act]
    }

    /// A message on its way in, for `chengxin submit` or anything that reads CloudEvents.
    public struct Event: Sendable {
        public var id: String
        public var source: String
        /// Without `chengxin.` and version.
        public var type: String
        /// The members of its `data`, JSON without the braces.
        public var data: String

        public init(id: String, source: String, type: String, data: String) {
            self.id = id
            self.source = source
            self.type = type
            self.data = data
        }

        /// The event in structured mode, one line.
        public func line(at instant: Instant) -> String {
            #"{"specversion":"1.0","id":"\#(id)","source":"\#(source)","type":"chengxin.\#(type).v1","#
                + #""time":"\#(ChinaTime.rfc3339(instant))","datacontenttype":"application/json","data":{\#(data)}}"#
        }
    }

    fileprivate struct Act: Sendable {
        var plot: Plot
        var event: Event
        /// What is told of it.
        var words: Bilingual
    }

    public let scenes: [Scene]
    /// What has been told of each plot.
    private var told: [Plot: [Line]] = [:]

    /// Something that came to pass in a plot.
    public struct Line: Hashable, Sendable {
        public var at: Instant
        public var who: String
        public var words: String
    }

    private let cast = Cast()
    private var plotOfSubject: [String: Plot] = [:]
    private var plotOfCase: [String: Plot] = [:]
    private var plotOfMessage: [String: Plot] = [:]
    /// By the id of the message that began it.
    private var caseOf: [String: String] = [:]
    private var subjectOf: [String: String] = [:]
    private var waiting: [Event] = []
    private var repliesSent = 0

    public init() { scenes = SampleStory.written }

    /// The messages of a scene. They are told as they are handed out.
    private mutating func begin(_ scene: Scene) -> [Event] {
        scene.acts(self).map { act in
            plotOfMessage[act.event.id] = act.plot
            tell(act.plot, scene.at, who: act.event.source, "▶ \(act.words.zh)  \(act.words.en)")
            return act.event
        }
    }

    /// What gateways and agencies have to say to what they were sent since it was asked last.
    private mutating func replies() -> [Event] {
        defer { waiting = [] }
        return waiting
    }

    // MARK: Playing

    /// Where the story is played: a log with workers on it.
    public protocol Stage {
        /// The clock of all workers stands at this instant from now on.
        mutating func begin(at instant: Instant) throws
        /// Hands these events in. Returns when nothing is left to do.
        mutating func work(on events: [Event], at instant: Instant) throws
        /// What the workers have written to `topics` since it was asked last.
        mutating func news() throws -> [Message]
        mutating func end() throws
    }

    /// Plays one scene after the other; in each, gateways and agencies answer until nobody has anything to say.
    public mutating func play(on stage: inout some Stage) throws {
        for scene in scenes {
            var events = begin(scene)
            try stage.begin(at: scene.at)
            repeat {
                try stage.work(on: events, at: scene.at)
                hear(try stage.news())
                events = replies()
            } while !events.isEmpty
            try stage.end()
        }
    }

    // MARK: What is heard

    /// The topics that tell the story.
    public static let topics: Set<Topic> = [
        "record.outcomes.v1", "record.ledger.v1", "intake.answers.v1", "dispute.outcomes.v1", "dispute.inquiries.v1", "repair.outcomes.v1",
        "repair.tasks.v1", "sanction.outcomes.v1", "sanction.orders.v1", "reward.outcomes.v1", "reward.grants.v1",
        "publicity.listings.v1", "notice.deliveries.v1", "notice.status.v1", "supervision.alerts.v1",
    ]

    /// Takes in what the workers have written since it was told last. Topics are read at different speeds: what a message belongs to may
    /// stand in a later one.
    private mutating func hear(_ messages: [Message]) {
        let heard = messages.compactMap { message in
            message.value.flatMap { try? JSONParser.parse($0).root }.map { (message, $0) }
        }
        for (_, value) in heard { _ = place(value) }
        for (message, value) in heard {
            let instant = message.headers["ce_time"].flatMap { Instant(rfc3339: $0) } ?? message.timestamp
            // Also what the story does not tell of.
            reply(to: message.topic, value, at: instant)
            guard let plot = place(value) else { continue }
            if let words = SampleStoryWords.words(message.topic, value) {
                tell(plot, instant, who: SampleStoryWords.who(message.topic, value), words)
            }
        }
    }

    /// The plot of a message, and what it says of ids.
    private mutating func place(_ value: JSONValue) -> Plot? {
        let message = value["submission"]?["id"]?.string
        let caseId = (value["caseId"] ?? value["disputeId"] ?? value["repairId"])?.string
        let subjectId = value["subjectId"]?.string
        let recordId = value["recordId"]?.string
        let plot =
            message.flatMap { plotOfMessage[$0] } ?? caseId.flatMap { plotOfCase[$0] } ?? subjectId.flatMap { plotOfSubject[$0] }
            ?? recordId.flatMap { plotOfCase[$0] }
        guard let plot else { return nil }
        if let message, let caseId { caseOf[message] = caseId }
        if let message, let subjectId { subjectOf[message] = subjectId }
        for id in [caseId, recordId] { if let id { plotOfCase[id] = plot } }
        if let subjectId { plotOfSubject[subjectId] = plot }
        return plot
    }

    /// What has come to pass in a plot, in the order of time: what a timer did comes before what people did at the next scene.
    public func lines(of plot: Plot) -> [Line] {
        let lines = told[plot] ?? []
        return lines.indices.sorted { (lines[$0].at, $0) < (lines[$1].at, $1) }.map { lines[$0] }
    }

    private mutating func tell(_ plot: Plot, _ instant: Instant, who: String, _ words: String) {
        told[plot, default: []].append(Line(at: instant, who: who, words: words))
    }

    private mutating func reply(to topic: Topic, _ value: JSONValue, at instant: Instant) {
        guard let receipt = SampleStory.receipt(for: topic, value, id: "story-receipt-\(repliesSent + 1)", at: instant) else { return }
        repliesSent += 1
        waiting.append(receipt)
    }

    /// What comes back for a message that went out: a gateway delivers what it is given, an agency does what it is told. Nil for anything
    /// else.
    public static func receipt(for topic: Topic, _ value: JSONValue, id: String, at instant: Instant) -> Event? {
        func text(_ name: StaticString) -> String { value[name]?.string ?? "" }
        let at = #""at":"\#(ChinaTime.rfc3339(instant))""#
        switch topic.name {
        case "notice.deliveries.v1":
            return Event(
                id: id, source: "/gateways/\(text("channel"))", type: "notice.acknowledged",
                data: #""noticeId":"\#(text("noticeId"))","subjectId":"\#(text("subjectId"))","status":"DELIVERED",\#(at)"#)
        case "sanction.orders.v1", "reward.grants.v1":
            let status = ["LIFT", "SUSPEND", "END"].contains(text("action")) ? "LIFTED" : "APPLIED"
            return Event(
                id: id, source: "/agencies/\(text("agency"))", type: "delivery.acknowledged",
                data: #""deliveryId":"\#(text("deliveryId"))","status":"\#(status)",\#(at)"#)
        default: return nil
        }
    }

    // MARK: What is written

    /// The case that a message has begun, and its subject, as an officer names them.
    private func named(_ message: String, by name: String = "caseId") -> String {
        #""\#(name)":"\#(caseOf[message] ?? "?")","subjectId":"\#(subjectOf[message] ?? "?")""#
    }

    private static let digest = String(repeating: "a", count: 64)

    private static let written: [Scene] = [
        Scene(
            at: instant("2026-05-06T10:00+08:00"), title: Bilingual(zh: "各单位报送记录", en: "Bureaus report records"),
            acts: { story in
                let cast = story.cast
                return [
                    Act(
                        plot: .wrong,
                        event: cast.record(
                            "story-wrong-record", bureau: "transport", no: "运罚2026-1", item: "penalty.administrative", cast.wrong,
                            severity: "SERIOUS", facts: "\(cast.wrong.name)多次超限运输。", basis: "《中华人民共和国公路法》第七十六条", result: "吊销道路运输证"),
                        words: Bilingual(zh: "报送一条严重处罚（其实张冠李戴）", en: "reports a serious penalty (of somebody else, as it turns out)")),
                    Act(
                        plot: .serious,
                        event: cast.record(
                            "story-serious-record", bureau: "courts", no: "执2026-9", item: "judgment.unperformed", cast.serious,
                            severity: "SERIOUS", facts: "有履行能力而拒不履行生效判决。", basis: "《中华人民共和国民事诉讼法》第二百六十六条", result: "纳入失信被执行人名单"),
                        words: Bilingual(zh: "报送一条失信被执行人信息", en: "reports an unperformed judgment")),
                    Act(
                        plot: .volunteer,
                        event: cast.record(
                            "story-volunteer-record", bureau: "civil-affairs", no: "志愿2026-77", item: "volunteer.service", cast.volunteer,
                            severity: "NONE", facts: "五年志愿服务一千小时。", basis: nil, result: "认定五星级志愿者"),
                        words: Bilingual(zh: "报送志愿服务信息", en: "reports volunteer service")),
                    Act(
                        plot: .silent,
                        event: cast.record(
                            "story-silent-record", bureau: "housing", no: "房罚2026-3", item: "penalty.administrative", cast.silent,
                            severity: "GENERAL", facts: "未按规定办理租赁备案。", basis: "《中华人民共和国行政处罚法》第九条", result: "罚款二千元"),
                        words: Bilingual(zh: "报送一条处罚", en: "reports a penalty")),
                    Act(
                        plot: .minor,
                        event: cast.record(
                            "story-minor-record", bureau: "transport", no: "运罚2026-8", item: "penalty.administrative", cast.minor,
                            severity: "GENERAL", facts: "骑行共享单车逆行。", basis: "《中华人民共和国行政处罚法》第九条", result: "罚款五十元"),
                        words: Bilingual(zh: "报送一名中学生的处罚", en: "reports a penalty of a pupil")),
                    Act(
                        plot: .sealed,
                        event: cast.record(
                            "story-sealed-record", bureau: "public-security", no: "公罚2026-5", item: "penalty.public-security",
                            cast.sealed, severity: "GENERAL", facts: "在公共场所扰乱秩序。", basis: "《中华人民共和国治安管理处罚法》第二十六条", result: "罚款二百元"),
                        words: Bilingual(zh: "报送 2026 年作出的治安处罚", en: "reports a public-security penalty of 2026")),
                ]
            }),
        Scene(
            at: instant("2026-05-06T14:00+08:00"),
            title: Bilingual(zh: "提议惩戒、提名激励、提出异议", en: "Sanctions proposed, a reward nominated, a dispute"),
            acts: { story in
                let cast = story.cast
                return [
                    Act(
                        plot: .wrong,
                        event: Event(
                            id: "story-wrong-trigger", source: "/bureaus/transport", type: "sanction.triggered",
                            data: #""determinationNo":"运认2026-1","cause":"traffic",\#(cast.wrong.json),"recordIds":["transport/运罚2026-1"],"#
                                + #""measures":["permit.no-commitment-procedure"],"basis":"《河南省社会信用条例》第三十二条","proposer":"transport/zhao","#
                                + #""responsiblePersons":[]"#),
                        words: Bilingual(zh: "提议惩戒：不适用告知承诺制", en: "proposes a sanction: no procedure by commitment")),
                    Act(
                        plot: .serious,
                        event: Event(
                            id: "story-serious-trigger", source: "/bureaus/courts", type: "sanction.triggered",
                            data: #""determinationNo":"法认2026-9","cause":"judgment-unperformed",\#(cast.serious.json),"#
                                + #""recordIds":["courts/执2026-9"],"measures":["procurement.excluded","land.excluded"],"#
                                + #""basis":"《中华人民共和国政府采购法》第二十二条、《河南省社会信用条例》第三十四条","proposer":"courts/zhou","responsiblePersons":[]"#),
                        words: Bilingual(zh: "提议惩戒：限制政府采购、土地招拍挂", en: "proposes sanctions: no public procurement, no land auctions")),
                    Act(
                        plot: .volunteer,
                        event: Event(
                            id: "story-volunteer-nomination", source: "/bureaus/civil-affairs", type: "reward.nominated",
                            data: #""programme":"integrity-citizen",\#(cast.volunteer.json),"source":"VOLUNTEER","basis":"志愿服务一千小时","#
                                + #""consent":{"givenAt":"2026-05-05T10:00:00+08:00","textSha256":"\#(digest)"}"#),
                        words: Bilingual(zh: "提名文明诚信市民（本人同意）", en: "nominates a citizen of integrity (who agrees)")),
                    Act(
                        plot: .silent,
                        event: Event(
                            id: "story-silent-dispute", source: "/portal", type: "dispute.requested",
                            data: #"\#(cast.silent.json),"recordId":"housing/房罚2026-3","ground":"FACTS_WRONG","statement":"早已备案，回执在此。","#
                                + #""evidence":[{"name":"备案回执.pdf","sha256":"\#(digest)"}]"#),
                        words: Bilingual(zh: "当事人提出异议：事实有误", en: "the person disputes the record: the facts are wrong")),
                ]
            }),
        Scene(
            at: instant("2026-05-08T10:00+08:00"), title: Bilingual(zh: "陈述申辩", en: "An objection"),
            acts: { story in
                [
                    Act(
                        plot: .serious,
                        event: Event(
                            id: "story-serious-objection", source: "/portal", type: "objection.raised",
                            data: #""caseId":"\#(story.caseOf["story-serious-trigger"] ?? "?")",\#(story.cast.serious.json),"#
                                + #""statement":"正在筹款，请求从轻。","evidence":[]"#),
                        words: Bilingual(zh: "当事人陈述申辩：正在筹款", en: "objects: the money is being raised"))
                ]
            }),
        Scene(
            at: instant("2026-05-11T15:00+08:00"), title: Bilingual(zh: "答复陈述申辩", en: "The objection is answered"),
            acts: { story in
                [
                    Act(
                        plot: .serious,
                        event: Event(
                            id: "story-serious-answer", source: "/bureaus/credit-office", type: "objection.answered",
                            data: #"\#(story.named("story-serious-trigger")),"officer":"credit-office/wu","result":"DISMISSED","#
                                + #""reason":"判决已生效两年，\#(story.cast.serious.name)有财产可供执行。""#),
                        words: Bilingual(zh: "不采纳，说明理由", en: "not upheld, with reasons"))
                ]
            }),
        Scene(
            at: instant("2026-05-13T10:00+08:00"),
            title: Bilingual(zh: "公示期、申辩期均满，由他人决定", en: "All windows are over; other officers decide"),
            acts: { story in
                [
                    Act(
                        plot: .wrong,
                        event: Event(
                            id: "story-wrong-alone", source: "/bureaus/transport", type: "sanction.decided",
                            data: #"\#(story.named("story-wrong-trigger")),"decision":"CONFIRM","approver":"transport/zhao","#
                                + #""documentNo":"运决2026-1","reason":"属实","measures":["permit.no-commitment-procedure"],"until":"2026-11-12""#
                        ),
                        words: Bilingual(zh: "提议人想自己决定", en: "the proposer tries to decide alone")),
                    Act(
                        plot: .wrong,
                        event: Event(
                            id: "story-wrong-decision", source: "/bureaus/transport", type: "sanction.decided",
                            data: #"\#(story.named("story-wrong-trigger")),"decision":"CONFIRM","approver":"transport/qian","#
                                + #""documentNo":"运决2026-1","reason":"属实","measures":["permit.no-commitment-procedure"],"until":"2026-11-12""#
                        ),
                        words: Bilingual(zh: "另一名工作人员决定惩戒", en: "another officer confirms")),
                    Act(
                        plot: .serious,
                        event: Event(
                            id: "story-serious-decision", source: "/bureaus/courts", type: "sanction.decided",
                            data: #"\#(story.named("story-serious-trigger")),"decision":"CONFIRM","approver":"courts/zheng","#
                                + #""documentNo":"法决2026-9","reason":"拒不履行","measures":["procurement.excluded","land.excluded"],"until":"2027-05-12""#
                        ),
                        words: Bilingual(zh: "另一名工作人员决定惩戒", en: "another officer confirms")),
                    Act(
                        plot: .volunteer,
                        event: Event(
                            id: "story-volunteer-decision", source: "/bureaus/credit-office", type: "reward.decided",
                            data:
                                #"\#(story.named("story-volunteer-nomination")),"decision":"GRANT","approver":"credit-office/wu","reason":"公示无异议""#
                        ),
                        words: Bilingual(zh: "授予", en: "grants it")),
                ]
            }),
        Scene(
            at: instant("2026-05-14T09:00+08:00"), title: Bilingual(zh: "被张冠李戴的人提出异议", en: "The wrong person disputes"),
            acts: { story in
                [
                    Act(
                        plot: .wrong,
                        event: Event(
                            id: "story-wrong-dispute", source: "/portal", type: "dispute.requested",
                            data: #"\#(story.cast.wrong.json),"recordId":"transport/运罚2026-1","ground":"NOT_MINE","#
                                + #""statement":"车不是我的，我从无货车。","evidence":[{"name":"车辆登记.pdf","sha256":"\#(digest)"}]"#),
                        words: Bilingual(zh: "当事人提出异议：不是我", en: "disputes the record: it is not mine"))
                ]
            }),
        Scene(
            at: instant("2026-05-15T11:00+08:00"), title: Bilingual(zh: "报送单位核查属错", en: "Its bureau finds it wrong"),
            acts: { story in
                [
                    Act(
                        plot: .wrong,
                        event: Event(
                            id: "story-wrong-finding", source: "/bureaus/transport", type: "dispute.found",
                            data: #"\#(story.named("story-wrong-dispute", by: "disputeId")),"finding":"WRONG","officer":"transport/sun","#
                                + #""reason":"系同名他人，并非\#(story.cast.wrong.name)。""#),
                        words: Bilingual(zh: "核查结果：记录有误", en: "finds: the record is wrong"))
                ]
            }),
        Scene(
            at: instant("2026-05-18T10:00+08:00"), title: Bilingual(zh: "履行义务，申请修复", en: "The duty is performed, repair is applied for"),
            acts: { story in
                [
                    Act(
                        plot: .serious,
                        event: Event(
                            id: "story-serious-repair", source: "/portal", type: "repair.applied",
                            data: #"\#(story.cast.serious.json),"recordId":"courts/执2026-9","kind":"PERFORMANCE","#
                                + #""commitment":{"signedAt":"2026-05-18","textSha256":"\#(digest)"},"evidence":[{"name":"结案证明.pdf","sha256":"\#(digest)"}]"#
                        ),
                        words: Bilingual(zh: "已履行判决，申请信用修复", en: "has performed the judgment and applies for repair"))
                ]
            }),
        Scene(
            at: instant("2026-05-20T10:00+08:00"),
            title: Bilingual(zh: "准予修复，同一小时处处执行", en: "Repair granted, executed everywhere within the hour"),
            acts: { story in
                [
                    Act(
                        plot: .serious,
                        event: Event(
                            id: "story-serious-review", source: "/bureaus/courts", type: "repair.reviewed",
                            data:
                                #"\#(story.named("story-serious-repair", by: "repairId")),"decision":"GRANTED","officer":"courts/feng","reason":"已履行完毕""#
                        ),
                        words: Bilingual(zh: "准予修复", en: "grants the repair"))
                ]
            }),
        Scene(at: instant("2026-05-27T09:00+08:00"), title: Bilingual(zh: "一周之后", en: "A week later"), acts: { _ in [] }),
    ]

    private static func instant(_ text: String) -> Instant {
        guard let instant = Instant(rfc3339: text) else { preconditionFailure("\(text) is no instant") }
        return instant
    }
}
