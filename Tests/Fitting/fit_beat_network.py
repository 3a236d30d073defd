#!/usr/bin/env python3
"""Fit the network that tells where beats started. The README beside this file tells the recipe.

    fit_beat_network.py split --data DIR --out DIR --folds N
    fit_beat_network.py fit --beats DIR [DIR ...] [--weights FILE] [--swift FILE]
    fit_beat_network.py score --beats DIR [DIR ...]

`fit` and `score` read the files `*.classes` of `dump-candidates --beats`. Needs numpy only. The same files and options
give the same weights.
"""
import argparse
import csv
import glob
import os

import numpy as np

from fit_qrs_network import write_swift

INPUTS, UNITS, CLASSES = 39, 16, 3
HEADER = 3  # class of the reference, class told, seconds
LEAK = 0.01
NORMAL, SUPRAVENTRICULAR, VENTRICULAR, PACED, DOUBTFUL = range(5)
# No record's class weighs more than so many beats, so that no patient stands for all.
MOST = {NORMAL: 800, SUPRAVENTRICULAR: 300, VENTRICULAR: 400}


def split(data, out, folds):
    """Write the lists of recordings: score K with classes marked, fit K with normal ones of twelve leads besides."""
    patients = {}
    for name in ('mitdb', 'qtdb', 'cpsc2021'):
        for file in sorted(glob.glob(os.path.join(data, name, '*.atr'))):
            record = os.path.basename(file)[:-len('.atr')]
            patient = record
            if name == 'qtdb' and len(record) == 6:
                patient = record[3:]  # an excerpt of the record of MIT-BIH
            if name == 'cpsc2021':
                patient = 'cpsc' + record.split('_')[1]
            patients[f'{name}/{record}'] = patient
    fold = {}
    known = {p for r, p in patients.items() if r.startswith('mitdb')}
    for group, seed in ((sorted(known), 5), (sorted(set(patients.values()) - known), 6)):
        order = np.random.default_rng(seed).permutation(len(group))
        fold.update({p: int(order[i] % folds) for i, p in enumerate(group)})
    with open(os.path.join(data, 'labels.csv')) as file:
        normal = [f"{row['set']}/{row['record']}" for row in csv.DictReader(file) if row['group'] in ('normal', 'healthy')]
    normal = [r for r in normal if os.path.exists(os.path.join(data, r + '.hea'))]
    for k in range(folds):
        marked = [r for r, p in patients.items() if fold[p] == k]
        for kind, lines in (('score', marked), ('fit', marked + normal[k::folds])):
            with open(os.path.join(out, f'{kind}{k}.txt'), 'w') as file:
                file.write('\n'.join(lines) + '\n')


def rows(file):
    return np.fromfile(file, np.float32).reshape(-1, HEADER + INPUTS)


def load(folders):
    """Inputs, classes and weights of all beats that were found and have one class."""
    inputs, labels, weights = [], [], []
    for folder in folders:
        for file in sorted(glob.glob(os.path.join(folder, '*', '*.classes'))):
            beats = rows(file)
            beats = beats[(beats[:, 1] >= 0) & (beats[:, 0] < CLASSES)]
            label = beats[:, 0].astype(int)
            weight = np.ones(len(label))
            for c, most in MOST.items():
                count = (label == c).sum()
                if count:
                    weight[label == c] = min(1, most / count)
            inputs.append(beats[:, HEADER:])
            labels.append(label)
            weights.append(weight)
    return np.concatenate(inputs), np.concatenate(labels), np.concatenate(weights)


def fit(inputs, labels, weights, o):
    """Cross-entropy by Adam with a cosine schedule; the mean of the weights over the last fifth of the steps."""
    rng = np.random.default_rng(o.seed)
    parameters = [rng.normal(0, np.sqrt(2 / INPUTS), (INPUTS, UNITS)), np.zeros(UNITS),
                  rng.normal(0, 0.3, (UNITS, CLASSES)), np.zeros(CLASSES)]
    parameters = [p.astype(np.float32) for p in parameters]
    first, second, mean = ([np.zeros_like(p) for p in parameters] for _ in range(3))
    averaged = 0
    cumulated = np.cumsum(weights / weights.sum())
    for t in range(1, o.steps + 1):
        chosen = np.minimum(np.searchsorted(cumulated, rng.random(o.batch)), len(labels) - 1)
        x = inputs[chosen] + np.float32(o.noise) * rng.standard_normal((o.batch, INPUTS), dtype=np.float32)
        sums = x @ parameters[0] + parameters[1]
        units = np.where(sums > 0, sums, LEAK * sums)
        odds = units @ parameters[2] + parameters[3]
        odds -= odds.max(1, keepdims=True)
        error = np.exp(odds)
        error /= error.sum(1, keepdims=True)
        error[np.arange(o.batch), labels[chosen]] -= 1
        error /= o.batch
        below = (error @ parameters[2].T) * np.where(sums > 0, 1, LEAK).astype(np.float32)
        gradients = [x.T @ below, below.sum(0), units.T @ error, error.sum(0)]
        rate = np.float32(o.rate * (0.02 + 0.98 * 0.5 * (1 + np.cos(np.pi * t / o.steps))))
        for i, (p, g) in enumerate(zip(parameters, gradients)):
            first[i] += np.float32(0.1) * (g - first[i])
            second[i] += np.float32(0.001) * (g * g - second[i])
            change = first[i] / np.float32(1 - 0.9 ** t)
            change /= np.sqrt(second[i] / np.float32(1 - 0.999 ** t)) + np.float32(1e-8)
            p -= rate * change
            if i % 2 == 0:
                p -= rate * np.float32(o.decay) * p
        if t > 0.8 * o.steps and t % 10 == 0:
            averaged += 1
            for m, p in zip(mean, parameters):
                m += (p - m) / averaged
    mean[3] -= np.array([0, o.supraventricular, o.ventricular], np.float32)
    return mean


