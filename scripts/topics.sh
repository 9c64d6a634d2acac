#!/bin/sh
# `make topics`: writes the files of topics that each worker has for itself, and topics/asyncapi.yaml from all files of topics/.
# What stands in asyncapi.yaml before `channels:`, and its envelope, is written by hand and kept.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."
mkdir -p .make

# Writes a file of what comes in; not when it says so already, so that nothing is built again.
keep() {
    cat >.make/new
    if cmp -s .make/new "$1"; then rm .make/new; else mv .make/new "$1"; fi
}

# The name, then the members that differ, in their order.
own() {
    cat <<END | keep "topics/$1.yaml"
name: $1
kind: own
status: live
zh: $2
en: $3
key: $4
producers: [$5]
consumers: [$6]
# inbound and step: the terms of Config/rules.yaml; whole: nothing is deleted by age; compacted: the newest value of each key
retention: $7
compacted: $8
types: {}
END
}

workers=$(sed -n 's/^let workers = \[\(.*\)\]$/\1/p' Package.swift | tr -d '",' | tr 'A-Z' 'a-z')
for worker in $workers; do
    own "$worker.dead-letters.v1" 死信 "\"Messages that $worker will not act on, with origin, error and bytes.\"" \
        "the key of the input" "$worker" operators whole false
    own "$worker.redrive.v1" 重投 "Dead letters that an operator gives to $worker again." \
        "the key of the input" operators "$worker" step false
    own "$worker.changelog.v1" 变更日志 "\"The rows of the stores of $worker, from which they are rebuilt.\"" \
        "table and key of the row" "$worker" "$worker" compacted true
done

# The order of the catalogue in code: by kind, then by name; a worker's own topics last, in the order of Package.swift.
files=""
for kind in inbound step outbound; do
    files="$files $(grep -l "^kind: $kind\$" topics/*.v1.yaml)"
done
for worker in $workers; do
    files="$files topics/$worker.dead-letters.v1.yaml topics/$worker.redrive.v1.yaml topics/$worker.changelog.v1.yaml"
done
document=topics/asyncapi.yaml
{
    sed '/^channels:/,$d' $document
    awk '
        function flush(  i) {
            if (name == "") return
            channels = channels "  " name ":\n    address: " name "\n    description: " member["en"] "\n"
            if (count > 0) channels = channels "    messages:\n"
            for (i = 1; i <= count; i++) channels = channels "      " type[i] ": {$ref: \047#/components/messages/" type[i] "\047}\n"
            channels = channels "    bindings:\n      kafka:\n        topicConfiguration:\n          cleanup.policy: [" \
                (member["compacted"] == "true" ? "compact" : "delete") "]\n    x-key: " member["key"] "\n    x-status: " member["status"] "\n"
            if (member["kind"] == "inbound" || member["kind"] == "step") operation("receive")
            if (member["kind"] == "outbound" || member["kind"] == "step") operation("send")
        }
        function operation(action) {
            operations = operations "  " action "." name ":\n    action: " action "\n    channel: {$ref: \047#/channels/" name "\047}\n"
        }
        FNR == 1 { flush(); split("", member); name = ""; count = 0 }
        /^[a-z]+:/ {
            key = $0; sub(/:.*$/, "", key); value = $0; sub(/^[a-z]+:[ ]*/, "", value); member[key] = value
            if (key == "name") name = value
        }
        /^  [a-z]/ {
            one = $1; sub(/:$/, "", one); type[++count] = one
            if (!(one in seen)) {
                seen[one] = 1
                messages = messages "    " one ":\n      name: chengxin." one ".v1\n      contentType: application/json\n" \
                    "      traits: [{$ref: \047#/components/messageTraits/envelope\047}]\n"
                if (match($0, /schemas\/[a-z.-]+\.json/))
                    messages = messages "      payload: {$ref: \047./" substr($0, RSTART, RLENGTH) "\047}\n"
            }
        }
        END { flush(); printf "channels:\n%soperations:\n%s", channels, operations > "/dev/stdout"; printf "%s", messages > OTHER }
    ' OTHER=.make/messages.yaml $files
    sed -n '/^components:/,/^  messages:/p' $document
    cat .make/messages.yaml
} | keep $document
rm -f .make/messages.yaml
