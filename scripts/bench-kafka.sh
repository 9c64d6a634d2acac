#!/usr/bin/env bash
# The reference job on a real broker: our worker and the rivals that lie beside this repository, one after the other, each on a broker
# of its own, by the measure.sh that measures them all in the same way. Prints figures and ratios, and what is absent.
#
#   COUNT=300000   inputs of the backlog            RIVALS="floor franz streams baseline"   which of them (or none)
#   RUNS=1         how often each                   PORT=9192   of the broker; the next one is its controller's
#   LIMIT=900      seconds for one of them
#   OURS="ours other"   what is measured of ours: the phases of measure.sh; a takeover by another instance. LANES=2
#   REFERENCE_JOB=DIR, KAFKA_HOME=DIR               ../shared/reference-job and ../shared/kafka unless given
#
# Figures of this machine at this hour: only ratios of runs side by side count. They are kept in .make/bench-kafka/, one JSON a line.
set -u

count=${COUNT:-300000}
runs=${RUNS:-1}
rivals=${RIVALS-floor franz streams baseline}
[[ $rivals == none ]] && rivals=
ours=${OURS-ours other}
port=${PORT:-9192}
limit=${LIMIT:-900}
lanes=${LANES:-2}

beside() {
    local place
    for place in ../shared ../../shared; do
        if [[ -e $place/$1 ]]; then
            (cd "$place/$1" && pwd)
            return
        fi
    done
}
job=${REFERENCE_JOB:-$(beside reference-job)}
export KAFKA_HOME=${KAFKA_HOME:-$(beside kafka)}
worker=$PWD/Benchmarks/.build/release/reference-worker

stop() {
    echo "bench-kafka: $*" >&2
    exit 1
}
[[ -x $job/measure.sh ]] || stop "there is no reference job (${job:-../shared/reference-job}): name its folder by REFERENCE_JOB"
[[ -x $KAFKA_HOME/bin/kafka-server-start.sh ]] || stop "there is no Kafka (${KAFKA_HOME:-../shared/kafka}): name its folder by KAFKA_HOME"
command -v java >/dev/null || stop "Java 17 is missing: the broker, the tools and Kafka Streams need it"

mkdir -p .make/bench-kafka
name=.make/bench-kafka/$(date -u +%Y-%m-%dT%H-%M-%SZ)
# Its start_await waits for the word "ready" in a file that may still be that of the phase before, and then misses what a quick worker
# says: the phase waits in vain. So it is run from a copy that removes the file first.
export REFERENCE_JAR=${REFERENCE_JAR:-$job/target/reference.jar}
sed 's/^start_await() {$/&\n  rm -f "$work\/await.log"/' "$job/measure.sh" >.make/bench-kafka/measure.sh
figures=$PWD/$name.jsonl
log=$PWD/$name.log
: >"$figures"
absent=()
failed=()
trap 'rm -f "$figures.one"; exit 130' INT TERM

# measure LABEL PHASES COMMAND...: appends the figures, says how it went.
measure() {
    local label=$1 phases=$2 begun=$SECONDS
    shift 2
    printf '%-10s run %d: %s ... ' "$label" "$run" "$phases" >&2
    echo "--- $label, run $run" >>"$log"
    if timeout -k 60 "$limit" bash .make/bench-kafka/measure.sh -l "$label" -n "$count" -p "$phases" -b "$port" -- "$@" >"$figures.one" 2>>"$log"; then
        echo "$((SECONDS - begun)) s" >&2
    else
        failed+=("$label, run $run")
        echo "FAILED, see $name.log" >&2
    fi
    sed "s/^{/{\"run\":$run,/" "$figures.one" >>"$figures"
    rm -f "$figures.one"
}

# absent LABEL WHY, once.
miss() { ((run > 1)) || absent+=("$1: $2"); }

