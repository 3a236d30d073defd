#!/bin/bash
# fit_beats.sh DATA WORK [FOLDS]   fits the network that tells where beats started, writes BeatNetworkWeights.swift, and
#                                  prints what FOLDS networks reach, each on the recordings that it has not seen
#
# DUMP and PYTHON name the two programs where they are elsewhere.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
data=${1:?the recordings} work=${2:?a folder for the files} folds=${3:-8}
dump=${DUMP:-$root/.build/release/dump-candidates}
python=${PYTHON:-$root/.build/fit/bin/python}
script=$here/fit_beat_network.py
mkdir -p "$work"
"$python" "$script" split --data "$data" --out "$work" --folds "$folds"
: > "$work/none.f32"

copies() { # round, name of the weights
    rm -rf "$work/round$1"
    for ((k = 0; k < folds; k++)); do
        local weights=$work/$2$k.f32
        [ "$2" != none ] || weights=$work/none.f32
        "$dump" --beats --plain --data "$data" --out "$work/round$1/plain$k" --records "$work/score$k.txt" \
            --weights "$weights"
        "$dump" --beats --data "$data" --out "$work/round$1/copies$k" --records "$work/fit$k.txt" --copies 6 \
            --seed $((40 + $1)) --weights "$weights"
    done
}

networks() { # round, name
    for ((k = 0; k < folds; k++)); do
        local seen=()
        for ((other = 0; other < folds; other++)); do
            [ "$other" = "$k" ] || seen+=("$work/round$1/plain$other" "$work/round$1/copies$other")
        done
        "$python" "$script" fit --beats "${seen[@]}" --weights "$work/$2$k.f32"
    done
}

# The network sees what it has said of earlier beats, so each round shows the states of networks of the round before that
# do not know the recording.
copies 0 none
networks 0 first
copies 1 first
networks 1 second
copies 2 second
networks 2 third
for ((k = 0; k < folds; k++)); do
    "$dump" --beats --plain --data "$data" --out "$work/unseen" --records "$work/score$k.txt" --weights "$work/third$k.f32"
done
"$python" "$script" score --beats "$work/unseen"
"$python" "$script" fit --beats "$work"/round2/* --weights "$work/all.f32" \
    --swift "$root/Sources/ECGSignal/BeatNetworkWeights.swift"
