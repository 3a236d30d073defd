#!/usr/bin/env python3
"""Fit the network that judges the beat detector's candidates. The README beside this file tells the recipe.

    fit_qrs_network.py fit --candidates DIR [DIR ...] [--weights FILE] [--swift FILE]
    fit_qrs_network.py split --data DIR --out DIR --folds N
    fit_qrs_network.py score --beats DIR [--skip SET=SECONDS ...] [--worst N]

`fit` reads the files `*.candidates` of `dump-candidates`; `score` the `*.beats` and `*.marks` of its option --plain.
Needs numpy only. The same files and options give the same weights.
"""
import argparse
import glob
import os

import numpy as np

MARKED = 'mitdb nstdb qtdb cinc2014 cinc2014x tele cpsc2019 cpsc2021'.split()
UNMARKED = 'ludb ptbxl cinc12lead mimics ptbdb ptbdb_full'.split()
SHORT = ('tele/', 'cpsc2019/')
# Marks that follow the pressure signal, go on without an electrode, or are off the peaks: scored, but not fitted to.
MISMARKED = {f'cinc2014x/{r}' for r in (1354, 1169, 1565, 2283)} | {f'tele/tele{r}' for r in ('030', '107', '191')}
# Noise without an ECG.
NOISE = {'nstdb/bw', 'nstdb/ma'}

INPUTS = 140
HEADER = 4  # label, weight, taken, log-odds
INPUT_SCALE, WEIGHT_SCALE = 1 / 8192, 1 / 64
LEAK = 0.01


def split(data, out, folds):
    """Write the lists of recordings: score K, fit K, short K of each fold, and those without beat marks."""
    def records(name, ending):
        files = sorted(glob.glob(os.path.join(data, name, '*' + ending)))
        return [name + '/' + os.path.basename(file)[:-len(ending)] for file in files]
    marked = [r for name in MARKED for r in records(name, '.atr') if r not in NOISE]
    fitted = sorted(set(marked) - MISMARKED)
    # NSTDB is one patient at six levels of noise, who stays together.
    patient = {r: 'nstdb' if r.startswith('nstdb') else r for r in fitted}
    patients = sorted(set(patient.values()))
    order = np.random.default_rng(3).permutation(len(patients))
    fold = {r: int(order[patients.index(patient[r])] % folds) for r in fitted}

    def write(name, lines):
        with open(os.path.join(out, name + '.txt'), 'w') as file:
            file.write('\n'.join(lines) + '\n')
    for k in range(folds):
        write(f'score{k}', [r for r in marked if fold.get(r, 0) == k])
        write(f'fit{k}', [r for r in fitted if fold[r] == k])
        write(f'short{k}', [r for r in fitted if fold[r] == k and r.startswith(SHORT)])
    write('unmarked', [r for name in UNMARKED for r in records(name, '.hea')])


def load(folders, only=None):
    """Rows of all recordings: inputs (16-bit), labels, weights, and the set of each row."""
    inputs, labels, weights, sets = [], [], [], []
    for folder in folders:
        for file in sorted(glob.glob(os.path.join(folder, '*', '*.candidates'))):
            name = os.path.basename(os.path.dirname(file))
            record = name + '/' + os.path.basename(file)[:-len('.candidates')]
            if only is not None and not only(record):
                continue
            rows = np.fromfile(file, np.int16).reshape(-1, HEADER + INPUTS)
            inputs.append(rows[:, HEADER:])
            labels.append(rows[:, 0])
            weights.append(rows[:, 1] * np.float32(WEIGHT_SCALE))
            sets += [name] * len(rows)
    return np.concatenate(inputs), np.concatenate(labels), np.concatenate(weights), np.array(sets)


def balanced(weights, labels, sets, power, ventricular, factors):
    """Each set weighs with a power of its size, times a factor where one is given; ventricular and paced beats, which
    are rare, weigh more than others."""
    result = weights.astype(np.float32).copy()
    total = weights.sum()
    for name in np.unique(sets):
        of_set = sets == name
        result[of_set] *= (total / weights[of_set].sum()) ** (1 - power) * factors.get(name, 1)
    result[labels == 2] *= ventricular
    return result / result.mean()


