import Foundation
import Testing

/// Pages say what is true of the repository, and scripts can be run.
@Suite struct PageTests {
    @Test func theMapNamesEveryModule() throws {
        let map = try Repository.text("docs/ARCHITECTURE.md")
        for module in ModuleGraph.current().modules where !module.folder.hasPrefix("Sources/Workers/") {
            let name = module.folder.split(separator: "/").last.map(String.init) ?? module.name
            #expect(map.contains("`\(name)`"), "docs/ARCHITECTURE.md does not say what `\(name)` is for: add it to the table of modules")
        }
        for name in try Repository.ownFolders() {
            #expect(map.contains("`\(name)/`"), "docs/ARCHITECTURE.md does not say what `\(name)/` is for: add it to the table of folders")
        }
    }

    @Test func thePlanIsCurrent() throws {
        let made = try Repository.run("/bin/sh", "scripts/plan.sh")
        try #require(made.status == 0, "scripts/plan.sh: \(made.output)")
        #expect(try made.output == Repository.text("docs/PLAN.md"), "docs/PLAN.md is older than the tests or its rows: run `make plan`")
    }

    @Test func theStatesAreCurrent() throws {
        let made = try Repository.run("/bin/sh", "scripts/states.sh")
        try #require(made.status == 0, "scripts/states.sh: \(made.output)")
        #expect(
            try made.output == Repository.text("docs/STATES.md"), "docs/STATES.md is older than the machines' tables: run `make states`")
    }

    @Test func thePlanHasEveryRowOnce() throws {
        let rows = try Repository.text("docs/plan-rows.tsv").split(separator: "\n").filter { !$0.hasPrefix("#") }
        let numbers = rows.map { $0.prefix { $0 != "\t" } }
        #expect(numbers.count == 85)
        #expect(Set(numbers).count == numbers.count)
    }

    @Test func linksBetweenPagesLeadSomewhere() throws {
        let pages = Repository.files(below: "docs", ending: ".md") + Repository.files(below: "Config", ending: ".md")
        for page in pages + ["README.md", "CONTRIBUTING.md"] {
            let folder = page.contains("/") ? page.split(separator: "/").dropLast().joined(separator: "/") + "/" : ""
            for target in try Self.links(in: Repository.text(page)) where !target.contains("://") && !target.hasPrefix("#") {
                let path = folder + target.prefix { $0 != "#" }
                #expect(Repository.exists(path), "\(page) links to \(target), which is not there: correct the link")
            }
        }
    }

    @Test func everyAlertSaysWhoActsAndHow() throws {
        let page = try Repository.text("docs/OPERATING.md")
        var kinds: Set<Substring> = []
        for file in Repository.files(below: "Sources/Workers", ending: ".swift") {
            let text = try Repository.text(file)
            for rest in text.components(separatedBy: "AlertRaised(\"").dropFirst() { kinds.insert(Substring(rest).prefix { $0 != "\"" }) }
            for rest in text.components(separatedBy: "enum Alert: String").dropFirst() {
                for value in rest.prefix(while: { $0 != "}" }).components(separatedBy: "= \"").dropFirst() {
                    kinds.insert(Substring(value).prefix { $0 != "\"" })
                }
            }
        }
        #expect(kinds.count > 15)
        for kind in kinds.sorted() {
            #expect(page.contains("`\(kind)`"), "docs/OPERATING.md does not say what `\(kind)` asks for: add it to the table of alerts")
        }
    }

    @Test func makeHelpNamesEveryTarget() throws {
        let makefile = try Repository.text("Makefile")
        let declared = makefile.split(separator: "\n").first { $0.hasPrefix(".PHONY:") }?.split(separator: " ").dropFirst() ?? []
        #expect(declared.count > 5)
        for target in declared where !["help", "prepare", "release"].contains(target) {
            #expect(makefile.contains("@echo 'make \(target) "), "`make help` does not name \(target): add a line to it")
        }
    }

    @Test func scriptsCanBeRun() throws {
        for script in Repository.files(below: "scripts") + [".ci/run"] {
            #expect(
                FileManager.default.isExecutableFile(atPath: Repository.root.appendingPathComponent(script).path),
                "\(script) cannot be run: chmod +x")
        }
    }

    /// The targets of `[text](target)`.
    static func links(in text: String) -> [Substring] {
        text.components(separatedBy: "](").dropFirst().compactMap { rest in
            rest.firstIndex(of: ")").map { Substring(rest[..<$0]) }
        }
    }
}
