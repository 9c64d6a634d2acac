import Foundation
import Testing

/// Attempts to get round the safeguards by messages alone, and the page that tells of them.
@Suite struct SafeguardTests {
    @Test(arguments: Attempt.all)
    func withstandsTheAttempt(_ attempt: Attempt) throws {
        let came = try attempt.play(MemoryCity())
        #expect(came == attempt.comesOut, "\(attempt.name)\n=> \(came)")
    }

    @Test func thePageIsCurrent() throws {
        let path = MemoryCity.root.appendingPathComponent("docs/SAFEGUARDS.md")
        if ProcessInfo.processInfo.environment["CHENGXIN_WRITES_PAGES"] != nil {
            try Data(Self.page.utf8).write(to: path)
        }
        let page = try String(contentsOf: path, encoding: .utf8)
        #expect(page == Self.page, "docs/SAFEGUARDS.md is older than the attempts: run `make safeguards`")
    }

    /// Every safeguard of the list has an attempt, or says where it stands.
    @Test func everySafeguardHasARow() {
        let played = Attempt.all.flatMap { attempt in
            attempt.safeguard.split(separator: ";").compactMap { Int($0.drop { $0 == " " }.prefix { $0.isNumber }) }
        }
        #expect(Set(1...26).subtracting(played + Elsewhere.all.map(\.number)).isEmpty)
    }

    private static var page: String {
        var page = """
            # Attempts to get round the safeguards 规避防护措施的尝试

            Each row is played through all workers, with the sample city's own policy, by the test `SafeguardTests.withstandsTheAttempt`: somebody tries
            to get round a safeguard by messages alone, and what the topics say afterwards is compared word for word with the last column. This page is
            made by `make safeguards`.

            每一行由测试 `SafeguardTests.withstandsTheAttempt` 以样例市自己的规则在全部工作程序中实际运行：有人仅以报文规避某项防护措施，
            事后各主题所载内容与末栏逐字核对。本页由 `make safeguards` 生成。

            | safeguard 防护措施 | basis 依据 | attempt 尝试 | what came out 结果 | test 测试 |
            |---|---|---|---|---|

            """
        for attempt in Attempt.all {
            page +=
                "| \(attempt.safeguard) | \(attempt.basis) | \(attempt.zh)。<br>\(attempt.en). | \(attempt.comesOut) | \(attempt.name) |\n"
        }
        page += """

            ## What other places keep 由其他环节保障，或尚未实现

            | safeguard 防护措施 | where, and what is open 所在环节与未决事项 |
            |---|---|

            """
        for row in Elsewhere.all { page += "| \(row.number) \(row.name) | \(row.where) |\n" }
        return page
    }
}

/// What no message to these workers can get round, because it is kept elsewhere, or not yet.
struct Elsewhere {
    var number: Int
    var name: String
    var `where`: String

    static let all: [Elsewhere] = [
        Elsewhere(
            number: 16, name: "不得评分 no scoring",
            where:
                "No worker computes a score or a rank. Points (9c) come with the worker `standing`, which is not there yet. 无评分；积分待 `standing`。"
        ),
        Elsewhere(
            number: 18, name: "查询纪律 query discipline",
            where:
                "Open: no worker reads `query.filed.v1`, so a question that has an authorization on its face is not answered at all. Whether "
                + "a consent was given, the log of queries and its review come with `query` and `audit`. 待 `query`、`audit`。"),
        Elsewhere(
            number: 19, name: "可验证审计 tamper-evident audit",
            where:
                "Versions of a record form a chain of digests, and `chengxin check` verifies it from the topics (`CreditCheckerTests`). Open: the chained "
                + "log of all acts, `audit.entries.v1` and `audit.heads.v1`. 记录版本成链；全量审计日志待 `audit`。"),
        Elsewhere(
            number: 20, name: "安全 security",
            where:
                "Signatures: `SignatureGateTests`; keys, sealed stores and TLS to the brokers: `docs/OPERATING.md`. Identities leave by HPKE to the "
                + "agency alone (decision 0022). Open: access lists per tenant are the operator's. 租户访问控制由运维配置。"),
        Elsewhere(
            number: 21, name: "错列救济 wrong-listing remedy",
            where:
                "The rollback is played above. Open: the task of an apology and the case of a compensation (`complaint`, `supervision`); a reward that "
                + "ended by the wrong record is not restored, and may be nominated anew. 道歉与赔偿待 `supervision`；激励可重新提名。"),
        Elsewhere(
            number: 22, name: "举报人保护 reporters",
            where:
                "Open: `lead.reports.v1` has no worker; intake takes no report. Whoever objects to a reward is nowhere told to anybody (decision 0023). "
                + "举报待 `lead`；激励异议人身份不披露。"),
        Elsewhere(
            number: 23, name: "政府守信 government is bound",
            where:
                "Late bureaus, agencies and deciders are named on `supervision.alerts.v1`. Open: scorecards and complaints. 评分表与投诉待 `supervision`。"
        ),
        Elsewhere(
            number: 24, name: "无障碍 accessibility",
            where:
                "Texts come from templates in two languages (`NoticeTests`); the window hands messages in as `/portal`. Open: agents, and channels beside "
                + "message and post. 代理人与其他渠道未决。"),
        Elsewhere(
            number: 25, name: "影响评估与日落 impact assessment and sunset",
            where:
                "Instruments have dates of force, checked by `chengxin config check`. Open: no measure asks for the number of an impact assessment, and no "
                + "rule has to have a last day. 影响评估编号与规则终止日未要求。"),
    ]
}
