import ECGModel

/// Where the T wave of all leads together peaks and ends.
struct TWave: Sendable, Hashable {
    /// Positions in the ``BeatWindow``.
    var peak: Float
    /// Where it is over in all leads: the end of the QT interval.
    var end: Float
    /// Where it is over in the leads that show it best. The wave's height is read up to here: a U wave or wander in a lead
    /// where the wave has ended must not pass for a second phase of it.
    var bulkEnd: Float
}

/// Finds the T wave of the averaged beat.
///
/// The peak is sought in the sum of all leads' deflections, so that a lead whose T wave is flat or biphasic takes the
/// others' word; the end is found in each lead behind that peak, and the leads' ends are fused into one (``LeadEnds``). The
/// limits were chosen on the open half of the QT database (Laguna et al. 1997, marks q1c).
struct TWaveDelineator: Sendable {
    /// The wave begins no earlier than this after the J point.
    static let afterJPoint = Milliseconds(60)
    /// The peak comes no later after the R peak than this many seconds times the root of the RR interval in seconds, and
    /// the end no later than that: Bazett's QT of 600 ms less the 50 ms from QRS onset to R peak, rounded up.
    static let latestPeak: Float = 0.44
    static let latestEnd: Float = 0.56
    /// Where no P wave is seen before the QRS complex, a late wave may be one with a long PR interval, and the end comes no
    /// later than this.
    static let latestEndWithoutPWave: Float = 0.5
    /// Room for the next beat's P wave and PR interval before its R peak, where that P wave is not seen: this long, or at
    /// high rates this part of the RR interval.
    static let assumedNextPWave = Milliseconds(240)
    static let assumedNextPWavePart = 0.36
    /// Where it is seen, the T wave is over this long before its onset, which scatters by as much,
    static let beforePWave = Milliseconds(20)
    /// and has its peak at least this long before: one that peaks nearer is the T wave, taken for a P wave at a high rate.
    static let peakBeforePWave = Milliseconds(80)
    /// At high rates the search begins sooner after the J point: after this part of the RR interval.
    static let afterJPointPart = 0.1
    /// A lead's own peak may lie this far from that of all leads: half the width of a T wave.
    static let peakSpread = Milliseconds(80)
    /// The steepest fall comes within this time after the peak: 176 to 208 ms scatter alike on either half of LUDB's and of
    /// QTDB's open records, and 144 ms cut a slow wave off.
    static let longestFall = Milliseconds(176)
    /// The trapezium's reference point behind the steepest fall: with a longer one a U wave or the drift to the next
    /// P wave is taken for the T wave's tail.
    static let referenceDistance = Milliseconds(128)
    /// The mean distance of the trapezium's corner from the hand-set marks: it lies a little outside the tangent's foot.
    static let endBias = Milliseconds(-5)
    /// A T wave below this mean deflection over the leads, in millivolts, is flat: its end cannot be seen.
    static let leastAmplitude: Float = 0.02
    /// The leads count by the square of their steepest fall: where the wave falls steeply it shows its end sharply, where
    /// it fades it does not. One that counts less than this part of the one that counts most is not asked.
    static let leastShare: Float = 0.05

    /// - Parameter nextPWave: where the P wave of the next beat begins, as a position in this beat's window; nil where none is
    ///   seen.
    static func delineate(
        _ beat: CoarseBeat, boundaries: QRSBoundaries, interval: Milliseconds, nextPWave: Float?, weights: SIMD16<Float>
    ) -> TWave? {
        let window = beat.window
        let peakPosition = Float(window.peak)
        let second = Float(interval.value / 1000).squareRoot() * Float(window.samplingRate.value)
        let assumedNextPWave =
            peakPosition + window.span(interval - min(assumedNextPWave, interval * assumedNextPWavePart))
        func end(_ nextPWave: Float, _ latest: Float) -> Int {
            min(beat.levels.count - 2, beat.index(of: min(nextPWave, peakPosition + latest * second)))
        }
        let start = beat.index(
            of: boundaries.jPoint + window.span(min(afterJPoint, interval * afterJPointPart)))
        let found = beat.levels.withUnsafeBufferPointer { levels -> (peak: Int, end: Float, bulkEnd: Float)? in
            let peakEnd = end(assumedNextPWave, latestEnd)
            let lastPeak = min(beat.index(of: peakPosition + latestPeak * second), peakEnd - 5)
            guard let peak = peak(in: levels, from: start, through: lastPeak, end: peakEnd, weights: weights) else {
                return nil
            }
            var latest = end(assumedNextPWave, latestEndWithoutPWave)
            if let nextPWave, beat.index(of: nextPWave) > peak + beat.samples(peakBeforePWave) {
                latest = end(nextPWave - window.span(beforePWave), latestEnd)
            }
            return ends(
                in: levels, around: peak, start: start, end: latest, beat: beat, weights: weights
            ).map { (peak, $0.fused, $0.mean) }
        }
        return found.map {
            TWave(
                peak: beat.position(of: Float($0.peak)), end: beat.position(of: $0.end) + window.span(endBias),
                bulkEnd: beat.position(of: $0.bulkEnd) + window.span(endBias))
        }
    }