class Network:
    """Fully connected layers with leaky rectifiers; the output is the logarithm of the odds."""

    def __init__(self, sizes, rng):
        self.parameters = []
        for count, width in zip(sizes, sizes[1:]):
            self.parameters.append((rng.standard_normal((count, width)) * np.sqrt(2 / count)).astype(np.float32))
            self.parameters.append(np.zeros(width, np.float32))
        self.parameters[-2] *= 0.3
        self.first = [np.zeros_like(p) for p in self.parameters]
        self.second = [np.zeros_like(p) for p in self.parameters]
        self.steps = 0

    def forward(self, x):
        layers = [x]
        for i in range(0, len(self.parameters), 2):
            x = x @ self.parameters[i] + self.parameters[i + 1]
            if i + 2 < len(self.parameters):
                x = np.maximum(x, LEAK * x)
            layers.append(x)
        return layers

    def step(self, x, target, weight, rate, decay):
        """One step of Adam down the gradient of the weighted cross-entropy."""
        layers = self.forward(x)
        odds = layers[-1][:, 0]
        gradient = ((1 / (1 + np.exp(-np.clip(odds, -30, 30))) - target) * weight / len(target))
        gradient = gradient[:, None].astype(np.float32)
        gradients = [None] * len(self.parameters)
        for i in range(len(self.parameters) - 2, -1, -2):
            below = layers[i // 2]
            gradients[i] = below.T @ gradient
            gradients[i + 1] = gradient.sum(0)
            if i:
                gradient = (gradient @ self.parameters[i].T) * np.where(below > 0, 1, LEAK).astype(np.float32)
        self.steps += 1
        for i, (p, g) in enumerate(zip(self.parameters, gradients)):
            self.first[i] += 0.1 * (g - self.first[i])
            self.second[i] += 0.001 * (g * g - self.second[i])
            change = self.first[i] / (1 - 0.9 ** self.steps)
            change /= np.sqrt(self.second[i] / (1 - 0.999 ** self.steps)) + 1e-8
            p -= rate * change
            if decay and i % 2 == 0:
                p -= rate * decay * p


def fit(inputs, labels, weights, o):
    rng = np.random.default_rng(o.seed)
    network = Network([INPUTS, *o.hidden, 1], rng)
    order = np.arange(len(labels))
    steps = int(o.passes * (len(order) // o.batch))
    mean, averaged = [np.zeros_like(p) for p in network.parameters], 0
    target = (labels > 0).astype(np.float32)
    for t in range(steps):
        at = t % (len(order) // o.batch)
        if at == 0:
            rng.shuffle(order)
        rows = order[at * o.batch:(at + 1) * o.batch]
        x = inputs[rows].astype(np.float32) * np.float32(INPUT_SCALE)
        x += rng.standard_normal(x.shape, dtype=np.float32) * np.float32(o.noise)
        rate = o.rate * (0.5 * (1 + np.cos(np.pi * t / steps)) * (1 - o.floor) + o.floor)
        network.step(x, target[rows], weights[rows], rate, o.decay)
        # The mean over the last part of the way lies in flatter ground than its end.
        if t >= (1 - o.averaged) * steps and t % 20 == 0:
            averaged += 1
            for m, p in zip(mean, network.parameters):
                m += (p - m) / averaged
    if averaged:
        network.parameters = mean
    return network


def write_swift(parameters, template, path):
    """Replace the numbers in the source file, and leave its text alone."""
    steps = np.concatenate([np.clip(np.round(p * 256), -32767, 32767).astype(int).ravel() for p in parameters])
    head, _, rest = open(template).read().partition('steps: [Int16] = [\n')
    tail = rest[rest.index('    ]'):]
    lines, line = [], '       '
    for step in steps:
        item = f' {step},'
        if len(line) + len(item) > 119:
            lines.append(line)
            line = '       '
        line += item
    with open(path, 'w') as file:
        file.write(head + 'steps: [Int16] = [\n' + '\n'.join(lines + [line]) + '\n' + tail)


def pair(reference, found, window):
    """True positives, misses and false positives by the nearest mark within the window, as EC57's comparator pairs."""
    i = j = right = missed = false = 0
    while i < len(reference) and j < len(found):
        d = found[j] - reference[i]
        if d < 0:
            if -d <= window and not (j + 1 < len(found) and abs(found[j + 1] - reference[i]) < -d):
                right, i, j = right + 1, i + 1, j + 1
            else:
                false, j = false + 1, j + 1
        elif d <= window and not (i + 1 < len(reference) and abs(found[j] - reference[i + 1]) < d):
            right, i, j = right + 1, i + 1, j + 1
        else:
            missed, i = missed + 1, i + 1
    return right, missed + len(reference) - i, false + len(found) - j


def score(folders, skips, worst):
    """A line a set: recordings, sensitivity, positive predictivity, F1 in per cent, and the worst recordings."""
    results = {}
    for folder in folders:
        for file in sorted(glob.glob(os.path.join(folder, '*', '*.marks'))):
            rate = length = None
            marks, unknown = [], []
            for words in map(str.split, open(file)):
                if words[0] == 'rate':
                    rate = float(words[1])
                elif words[0] == 'length':
                    length = int(words[1])
                elif words[0] == 'beat':
                    marks.append(int(words[1]))
                else:
                    unknown.append((int(words[1]), int(words[2])))
            text = open(file[:-len('.marks')] + '.beats').read()
            found = np.array(text.split(), int)
            name, record = os.path.basename(os.path.dirname(file)), os.path.basename(file)[:-len('.marks')]
            for label, skip in [(name, 0)] + [(f'{name} from {s} s', s) for n, s in skips if n == name]:
                def kept(samples):
                    samples = np.unique(np.asarray(samples, int))
                    keep = (samples >= skip * rate) & (samples < length)
                    for first, last in unknown:
                        keep &= ~((samples >= first) & (samples <= last))
                    return samples[keep]
                counts = pair(kept(marks), kept(found), round(0.150 * rate))
                results.setdefault(label, []).append((record, *counts))
    table = {}
    for label, rows in sorted(results.items()):
        right, missed, false = (sum(r[k] for r in rows) for k in (1, 2, 3))
        table[label] = 200 * right / max(1, 2 * right + missed + false)
        print(f'{label:18} {len(rows):4} records  Se {100 * right / max(1, right + missed):6.2f}  '
              f'+P {100 * right / max(1, right + false):6.2f}  F1 {table[label]:6.2f}')
        if worst:
            hardest = sorted(rows, key=lambda r: -(r[2] + r[3]))[:worst]
            print('    ' + ', '.join(f'{r} −{missed} +{false}' for r, _, missed, false in hardest))
    return table


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest='command', required=True)
    f = commands.add_parser('fit')
    f.add_argument('--candidates', nargs='+', required=True)
    f.add_argument('--leave-out', help='a file of records, one "set/record" a line, that are not to be seen')
    f.add_argument('--weights', help='32-bit floats for dump-candidates --weights')
    f.add_argument('--swift', help='QRSNetworkWeights.swift, whose numbers are replaced')
    f.add_argument('--hidden', type=int, nargs=2, default=[32, 16])
    f.add_argument('--passes', type=float, default=6)
    f.add_argument('--batch', type=int, default=1024)
    f.add_argument('--rate', type=float, default=3e-3)
    f.add_argument('--floor', type=float, default=0.05, help='the last learning rate over the first')
    f.add_argument('--decay', type=float, default=0.01)
    f.add_argument('--noise', type=float, default=0.05, help='deviation of the noise added to inputs')
    f.add_argument('--averaged', type=float, default=0.2, help='share of the steps whose weights are averaged')
    f.add_argument('--power', type=float, default=0.5, help='of a set\'s size, with which it weighs')
    f.add_argument('--ventricular', type=float, default=2.0, help='weight of ventricular and paced beats')
    f.add_argument('--weigh', nargs='*', default=[], metavar='SET=X', help='sets that weigh more or less')
    f.add_argument('--seed', type=int, default=0)
    p = commands.add_parser('split')
    p.add_argument('--data', required=True)
    p.add_argument('--out', required=True)
    p.add_argument('--folds', type=int, default=2)
    s = commands.add_parser('score')
    s.add_argument('--beats', nargs='+', required=True)
    s.add_argument('--skip', nargs='*', default=['mitdb=300', 'nstdb=300'])
    s.add_argument('--worst', type=int, default=0)
    return parser.parse_args()


def main():
    o = options()
    if o.command == 'score':
        score(o.beats, [(s.split('=')[0], float(s.split('=')[1])) for s in o.skip], o.worst)
        return
    if o.command == 'split':
        split(o.data, o.out, o.folds)
        return
    hidden_records = set(open(o.leave_out).read().split()) if o.leave_out else set()
    inputs, labels, weights, sets = load(o.candidates, lambda record: record not in hidden_records)
    print(f'{len(labels)} candidates, {np.mean(labels > 0):.3f} beats', flush=True)
    factors = {name: float(value) for name, value in (item.split('=') for item in o.weigh)}
    network = fit(inputs, labels, balanced(weights, labels, sets, o.power, o.ventricular, factors), o)
    if o.weights:
        np.concatenate([p.ravel() for p in network.parameters]).astype(np.float32).tofile(o.weights)
    if o.swift:
        write_swift(network.parameters, o.swift, o.swift)


if __name__ == '__main__':
    main()