rival() {
    case $1 in
    floor)
        if [[ -x $job/peers/floor/floor-worker ]]; then
            measure floor restart,crash,wipe,latency env FLOOR_SYNC=NORMAL "$job/peers/floor/floor-worker" --bootstrap %b --state-dir %d
        else miss floor "no executable peers/floor/floor-worker (make in that folder)"; fi ;;
    franz)
        if [[ -x $job/peers/franz/franz-worker ]]; then
            measure franz restart,crash,wipe,latency "$job/peers/franz/franz-worker" -bootstrap %b -state-dir %d
        else miss franz "no executable peers/franz/franz-worker (its README says how it is built)"; fi ;;
    streams)
        if [[ -f $job/target/reference.jar ]]; then
            measure streams restart,crash,wipe,latency java -jar "$job/target/reference.jar" streams --bootstrap %b --state-dir %d
        else miss streams "no target/reference.jar (mvn package)"; fi ;;
    baseline)
        if [[ -f $job/target/reference.jar ]]; then
            measure baseline latency java -jar "$job/target/reference.jar" baseline --bootstrap %b
        else miss baseline "no target/reference.jar (mvn package)"; fi ;;
    *) miss "$1" "not known here: floor, franz, streams or baseline" ;;
    esac
}

for ((run = 1; run <= runs; run++)); do
    if [[ ! -x $worker ]]; then
        miss ours "no reference-worker: make bench-build"
    else
        if [[ " $ours " == *" ours "* ]]; then
            measure ours restart,crash,wipe,latency "$worker" --bootstrap %b --data %d --lanes "$lanes"
        fi
        if [[ " $ours " == *" other "* ]]; then
            # Each start has a folder of its own, so it is another instance: what was killed is waited for.
            measure other crash bash -c 'exec "$1" --bootstrap "$2" --data "$(mktemp -d "$3/XXXXXX")" --lanes "$4"' - \
                "$worker" %b %d "$lanes"
        fi
    fi
    for each in $rivals; do rival "$each"; done
done