    /// Where the deflections of all leads together are largest, from the chord that joins the ST segment with the rest behind
    /// the wave; all as indices of the thinned beat.
    private static func peak(
        in levels: UnsafeBufferPointer<SIMD16<Float>>, from start: Int, through last: Int, end: Int,
        weights: SIMD16<Float>
    ) -> Int? {
        guard last > start + 1 else { return nil }
        let chord = (levels[end] - levels[start]) / Float(end - start)
        var peak = start
        var largest: Float = 0
        var base = levels[start]
        for index in start...last {
            let size = ((levels[index] - base).magnitudes * weights).total
            base += chord
            if size > largest {
                largest = size
                peak = index
            }
        }
        return largest > leastAmplitude * weights.total ? peak : nil
    }

    /// The ends of the wave in the leads, by each lead's own peak around that of all leads.
    private static func ends(
        in levels: UnsafeBufferPointer<SIMD16<Float>>, around peak: Int, start: Int, end: Int, beat: CoarseBeat,
        weights: SIMD16<Float>
    ) -> (fused: Float, mean: Float)? {
        let spread = beat.samples(peakSpread)
        let first = max(start, peak - spread)
        let last = min(end - 2, peak + spread)
        guard first <= last else { return nil }
        let peaks = LeadTPeaks(
            levels, start: start, end: end, around: first...last, within: beat.samples(LeadTPeaks.laterPhaseWithin))

        let sign = SIMD16<Float>(repeating: 1).replacing(with: -1, where: peaks.heights .< 0)
        let reach = beat.samples(longestFall)
        let lastFall = peaks.places + Float(reach - 1)
        var steepest = peaks.places
        var fall = SIMD16<Float>.zero
        for index in max(first, 1)...min(end - 2, peaks.latest + reach) {
            let drop = (levels[index - 1] - levels[index + 1]) * sign
            let place = SIMD16<Float>(repeating: Float(index))
            let isSteeper = (drop .> fall) .& (place .>= peaks.places) .& (place .<= lastFall)
            fall.replace(with: drop, where: isSteeper)
            steepest.replace(with: place, where: isSteeper)
        }

        let shares = fall * fall * weights
        let least = leastShare * shares.greatestLane
        let referenceReach = beat.samples(referenceDistance)
        var ends = LeadEnds()
        for lane in 0..<16 where shares[lane] > least {
            let from = Int(steepest[lane])
            let side = sign[lane]
            let edge = Trapezium.edge(steepest: from, reference: min(end, from + referenceReach)) {
                levels[$0][lane] * side
            }
            ends.insert(edge, share: shares[lane])
        }
        return ends.fused.map { ($0, ends.mean) }
    }
}

/// Where the T wave ends in each lead, and in all of them together.
///
/// The T wave is over when it is over in every lead, and it may end late where it is small; but the latest of many ends are
/// more often a U wave or wander. Of four leads and more the end is read at ``laterPartOfMany`` of them. Of fewer leads, those
/// with the steepest falls show their ends best, so they count by the square of their fall, and the ends are read at
/// ``laterPart`` of all that count.
struct LeadEnds {
    private static let leastLeads = 4
    /// LUDB's hand-set marks are fused to the third-latest of twelve leads, 0.82. On either half of LUDB's open records 0.7 to
    /// 0.8 scatter alike (by 0.3 ms), less than 0.6; the later the part, the longer QT is in healthy people whose leads end
    /// their T waves at different times.
    private static let laterPartOfMany: Float = 0.7
    /// Half would be the median. On either half of QTDB's open records 0.5 to 0.55 scatter alike (by 0.5 ms), with mean errors
    /// of −0.3 and +0.9 to +1.5 and +2.5 ms.
    private static let laterPart: Float = 0.52

    /// In rising order.
    private var ends = SIMD16<Float>.zero
    private var shares = SIMD16<Float>.zero
    private var count = 0

    /// - Parameter share: how much the lead counts.
    mutating func insert(_ end: Float, share: Float) {
        var place = count
        while place > 0, ends[place - 1] > end {
            ends[place] = ends[place - 1]
            shares[place] = shares[place - 1]
            place -= 1
        }
        ends[place] = end
        shares[place] = share
        count += 1
    }

    /// The mean, every lead by its share.
    var mean: Float { (ends * shares).total / shares.total }

    /// Nil without any lead.
    var fused: Float? {
        guard count > 0 else { return nil }
        if count >= Self.leastLeads {
            let place = Self.laterPartOfMany * Float(count - 1)
            let below = Int(place)
            return ends[below] + (place - Float(below)) * (ends[below + 1] - ends[below])
        }
        // Each lead stands in the middle of its share.
        let wanted = Self.laterPart * shares.total
        var before: Float = 0
        var previous: (centre: Float, end: Float)?
        for place in 0..<count {
            let centre = before + shares[place] / 2
            if centre >= wanted {
                guard let previous else { return ends[place] }
                let part = (wanted - previous.centre) / (centre - previous.centre)
                return previous.end + part * (ends[place] - previous.end)
            }
            previous = (centre, ends[place])
            before += shares[place]
        }
        return ends[count - 1]
    }
}
