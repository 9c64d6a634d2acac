import Telemetry
import Testing

@Suite struct LogTests {
    @Test func keepsLinesFromItsLevelOnWithCommonValues() {
        let memory = LogMemory()
        let log = Log(to: memory).with([.worker: "intake"])
        log.info("something small")
        log.warning("something a person should look at", [.count: 3])
        #expect(memory.messages == ["something a person should look at"])
        #expect(memory.lines[0][.worker] == "intake")
        #expect(memory.lines[0][.count] == 3)
    }

    @Test(arguments: [
        (LogWriter.Format.text, "T warning disk is full path=\"a b\" count=2 reason=\"\" hint=x"),
        (.json, #"{"time":"T","level":"warning","message":"disk is full","path":"a b","count":2,"reason":"","hint":"x"}"#),
    ])
    func writesOneLine(format: LogWriter.Format, text: String) {
        let line = LogLine(
            level: .warning, message: "disk is full", values: [(.path, "a b"), (.count, 2), (.reason, ""), (.hint, "x")])
        #expect(String(decoding: LogWriter.text(of: line, format: format, time: "T"), as: UTF8.self) == text)
    }

    @Test func escapesWhatCouldEndTheLineOrSteerATerminal() {
        let line = LogLine(level: .error, message: "m", values: [(.reason, .text("a\n\u{1b}[31m\"\\\u{202e}钱"))])
        for format in LogWriter.Format.allCases {
            let text = String(decoding: LogWriter.text(of: line, format: format, time: ""), as: UTF8.self)
            #expect(text.contains(#""a\n\u001b[31m\"\\\u202e钱""#))
        }
    }
}