awk -v runs="$runs" '
    function value(name,    text) {
        if (!match($0, "\"" name "\":[-0-9.]+")) return ""
        text = substr($0, RSTART, RLENGTH)
        sub(/.*:/, "", text)
        return text
    }
    function word(name,    text) {
        if (!match($0, "\"" name "\":\"[^\"]*\"")) return ""
        text = substr($0, RSTART, RLENGTH)
        sub(/^"[^"]*":"/, "", text); sub(/"$/, "", text)
        return text
    }
    function keep(row, figure) {
        if (figure != "") cell[row, worker, run] = figure
    }
    function rowOf(row, title) { order[++rows] = row; titles[row] = title }
    # All runs of one figure of one worker.
    function shown(row, worker,    all, n) {
        all = ""
        for (n = 1; n <= runs; n++) {
            if (!((row, worker, n) in cell)) continue
            all = all (all == "" ? "" : " · ") cell[row, worker, n]
        }
        return all == "" ? "-" : all
    }
    # The width in characters: the only one beyond ASCII is the dot, of two bytes.
    function width(text,    copy) { copy = text; gsub(/·/, ".", copy); return length(copy) }
    function padded(text, to) { while (width(text) < to) text = " " text; return text }
    function median(row, worker,    n, m, list, i, j, t) {
        m = 0
        for (n = 1; n <= runs; n++) if ((row, worker, n) in cell) list[++m] = cell[row, worker, n] + 0
        if (m == 0) return ""
        for (i = 2; i <= m; i++) { t = list[i]; for (j = i - 1; j > 0 && list[j] > t; j--) list[j + 1] = list[j]; list[j + 1] = t }
        return list[int((m + 1) / 2)]
    }
    function worst(row, worker,    n, most) {
        most = ""
        for (n = 1; n <= runs; n++) if ((row, worker, n) in cell) if (most == "" || cell[row, worker, n] + 0 > most) most = cell[row, worker, n] + 0
        return most
    }
    function promise(text, figure, isKept) {
        if (figure == "") { printf "  not measured   %s\n", text; return }
        printf "  %-12s   %s: %s\n", isKept ? "kept" : "MISSED", text, figure
    }
    {
        worker = word("worker"); phase = word("phase"); run = value("run")
        if (!(worker in known)) { known[worker] = 1; workers[++count] = worker }
        if (phase == "load") {
            keep("perSecond", value("perSecond")); keep("later", value("perSecondLaterHalf"))
            keep("cpu", value("workerCpuMicros")); keep("cpuLater", value("workerCpuMicrosLaterHalf"))
            keep("broker", value("brokerCpuMicros")); keep("memory", value("peakRssMb")); keep("first", value("firstOutcomeSeconds"))
        } else if (phase ~ /^verify/) {
            found = value("violations")
            if (found == "") found = 1
            if (!((worker, run) in wrong)) wrong[worker, run] = 0
            wrong[worker, run] += found
            keep("verify", wrong[worker, run])
            keep("outcomeBytes", value("outcomeBytes")); keep("entryBytes", value("entryBytes"))
        } else if (phase == "latency") {
            keep("p50", value("p50Ms")); keep("p99", value("p99Ms")); keep("max", value("maxMs"))
        } else {
            keep(phase, value("firstOutcomeSeconds"))
            keep(phase "Stop", value("stopSeconds"))
        }
    }
    END {
        rowOf("perSecond", "messages per second"); rowOf("later", "  of the later half")
        rowOf("cpu", "worker CPU per message, us"); rowOf("cpuLater", "  of the later half")
        rowOf("broker", "broker CPU per message, us"); rowOf("memory", "peak memory, MB"); rowOf("first", "start to first answer, s")
        rowOf("restart", "restart to first answer, s"); rowOf("restartStop", "  stop, s")
        rowOf("crash", "after kill -9, s"); rowOf("wipe", "store wiped, s")
        rowOf("p50", "answer at 200/s, p50 ms"); rowOf("p99", "  p99 ms"); rowOf("max", "  max ms")
        rowOf("outcomeBytes", "bytes of outcomes"); rowOf("entryBytes", "bytes of entries"); rowOf("verify", "violations")
        for (i = 1; i <= count; i++) {
            widest[i] = width(workers[i])
            for (r = 1; r <= rows; r++) if (width(shown(order[r], workers[i])) > widest[i]) widest[i] = width(shown(order[r], workers[i]))
        }
        line = sprintf("%-28s", "")
        for (i = 1; i <= count; i++) line = line "  " padded(workers[i], widest[i])
        print "\n" line
        for (r = 1; r <= rows; r++) {
            line = sprintf("%-28s", titles[order[r]])
            for (i = 1; i <= count; i++) line = line "  " padded(shown(order[r], workers[i]), widest[i])
            print line
        }
        if (!("ours" in known)) exit
        print "\nours to theirs" (runs > 1 ? ", medians" : "")
        split("perSecond later cpu cpuLater broker memory p50 p99", compared, " ")
        for (r = 1; r in compared; r++) {
            line = sprintf("%-28s", titles[compared[r]])
            for (i = 1; i <= count; i++) {
                mine = median(compared[r], "ours"); theirs = median(compared[r], workers[i])
                line = line "  " padded(mine == "" || theirs == "" || theirs == 0 ? "-" : sprintf("%.2f", mine / theirs), widest[i])
            }
            print line
        }
        print "\nwhat is promised"
        violations = 0
        for (n = 1; n <= runs; n++) violations += wrong["ours", n] + wrong["other", n]
        promise("the verifier finds nothing", violations, violations == 0)
        if ("streams" in known) {
            ratio = median("perSecond", "streams") ? median("perSecond", "ours") / median("perSecond", "streams") : ""
            promise("at least the throughput of Kafka Streams, ratio", ratio == "" ? "" : sprintf("%.2f", ratio), ratio >= 1)
            ratio = median("cpu", "streams") ? median("cpu", "ours") / median("cpu", "streams") : ""
            promise("less than half of its CPU per message, ratio", ratio == "" ? "" : sprintf("%.2f", ratio), ratio < 0.5)
        } else promise("throughput and CPU beside Kafka Streams", "")
        promise("first answer 0.5 s after a restart", worst("restart", "ours"), worst("restart", "ours") <= 0.5)
        promise("1 s after a kill -9", worst("crash", "ours"), worst("crash", "ours") <= 1)
        promise("16 s when another instance takes over", worst("crash", "other"), worst("crash", "other") <= 16)
        promise("3 s when the store is wiped", worst("wipe", "ours"), worst("wipe", "ours") <= 3)
    }' "$figures"

for each in "${absent[@]}"; do echo "ABSENT  $each"; done
for each in "${failed[@]}"; do echo "FAILED  $each"; done
echo "figures: $name.jsonl"
((${#failed[@]} == 0))
