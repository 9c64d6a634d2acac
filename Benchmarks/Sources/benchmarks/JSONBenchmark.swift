import CreditModel
import StreamCore

/// One pass over an event of about 600 bytes, and writing one.
enum JSONBenchmark {
    static let event = Bytes(
        utf8: """
            {"specversion":"1.0","id":"b6f2c1a0-5c1e-4a57-9d5f-0f6b0e0a1234","source":"/bureaus/market-regulation",\
            "type":"chengxin.record.submitted.v1","time":"2026-05-06T00:30:00Z","datacontenttype":"application/json",\
            "data":{"recordNo":"郑市监样罚决〔2026〕001号","revision":1,"catalogItem":"penalty.administrative","severity":"GENERAL",\
            "conduct":{"date":"2026-03-01","facts":"货架上有三种预包装食品已超过保质期。"},\
            "decision":{"documentNo":"郑市监样罚决〔2026〕001号","date":"2026-03-02","authority":"郑州市市场监督管理局（样例）",\
            "basis":"《中华人民共和国食品安全法》第三十四条","result":"罚款人民币24000元"},"isFinal":true,\
            "attributes":{"amount":"24000.00","district":"410199"}}}
            """)

    /// What a typed decoder would give: every leaf as a String, a number or a Bool.
    static func decode(_ parser: inout JSONParser) -> Int {
        guard let document = try? parser.parse(event) else { preconditionFailure("the event is JSON") }
        return leaves(document.root)
    }

    private static func leaves(_ value: JSONValue) -> Int {
        switch value.kind {
        case .object: return value.members.reduce(0) { $0 + leaves($1.value) }
        case .array: return value.elements.reduce(0) { $0 + leaves($1) }
        case .string: return value.string?.utf8.count ?? 0
        default: return Int(value.int64 ?? 0)
        }
    }

    static func encode(_ writer: inout JSONWriter) -> Int {
        writer.reset()
        writer.object {
            $0.member("specversion", "1.0")
            $0.member("id", "b6f2c1a0-5c1e-4a57-9d5f-0f6b0e0a1234")
            $0.member("source", "/bureaus/market-regulation")
            $0.member("type", "chengxin.record.submitted.v1")
            $0.member("time", "2026-05-06T00:30:00Z")
            $0.member("datacontenttype", "application/json")
            $0.member(
                "data",
                object: {
                    $0.member("recordNo", "郑市监样罚决〔2026〕001号")
                    $0.member("revision", 1)
                    $0.member("catalogItem", "penalty.administrative")
                    $0.member("severity", "GENERAL")
                    $0.member(
                        "conduct",
                        object: {
                            $0.member("date", "2026-03-01")
                            $0.member("facts", "货架上有三种预包装食品已超过保质期。")
                        })
                    $0.member(
                        "decision",
                        object: {
                            $0.member("documentNo", "郑市监样罚决〔2026〕001号")
                            $0.member("date", "2026-03-02")
                            $0.member("authority", "郑州市市场监督管理局（样例）")
                            $0.member("basis", "《中华人民共和国食品安全法》第三十四条")
                            $0.member("result", "罚款人民币24000元")
                        })
                    $0.member("isFinal", true)
                    $0.member(
                        "attributes",
                        object: {
                            $0.member("amount", "24000.00")
                            $0.member("district", "410199")
                        })
                })
        }
        return writer.buffer.count
    }

    static func add(to table: inout FigureTable, count: Int) {
        var parser = JSONParser()
        var writer = JSONWriter()
        var sum = 0
        let decoding = Measurement.median(of: 5) {
            for _ in 0..<count { sum &+= decode(&parser) }
            return count
        }
        let encoding = Measurement.median(of: 5) {
            for _ in 0..<count { sum &+= encode(&writer) }
            return count
        }
        precondition(sum != 0)
        table.add(
            "JSON decode, \(event.count) B, every leaf", decoding, floor: "1.4-1.9", of: "one pass by hand into Strings (Foundation 13-20)")
        table.add("JSON encode, the same", encoding, floor: "1.16", of: "by hand, pointer bump (Foundation 11-18)")
    }
}
