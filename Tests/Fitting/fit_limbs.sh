#!/bin/bash
# fit_limbs.sh DATA WORK [FOLDS]   prints what FOLDS networks tell of the limb electrodes of recordings that they have not
#                                  seen, then fits one to all recordings and writes LimbNetworkWeights.swift
#
# DUMP and PYTHON name the two programs where they are elsewhere.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
data=${1:?the recordings} work=${2:?a folder for the files} folds=${3:-10}
dump=${DUMP:-$root/.build/release/dump-candidates}
python=${PYTHON:-$root/.build/fit/bin/python}
script=$here/fit_limb_network.py
mkdir -p "$work"
"$python" "$script" list --data "$data" --out "$work/records.txt"
rm -rf "$work/limbs"
"$dump" --limbs --data "$data" --out "$work/limbs" --records "$work/records.txt"
"$python" "$script" crossvalidate --limbs "$work/limbs" --folds "$folds"
"$python" "$script" fit --limbs "$work/limbs" --swift "$root/Sources/ECGSignal/AveragedBeat/LimbNetworkWeights.swift"
