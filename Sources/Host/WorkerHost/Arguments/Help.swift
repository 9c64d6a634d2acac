/// The texts that are made from a command's declaration.
public enum Help {
    /// What `--help` prints.
    public static func text(for command: Command, path: [String]) -> String {
        let name = path.joined(separator: " ")
        var text = "\(name): \(command.summary)\n\nUsage: \(usage(of: command, name))\n"
        if !command.discussion.isEmpty { text += "\n" + wrapped(command.discussion, indent: 0) }
        text += table("Commands", command.subcommands.map { ($0.name, $0.summary) })
        text += table("Operands", command.operands.map { ($0.synopsis, $0.summary) })
        text += table("Options", command.options.map { ($0.synopsis, $0.summary) })
        if !command.examples.isEmpty {
            text += "\nExamples:\n"
            for example in command.examples { text += "  \(example.line)\n" + wrapped(example.summary, indent: 6) }
        }
        if !command.subcommands.isEmpty { text += "\n`\(name) COMMAND --help` tells more about each.\n" }
        return text
    }

    private static func usage(of command: Command, _ name: String) -> String {
        if !command.subcommands.isEmpty { return "\(name) COMMAND …" }
        let required = command.options.filter(\.isRequired).map(\.synopsis)
        let optional = command.options.contains { !$0.isRequired } ? ["[OPTIONS]"] : []
        return ([name] + command.operands.map(\.synopsis) + required + optional).joined(separator: " ")
    }

    private static func table(_ title: String, _ rows: [(String, String)]) -> String {
        if rows.isEmpty { return "" }
        let width = min(28, rows.map(\.0.count).max() ?? 0)
        var text = "\n\(title):\n"
        for (name, summary) in rows {
            let body = wrapped(summary, indent: width + 4)
            if name.count <= width {
                text += "  " + name + String(repeating: " ", count: width - name.count + 2) + body.drop { $0 == " " }
            } else {
                text += "  \(name)\n" + body
            }
        }
        return text
    }

    private static func wrapped(_ text: String, indent: Int, width: Int = 100) -> String {
        var result = ""
        let margin = String(repeating: " ", count: indent)
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, indent + line.count + 1 + word.count > width {
                    result += margin + line + "\n"
                    line = ""
                }
                line += line.isEmpty ? String(word) : " " + word
            }
            result += line.isEmpty ? "\n" : margin + line + "\n"
        }
        return result
    }

    /// A script that completes commands, options and choices in bash (and in zsh after `bashcompinit`).
    public static func completion(for program: Command) -> String {
        let function = "_" + program.name.map { $0.isLetter ? $0 : "_" }
        var text = "# Completion of \(program.name) for bash: source <(\(program.name) completion)\n\(function)() {\n"
        text += "    local word=\"${COMP_WORDS[COMP_CWORD]}\" before=\"${COMP_WORDS[COMP_CWORD-1]}\" path=\"\" i\n"
        text += "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
        text += "        case \"${COMP_WORDS[i]}\" in -*) ;; *) path=\"$path ${COMP_WORDS[i]}\" ;; esac\n    done\n"
        text += "    case \"$before\" in\n"
        var known: Set<String> = []
        for option in everyCommand(in: program, path: []).flatMap(\.command.options)
        where !option.choices.isEmpty && known.insert(option.name).inserted {
            text +=
                "        --\(option.name)) COMPREPLY=($(compgen -W \"\(option.choices.joined(separator: " "))\" -- \"$word\")); return ;;\n"
        }
        text += "    esac\n    case \"$path \" in\n"
        for entry in everyCommand(in: program, path: []).reversed() {
            let words = entry.command.subcommands.map(\.name) + entry.command.options.map { "--\($0.name)" } + ["--help"]
            let pattern = entry.path.isEmpty ? "*" : entry.path.map { "\\ \($0)" }.joined() + "\\ *"
            let files = entry.command.operands.contains { $0.name.hasPrefix("FILE") }
            text +=
                "        \(pattern)) COMPREPLY=($(compgen \(files ? "-f " : "")-W \"\(words.joined(separator: " "))\" -- \"$word\")) ;;\n"
        }
        return text + "    esac\n}\ncomplete -F \(function) \(program.name)\n"
    }

    private static func everyCommand(in command: Command, path: [String]) -> [(path: [String], command: Command)] {
        [(path, command)] + command.subcommands.flatMap { everyCommand(in: $0, path: path + [$0.name]) }
    }

    /// The manual page in troff with the `man` macros.
    public static func manual(for program: Command) -> String {
        func safe(_ text: String) -> String {
            let escaped = text.map { $0 == "\\" ? "\\e" : $0 == "-" ? "\\-" : String($0) }.joined()
            return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
        }
        var text = ".TH \(program.name.uppercased()) 1\n.SH NAME\n\(safe(program.name)) \\- \(safe(program.summary))\n"
        text += ".SH SYNOPSIS\n.B \(safe(program.name))\n\(safe(program.subcommands.isEmpty ? "[OPTIONS]" : "COMMAND …"))\n"
        if !program.discussion.isEmpty { text += ".SH DESCRIPTION\n" + paragraphs(program.discussion, safe) }
        for entry in everyCommand(in: program, path: [program.name]) where entry.command.subcommands.isEmpty {
            text += ".SH \(safe(entry.path.joined(separator: " ").uppercased()))\n\(safe(entry.command.summary))\n.PP\n"
            text += ".B \(safe(usage(of: entry.command, entry.path.joined(separator: " "))))\n"
            if !entry.command.discussion.isEmpty { text += ".PP\n" + paragraphs(entry.command.discussion, safe) }
            for row in entry.command.operands.map({ ($0.name, $0.summary) }) + entry.command.options.map({ ($0.synopsis, $0.summary) }) {
                text += ".TP\n.B \(safe(row.0))\n\(safe(row.1))\n"
            }
            for example in entry.command.examples { text += ".PP\n.nf\n\(safe(example.line))\n.fi\n\(safe(example.summary))\n" }
        }
        text += ".SH EXIT STATUS\n"
        for code in ExitCode.allCases { text += ".TP\n.B \(code.rawValue)\n\(safe(code.meaning))\n" }
        return text
    }

    private static func paragraphs(_ text: String, _ safe: (String) -> String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? ".PP" : safe(String($0)) }.joined(separator: "\n")
            + "\n"
    }
}
