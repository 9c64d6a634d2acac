#!/bin/sh
# Prints docs/STATES.md: for every machine of a case, what every event does in every state.
#
# The tables are those of the machines' tests, which compare them word for word with what the machines answer: a page that is equal
# to them is equal to the machines.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

cat <<'END'
# Every state, every message

What every message or event does in every state of a case (每一状态下每一报文的确定答复). `-`: nothing changes. `no:` refused with this code,
and the case goes on. Otherwise the state that follows, and what is said or done, in this order. This page is made by `make states` from the
tables of the machines' tests (`saysForEveryStateWhatEveryEventDoes` and its neighbours), which compare them with the machines word for word.
END

section() {
    printf '\n## %s\n' "$1"
    awk -v file="$2" '
        /let .* = """$/ && (/[Tt]able/ || /[Ee]xpected/ || / (performance|extended)/) {
            name = $0; sub(/^.*let /, "", name); sub(/[ :=].*$/, "", name)
            inside = 1; count++
            if (name != "table" && name != "expected") print "\n### " name
            print "\n```"
            next
        }
        inside && /^ *"""$/ { inside = 0; print "```"; next }
        inside { sub(/^        /, ""); print }
        END { if (count == 0) { print "no table in " file > "/dev/stderr"; exit 1 } }
    ' "$2"
}

section 'Record 记录' Tests/Workers/LedgerTests/RecordMachineTests.swift
section 'Dispute 异议' Tests/Workers/DisputeTests/DisputeMachineTests.swift
section 'Repair 信用修复' Tests/Workers/RepairTests/RepairMachineTests.swift
section 'Sanction 惩戒' Tests/Workers/SanctionTests/SanctionMachineTests.swift
section 'Reward 激励' Tests/Workers/RewardTests/RewardMachineTests.swift
section 'Publicity 公示' Tests/Workers/PublicityTests/PublicRecordTests.swift
section 'Notice 告知' Tests/Workers/NoticeTests/NoticeMachineTests.swift
section 'Delivery 送达' Tests/Workers/DeliveryTests/DeliveryMachineTests.swift