def score(folders, skip):
    """Sensitivity and positive predictivity of each class as the table of classes counts them, records with paced beats
    left out, and the records with most mistakes."""
    counts = np.zeros((CLASSES, 3), int)
    mistakes = []
    for folder in folders:
        for file in sorted(glob.glob(os.path.join(folder, 'mitdb', '*.classes'))):
            beats = rows(file)
            label, told = beats[:, 0].astype(int), beats[:, 1].astype(int)
            if (label == PACED).any():
                continue
            played = (beats[:, 2] >= skip) & (label != DOUBTFUL)
            label, told = label[played], told[played]
            for c in range(CLASSES):
                counts[c] += [((label == c) & (told == c)).sum(), (label == c).sum(), (told == c).sum()]
            wrong = [((label == c) & (told != c)).sum() for c in (VENTRICULAR, SUPRAVENTRICULAR)]
            false = [((told == c) & (label != c)).sum() for c in (VENTRICULAR, SUPRAVENTRICULAR)]
            mistakes.append((os.path.basename(file)[:-len('.classes')], wrong, false))
    for c, name in enumerate(('normal', 'supraventricular', 'ventricular')):
        right, true, told = counts[c]
        print(f'{name:17} Se {100 * right / max(1, true):6.2f}  +P {100 * right / max(1, told):6.2f}')
    for i, name in enumerate(('ventricular', 'supraventricular')):
        worst = sorted(mistakes, key=lambda m: -(m[1][i] + m[2][i]))[:8]
        print(f'    {name}: ' + ', '.join(f'{r} −{w[i]} +{f[i]}' for r, w, f in worst))


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    p = commands.add_parser('split')
    p.add_argument('--data', required=True)
    p.add_argument('--out', required=True)
    p.add_argument('--folds', type=int, default=4)
    f = commands.add_parser('fit')
    f.add_argument('--beats', nargs='+', required=True)
    f.add_argument('--weights', help='32-bit floats for dump-candidates --weights')
    f.add_argument('--swift', help='BeatNetworkWeights.swift, whose numbers are replaced')
    f.add_argument('--steps', type=int, default=4000)
    f.add_argument('--batch', type=int, default=512)
    f.add_argument('--rate', type=float, default=4e-3)
    f.add_argument('--decay', type=float, default=0.03)
    f.add_argument('--noise', type=float, default=0.1, help='deviation of the noise added to inputs')
    f.add_argument('--ventricular', type=float, default=1.3, help='odds asked of a ventricular beat, as a logarithm')
    f.add_argument('--supraventricular', type=float, default=0.5)
    f.add_argument('--seed', type=int, default=0)
    s = commands.add_parser('score')
    s.add_argument('--beats', nargs='+', required=True)
    s.add_argument('--skip', type=float, default=300, help='seconds left out at the beginning')
    return parser.parse_args()


def main():
    o = options()
    if o.command == 'split':
        split(o.data, o.out, o.folds)
    elif o.command == 'score':
        score(o.beats, o.skip)
    else:
        inputs, labels, weights = load(o.beats)
        print(f'{len(labels)} beats, of each class {np.bincount(labels).tolist()}', flush=True)
        parameters = fit(inputs, labels, weights, o)
        # In the order of ``BeatNetwork``: the output by class.
        parameters[2] = parameters[2].T
        if o.weights:
            np.concatenate([p.ravel() for p in parameters]).astype(np.float32).tofile(o.weights)
        if o.swift:
            write_swift(parameters, o.swift, o.swift)


if __name__ == '__main__':
    main()
