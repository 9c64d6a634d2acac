#!/bin/sh
# Writes a Swift file with the topics that the files describe: what the plugin TopicList calls when one of them is new.
#
#     topic-list.sh OUT [--worker NAME]... TOPIC.yaml...
#
# The files have one member per line, as topics/record.ledger.v1.yaml; a test reads them as YAML and compares.
set -eu
export LC_ALL=C

out=$1
shift
workers=""
while [ "${1:-}" = "--worker" ]; do
    workers="$workers $2"
    shift 2
done

awk -v workers="$workers" '
    function plain(text) { sub(/^"/, "", text); sub(/"$/, "", text); return text }
    function quoted(text) { gsub(/\\/, "\\\\", text); gsub(/"/, "\\\"", text); return "\"" text "\"" }
    # [a, b] as a list of Swift texts
    function list(text,   count, each, i, made) {
        sub(/^\[/, "", text); sub(/\]$/, "", text)
        count = split(text, each, /, */)
        for (i = 1; i <= count; i++) made = made (i > 1 ? ", " : "") quoted(plain(each[i]))
        return "[" made "]"
    }
    function wrong(what) { print FILENAME ":" FNR ": " what > "/dev/stderr"; failed = 1; exit 1 }
    function finish() {
        if (name == "" || member["kind"] == "own") return
        if (!(member["kind"] ~ /^(inbound|step|outbound)$/)) { print name ": kind is inbound, step, outbound or own" > "/dev/stderr"; failed = 1; exit 1 }
        entries[member["kind"]] = entries[member["kind"]] "        TopicEntry(\n            " quoted(name) ", ." member["kind"] ", ." \
            member["retention"] ", key: " quoted(plain(member["key"])) ",\n            from: " list(member["producers"]) ",\n            to: " \
            list(member["consumers"]) ",\n            types: [" types "]" (member["status"] == "later" ? ", .later" : "") "),\n"
    }
    FNR == 1 { finish(); split("", member); name = ""; types = "" }
    /^#/ || /^[ ]*$/ { next }
    /^[a-z]+:/ {
        key = $0; sub(/:.*$/, "", key)
        value = $0; sub(/^[a-z]+:[ ]*/, "", value)
        member[key] = value
        if (key == "name") {
            name = value; file = FILENAME; sub(/^.*\//, "", file); sub(/\.yaml$/, "", file)
            if (file != name) wrong("the file of the topic " name " is called " name ".yaml")
        }
        next
    }
    /^  [a-z][a-z.-]*:/ {
        type = $1; sub(/:$/, "", type)
        types = types (types == "" ? "" : ", ") quoted(type)
        next
    }
    { wrong("a member per line is wanted, as in topics/record.ledger.v1.yaml") }
    END {
        if (failed) exit 1
        finish()
        if (failed) exit 1
        print "import StreamCore\n\nextension TopicCatalogue {"
        count = split(workers, each, / +/)
        for (i = 1; i <= count; i++) if (each[i] != "") made = made (made == "" ? "" : ", ") quoted(each[i])
        print "    /// In the order of `Package.swift`.\n    public static let workers: [String] = [" made "]\n"
        print "    /// The topics that workers share: what others send, the steps, what others read.\n    public static let contract: [TopicEntry] = [\n"  \
            entries["inbound"] entries["step"] entries["outbound"] "    ]\n}"
    }
' "$@" >"$out.new"
# Left as it is when it says so already, so that the model is not built again.
if cmp -s "$out.new" "$out"; then rm "$out.new"; else mv "$out.new" "$out"; fi
