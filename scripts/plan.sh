#!/bin/sh
# Prints docs/PLAN.md: the rows of docs/plan-rows.tsv, each with the tests that show it.
#
# A test shows a row by a comment before it: `// plan: 3a, 7f` and then `@Test func …`. A number that is no row, or a comment
# that no test follows, is an error: the page cannot be wrong about what is there.
set -eu
export LC_ALL=C
cd "$(dirname "$0")/.."

find Tests -name '*.swift' | sort | xargs awk '
    FNR == 1 { if (ids != "") lost(); ids = "" }
    function lost() { print "no test follows the plan comment in " where > "/dev/stderr"; failed = 1; exit 1 }
    /^[ ]*\/\/ plan:/ {
        if (ids != "") lost()
        ids = $0; sub(/^[ ]*\/\/ plan:[ ]*/, "", ids); where = FILENAME ":" FNR; next
    }
    ids != "" && /func [A-Za-z`]/ {
        name = $0; sub(/^.*func /, "", name); sub(/[(<].*$/, "", name); gsub(/`/, "", name)
        file = FILENAME; sub(/^.*\//, "", file); sub(/\.swift$/, "", file)
        count = split(ids, each, /[ ,]+/)
        for (i = 1; i <= count; i++) if (each[i] != "") print "test\t" each[i] "\t" file "." name "\t" where
        ids = ""
    }
    END { if (!failed && ids != "") lost() }
' > "${TMPDIR:-/tmp}/plan.$$" || { rm -f "${TMPDIR:-/tmp}/plan.$$"; exit 1; }
trap 'rm -f "${TMPDIR:-/tmp}/plan.$$"' EXIT

awk -F '\t' '
    $1 == "test" { tests[$2] = tests[$2] (tests[$2] == "" ? "" : "<br>") "`" $3 "`"; places[$2] = $4; next }
    /^#/ { lines[++last] = $0; next }
    NF != 4 { print "docs/plan-rows.tsv:" FNR ": four columns are wanted, separated by tabs" > "/dev/stderr"; failed = 1; exit 1 }
    { lines[++last] = $0; rows++; known[$1] = 1; if ($1 in tests) shown++ }
    END {
        if (failed) exit 1
        for (id in tests) if (!(id in known)) {
            print places[id] ": " id " is no row of docs/plan-rows.tsv" > "/dev/stderr"; failed = 1
        }
        if (failed) exit 1
        print "# The plan, row by row\n"
        print "Every mechanism of 郑政文〔2018〕103号, read through the law in force today, with the topics it works by, its worker, and the"
        print "test that shows it. This page is made by `make plan` from `docs/plan-rows.tsv` and the tests; a row without a test says *not yet*."
        print "\n" shown + 0 " of " rows " rows are shown by a test."
        for (i = 1; i <= last; i++) {
            if (lines[i] ~ /^#/) {
                print "\n#" lines[i] "\n\n| row | what | topics | worker | shown by |\n|---|---|---|---|---|"
            } else {
                split(lines[i], column, "\t")
                print "| " column[1] " | " column[2] " | " column[3] " | " column[4] " | " \
                    (column[1] in tests ? tests[column[1]] : "*not yet*") " |"
            }
        }
    }
' "${TMPDIR:-/tmp}/plan.$$" docs/plan-rows.tsv
