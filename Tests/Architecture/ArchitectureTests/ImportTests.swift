import Foundation
import Testing

@Suite struct ImportTests {
    @Test func everySourceImportsOnlyWhatItsModuleMay() throws {
        let graph = ModuleGraph.current()
        let files = Repository.files(below: "Sources", ending: ".swift")
        #expect(files.count > 20)
        for file in files {
            for complaint in graph.complaints(about: file, try Repository.text(file)) { Issue.record("\(complaint)") }
        }
    }

    @Test(arguments: [
        ("Sources/Stream/StreamCore/Topic.swift", "import Foundation"),
        ("Sources/Stream/StreamEngine/Batch.swift", "import SQLite"),
        ("Sources/Stream/StreamRuntime/Lane.swift", "import EmbeddedLog"),
        ("Sources/Model/CreditModel/Policy/Pack.swift", "import YAML"),
        ("Sources/Model/CreditModel/JSON/JSONDocument.swift", "import struct Foundation.Data"),
        ("Sources/Workers/Ledger/Ledger.swift", "@preconcurrency import StreamEngine"),
        ("Sources/Workers/Ledger/Ledger.swift", "import Intake"),
        ("Sources/Adapters/EmbeddedLog/EmbeddedLog.swift", "internal import CSQLite"),
        ("Sources/Host/WorkerHost/Host.swift", "import CYAML"),
        ("Sources/Chengxin/Main.swift", "import CCrypto"),
        ("Sources/Elsewhere/Thing.swift", ""),
    ])
    func aWrongImportIsNamed(file: String, line: String) {
        #expect(ModuleGraph.current().complaints(about: file, "import StreamCore\n\(line)\n").contains { $0.contains(file) })
    }

    @Test(arguments: [
        ("Sources/Bindings/SQLite/Database.swift", "import CSQLite\nimport Glibc"),
        ("Sources/Workers/Ledger/Ledger.swift", "import CreditModel\nimport StreamCore"),
        ("Sources/Host/WorkerHost/Host.swift", "import Foundation // files\nimport YAML"),
    ])
    func aRightImportPasses(file: String, lines: String) {
        #expect(ModuleGraph.current().complaints(about: file, lines) == [])
    }

    @Test func everyModuleOfTheGraphIsThere() {
        for module in ModuleGraph.current().modules {
            #expect(
                !Repository.files(below: module.folder, ending: ".swift").isEmpty,
                "\(module.folder) is gone: take \(module.name) out of ModuleGraph.swift and Package.swift")
        }
    }
}
