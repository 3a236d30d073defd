#!/bin/bash
# fit.sh fit DATA WORK                     fits the network to all open recordings and writes QRSNetworkWeights.swift
# fit.sh crossvalidate DATA WORK [FOLDS]   fits FOLDS networks, each scored on the recordings that it has not seen
#
# DUMP and PYTHON name the two programs where they are elsewhere.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
command=${1:?fit or crossvalidate} data=${2:?the recordings} work=${3:?a folder for the files} folds=${4:-2}
dump=${DUMP:-$root/.build/release/dump-candidates}
python=${PYTHON:-$root/.build/fit/bin/python}
script=$here/fit_qrs_network.py
weigh=(--weigh tele=2.5 cpsc2019=1.5 simulated=0.7 ptbdb=0.5 ptbdb_full=0.3 mimics=0.7)
mkdir -p "$work"

# The lists of recordings: fold by fold, to be scored and to be fitted to, and those without marks.
"$python" "$script" split --data "$data" --out "$work" --folds "$folds"

copies() { # round, option for the weights
    rm -rf "$work/copies$1"
    for ((k = 0; k < folds; k++)); do
        local weights=()
        [ "$2" = none ] || weights=(--weights "$work/$2$k.f32")
        "$dump" --data "$data" --out "$work/copies$1/marked" --records "$work/fit$k.txt" --copies 8 --seed $((10 + $1)) \
            "${weights[@]}"
        "$dump" --data "$data" --out "$work/copies$1/short" --records "$work/short$k.txt" --copies 20 \
            --undisturbed 0.5 --seed $((20 + $1)) "${weights[@]}"
    done
    "$dump" --data "$data" --out "$work/copies$1/unmarked" --records "$work/unmarked.txt" --copies 4 --patients 400 \
        --seed $((30 + $1))
}

fold_networks() { # round, name, passes
    for ((k = 0; k < folds; k++)); do
        "$python" "$script" fit --candidates "$work/copies$1"/* --leave-out "$work/fit$k.txt" \
            --weights "$work/$2$k.f32" --passes "$3" "${weigh[@]}"
    done
}

# The first round sees the shipped network's states, the second those of networks that do not know the recordings.
copies 0 none
fold_networks 0 first 5
copies 1 first
if [ "$command" = crossvalidate ]; then
    fold_networks 1 second 5
    rm -rf "$work/beats"
    for ((k = 0; k < folds; k++)); do
        "$dump" --plain --data "$data" --out "$work/beats" --records "$work/score$k.txt" --weights "$work/second$k.f32"
    done
else
    "$python" "$script" fit --candidates "$work"/copies[01]/* --passes 5 "${weigh[@]}" \
        --weights "$work/all.f32" --swift "$root/Sources/ECGSignal/QRSNetworkWeights.swift"
    rm -rf "$work/beats"
    cat "$work"/score*.txt > "$work/score.txt"
    "$dump" --plain --data "$data" --out "$work/beats" --records "$work/score.txt" --weights "$work/all.f32"
fi
"$python" "$script" score --beats "$work/beats" --worst 5
