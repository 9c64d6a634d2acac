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
        return page
    }
}
