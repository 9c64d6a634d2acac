import Foundation

/// Messages for tests as `submit` takes them, one a line.
enum Messages {
    /// A record in order, of a person who does not exist.
    static func record(_ number: String) -> String {
        """
        {"recordNo":"\(number)","revision":1,"catalogItem":"penalty.administrative","subject":{"kind":"person","idType":"RESIDENT_ID",\
        "idNumber":"410199196001010018","name":"样甲子"},"conduct":{"date":"2025-12-01","facts":"车辆超限百分之二十。"},\
        "decision":{"documentNo":"交〔2026〕1号","date":"2026-01-05","authority":"transport（样例）",\
        "basis":"《中华人民共和国道路运输条例》第六十九条","result":"罚款五千元","finality":{"state":"FINAL"}},"severity":"GENERAL","attributes":{}}
        """
    }

    static func event(_ id: String, data: String) -> String { head(id) + #""data":\#(data)}"# }

    /// With a value that `submit` does not look into.
    static func event(_ id: String, bytes: some Sequence<UInt8>) -> String {
        head(id) + #""data_base64":"\#(Data(bytes).base64EncodedString())"}"#
    }

    private static func head(_ id: String) -> String {
        let id = id.isEmpty ? "" : #""id":"\#(id)","#
        return #"{"specversion":"1.0",\#(id)"source":"/bureaus/transport","type":"chengxin.record.submitted.v1","#
    }

    /// Many records in order.
    static func records(_ count: Int) -> String { (1...count).map { event("good-\($0)", data: record("T\($0)")) + "\n" }.joined() }
}

extension Executable {
    /// The answers to submissions in a folder: of each id `status code@path`.
    static func answers(in folder: String) throws -> [String: [String]] {
        var answers: [String: [String]] = [:]
        for object in try run("read", "record.outcomes.v1", "--data", folder, "--format", "json").objects {
            let value = object["value"] as? [String: Any] ?? [:]
            let id = (value["submission"] as? [String: Any])?["id"] as? String ?? "?"
            let reasons = (value["reasons"] as? [[String: Any]] ?? []).map { "\($0["code"] ?? "")@\($0["path"] ?? "")" }
            answers[id, default: []].append(([value["status"] as? String ?? "?"] + reasons).joined(separator: " "))
        }
        return answers
    }
}
