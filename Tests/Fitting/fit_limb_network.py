#!/usr/bin/env python3
"""Fit the network that tells on which limbs the limb electrodes are. The README beside this file tells the recipe.

    fit_limb_network.py list --data DIR --out FILE
    fit_limb_network.py fit --limbs DIR --swift FILE
    fit_limb_network.py crossvalidate --limbs DIR [--folds N]

`fit` and `crossvalidate` read the files `*.limbs` of `dump-candidates --limbs`. Needs numpy only. The same files and
options give the same weights.
"""
import argparse
import csv
import glob
import os

import numpy as np

from fit_qrs_network import write_swift

SETS = ('ludb', 'ptbxl', 'cinc12lead', 'ptbdb', 'ptbdb_full', 'mimics')
LEADS, UNITS = 8, 16
# The stretches of P wave, QRS complex, and ST segment with T wave.
WAVES = ((0, 4), (4, 12), (12, 18))
BINS = WAVES[-1][1]
# Recordings whose QRS complexes and T waves are so alike (cosine) are one patient's.
ALIKE = 0.97
# What leads I and II are in truth, as parts of recorded I and II, in the order of ``LimbPlacement``.
PLACEMENTS = np.array([[[1, 0], [0, 1]], [[-1, 0], [-1, 1]], [[0, 1], [1, 0]], [[1, -1], [0, -1]],
                       [[-1, 1], [-1, 0]], [[0, -1], [1, -1]]], np.float32)
CORRECT, ARMS, LEFT, RIGHT_LEG, FORWARD, BACKWARD = range(6)


def recordings(data):
    """The records of twelve leads."""
    with open(os.path.join(data, 'labels.csv')) as file:
        names = [f"{row['set']}/{row['record']}" for row in csv.DictReader(file) if row['set'] in SETS]
    return [name for name in names if os.path.exists(os.path.join(data, name + '.hea'))]


def load(folder):
    """Names and inputs of all recordings that have them, by recording, lead and stretch."""
    names, inputs = [], []
    for file in sorted(glob.glob(os.path.join(folder, '*', '*.limbs'))):
        row = np.fromfile(file, np.float32)
        if len(row):
            names.append('/'.join(file[:-len('.limbs')].split('/')[-2:]))
            inputs.append(row.reshape(LEADS, BINS))
    return np.array(names), np.array(inputs)


def patients(inputs):
    """A number for each recording, the same where two are one patient's."""
    shapes = inputs[:, :, WAVES[1][0]:].reshape(len(inputs), -1)
    shapes = shapes / np.linalg.norm(shapes, axis=1, keepdims=True)
    number = np.arange(len(inputs))
    for i, k in np.argwhere(np.tril(shapes @ shapes.T, -1) > ALIKE):
        number[number == number[i]] = number[k]
    return number


def placed(inputs):
    """The inputs as each placement would have them, a row each."""
    rows = np.repeat(inputs[:, None], len(PLACEMENTS), 1)
    rows[:, :, :2] = np.einsum('kij,njb->nkib', PLACEMENTS, inputs[:, :2])
    return rows.reshape(len(inputs) * len(PLACEMENTS), LEADS * BINS)


def saturate(sums):
    held = np.clip(sums, -3, 3)
    return held * (27 + held * held) / (27 + 9 * held * held)


def slope(sums):
    held = np.clip(sums, -3, 3)
    below = 27 + 9 * held * held
    inside = ((27 + 3 * held * held) * below - held * (27 + held * held) * 18 * held) / (below * below)
    return np.where(np.abs(sums) < 3, inside, 0).astype(np.float32)


def likelihoods(inputs, parameters):
    """Logarithms of the likelihoods of all placements, by recording."""
    hidden, bias, output = parameters
    return (saturate(placed(inputs) @ hidden + bias) @ output).reshape(len(inputs), -1)


