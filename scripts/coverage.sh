#!/bin/sh
# Prints how many lines the last `make coverage` reached: each file of decision code, then the sums.
# Decision code is what gives answers: workers, identity numbers, the calendar, 双公示, step messages. 95 % is what we hold.
set -eu

tools=$(dirname "$(readlink -f "$(command -v swift)")")
profile=.build/coverage/debug/codecov/default.profdata
tests=$(ls .build/coverage/debug/*PackageTests.xctest)

"$tools/llvm-cov" report "$tests" -instr-profile "$profile" Sources/Workers Sources/Model Sources/Stream Sources/Adapters Sources/Host Sources/Chengxin |
    awk '
        $1 ~ /\.swift$/ {
            # file, regions (3), functions (3), lines: all, missed, covered
            lines = $8; missed = $9
            room = "others"
            if ($1 ~ /^Workers\//) room = "workers (decision code)"
            else if ($1 ~ /CreditModel\/(Identity|Dates)\// || $1 ~ /^(Identity|Dates)\//) room = "identity numbers and calendar (decision code)"
            else if ($1 ~ /CreditModel\/(DoublePublicity|Steps)\//) room = "rows of 双公示 and step messages (decision code)"
            else if ($1 ~ /StreamEngine\//) room = "engine"
            all[room] += lines; not[room] += missed
            if (room ~ /decision/) printf "%6.1f %%  %5d lines  %s\n", lines ? 100 * (lines - missed) / lines : 100, lines, $1
        }
        END {
            print ""
            for (room in all) printf "%6.1f %%  %5d lines  %s\n", all[room] ? 100 * (all[room] - not[room]) / all[room] : 100, all[room], room
        }'