def fit(inputs, o, seed):
    """Cross-entropy of the placement by Adam with a cosine schedule, every recording as it is, with its leads mixed a
    little, waves left out and noise added; the mean of the weights over the last fifth of the steps."""
    rng = np.random.default_rng(seed)
    size = LEADS * BINS
    parameters = [(rng.normal(0, 1, (size, UNITS)) / np.sqrt(size)).astype(np.float32), np.zeros(UNITS, np.float32),
                  (rng.normal(0, 1, UNITS) / np.sqrt(UNITS)).astype(np.float32)]
    first, second, mean = ([np.zeros_like(p) for p in parameters] for _ in range(3))
    averaged = 0
    for t in range(1, o.steps + 1):
        x = inputs[rng.integers(0, len(inputs), o.batch)]
        mix = np.eye(LEADS, dtype=np.float32) + np.float32(o.mix) * rng.standard_normal(
            (o.batch, LEADS, LEADS)).astype(np.float32)
        x = np.matmul(mix, x)
        for start, end in WAVES:
            x[rng.random(o.batch) < o.drop, :, start:end] = 0
        x = x + np.float32(o.noise) * rng.standard_normal(x.shape).astype(np.float32)
        rows = placed(x)
        sums = rows @ parameters[0] + parameters[1]
        units = saturate(sums)
        odds = (units @ parameters[2]).reshape(o.batch, -1)
        odds -= odds.max(1, keepdims=True)
        error = np.exp(odds)
        error /= error.sum(1, keepdims=True)
        error[:, CORRECT] -= 1
        error = (error / o.batch).reshape(-1)
        below = error[:, None] * parameters[2] * slope(sums)
        gradients = [rows.T @ below, below.sum(0), units.T @ error]
        rate = np.float32(o.rate * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * t / o.steps))))
        for i, (p, g) in enumerate(zip(parameters, gradients)):
            first[i] += np.float32(0.1) * (g - first[i])
            second[i] += np.float32(0.001) * (g * g - second[i])
            p -= rate * (first[i] / np.float32(1 - 0.9 ** t)) / (
                np.sqrt(second[i] / np.float32(1 - 0.999 ** t)) + np.float32(1e-8))
            if i != 1:
                p -= rate * np.float32(o.decay) * p
        if t > 0.8 * o.steps and t % 5 == 0:
            averaged += 1
            for m, p in zip(mean, parameters):
                m += (p - m) / averaged
    return mean


def crossvalidate(names, inputs, o):
    """What the judge would say of each recording and its exchanges, by networks that have not seen its patient."""
    number = patients(inputs)
    groups = np.unique(number)
    fold = dict(zip(groups, np.random.default_rng(1).permutation(len(groups)) % o.folds))
    fold = np.array([fold[n] for n in number])
    found = np.zeros((len(inputs), len(PLACEMENTS)))
    for k in range(o.folds):
        found[fold == k] = likelihoods(inputs[fold == k], fit(inputs[fold != k], o, k))
    in_place = np.maximum(found[:, CORRECT], found[:, LEFT])
    arm = in_place - found[:, [ARMS, RIGHT_LEG, FORWARD, BACKWARD]].max(1)
    left = found[:, CORRECT] - found[:, LEFT]
    sets = np.array([name.split('/')[0] for name in names])
    for label, chosen in [('ludb, ptbxl', np.isin(sets, ['ludb', 'ptbxl']))] + [(s, sets == s) for s in SETS]:
        if not chosen.any():
            continue
        print(f'{label}: {chosen.sum()} recordings')
        for arm_margin, left_margin in ((o.arm, o.left), (o.arm, o.left - 0.3), (o.arm, o.left + 0.3)):
            false = (arm < -arm_margin) | (left < -left_margin)
            print(f'  margins {arm_margin:.1f} {left_margin:.1f}: right arm {100 * (arm > arm_margin)[chosen].mean():.1f} %'
                  f', LA-LL {100 * ((left > left_margin) & (arm > -arm_margin))[chosen].mean():.1f} %'
                  f', false {false[chosen].sum()} ({100 * false[chosen].mean():.2f} %) '
                  + ' '.join(names[chosen & false]))


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    p = commands.add_parser('list')
    p.add_argument('--data', required=True)
    p.add_argument('--out', required=True)
    for name in ('fit', 'crossvalidate'):
        c = commands.add_parser(name)
        c.add_argument('--limbs', required=True)
        c.add_argument('--steps', type=int, default=4800)
        c.add_argument('--batch', type=int, default=128)
        c.add_argument('--rate', type=float, default=4e-3)
        c.add_argument('--decay', type=float, default=0.3)
        c.add_argument('--mix', type=float, default=0.08, help='deviation of the parts of other leads')
        c.add_argument('--drop', type=float, default=0.4, help='how often a wave is left out')
        c.add_argument('--noise', type=float, default=0.3, help='deviation of the noise added to inputs')
        if name == 'fit':
            c.add_argument('--seed', type=int, default=0)
            c.add_argument('--swift', required=True, help='LimbNetworkWeights.swift, whose numbers are replaced')
        else:
            c.add_argument('--folds', type=int, default=10)
            c.add_argument('--arm', type=float, default=0.8, help='the margin for the right arm')
            c.add_argument('--left', type=float, default=1.4, help='the margin for left arm and left leg')
    return parser.parse_args()


def main():
    o = options()
    if o.command == 'list':
        with open(o.out, 'w') as file:
            file.write('\n'.join(recordings(o.data)) + '\n')
        return
    names, inputs = load(o.limbs)
    print(f'{len(names)} recordings of {len(np.unique(patients(inputs)))} patients', flush=True)
    if o.command == 'crossvalidate':
        crossvalidate(names, inputs, o)
    else:
        write_swift(fit(inputs, o, o.seed), o.swift, o.swift)


if __name__ == '__main__':
    main()
