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
    /// the end no later than that: Bazett's QT of 500 ms less the 50 ms from QRS onset to R peak, and more.
    static let latestPeak: Float = 0.44
    static let latestEnd: Float = 0.5
    /// Room for the next beat's P wave and PR interval before its R peak: this long, or at high rates this part of the
    /// RR interval.
    static let nextPWave = Milliseconds(240)
    static let nextPWavePart = 0.36
    /// At high rates the search begins sooner after the J point: after this part of the RR interval.
    static let afterJPointPart = 0.1
    /// A lead's own peak may lie this far from that of all leads.
    static let peakSpread = Milliseconds(64)
    /// The steepest fall comes within this time after the peak.
    static let longestFall = Milliseconds(144)
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

    static func delineate(
        _ beat: CoarseBeat, boundaries: QRSBoundaries, interval: Milliseconds, weights: SIMD16<Float>
    ) -> TWave? {
        let window = beat.window
        let root = Float((interval.value / 1000).squareRoot())
        let peakPosition = Float(window.peak)
        let second = Float(window.samplingRate.value)
        let start = beat.index(
            of: boundaries.jPoint + window.span(min(afterJPoint, interval * afterJPointPart)))
        let nextWave = peakPosition + window.span(interval - min(nextPWave, interval * nextPWavePart))
        let end = min(beat.levels.count - 2, beat.index(of: min(nextWave, peakPosition + latestEnd * root * second)))
        let lastPeak = min(beat.index(of: peakPosition + latestPeak * root * second), end - 5)
        guard lastPeak > start + 1 else { return nil }
        let found = beat.levels.withUnsafeBufferPointer {
            find(in: $0, start: start, lastPeak: lastPeak, end: end, beat: beat, weights: weights)
        }
        return found.map {
            TWave(
                peak: beat.position(of: Float($0.peak)), end: beat.position(of: $0.end) + window.span(endBias),
                bulkEnd: beat.position(of: $0.bulkEnd) + window.span(endBias))
        }
    }

    /// Peak and end as indices of the thinned beat.
    private static func find(
        in levels: UnsafeBufferPointer<SIMD16<Float>>, start: Int, lastPeak: Int, end: Int, beat: CoarseBeat,
        weights: SIMD16<Float>
    ) -> (peak: Int, end: Float, bulkEnd: Float)? {
        // Deflections from the chord that joins the ST segment with the rest behind the wave.
        let chord = (levels[end] - levels[start]) / Float(end - start)
        var peak = start
        var largest: Float = 0
        var base = levels[start]
        for index in start...lastPeak {
            let size = ((levels[index] - base).magnitudes * weights).total
            base += chord
            if size > largest {
                largest = size
                peak = index
            }
        }
        guard largest > leastAmplitude * weights.total else { return nil }

        let spread = beat.samples(peakSpread)
        let first = max(start, peak - spread)
        let last = min(end - 2, peak + spread)
        guard first <= last else { return nil }
        var own = SIMD16<Float>(repeating: Float(first))
        var height = SIMD16<Float>.zero
        base = levels[start] + chord * Float(first - start)
        for index in first...last {
            let level = levels[index] - base
            base += chord
            let isHigher = level.magnitudes .> height.magnitudes
            height.replace(with: level, where: isHigher)
            own.replace(with: Float(index), where: isHigher)
        }

        let sign = SIMD16<Float>(repeating: 1).replacing(with: -1, where: height .< 0)
        let reach = beat.samples(longestFall)
        let lastFall = own + Float(reach - 1)
        var steepest = own
        var fall = SIMD16<Float>.zero
        for index in max(first, 1)...min(end - 2, last + reach) {
            let drop = (levels[index - 1] - levels[index + 1]) * sign
            let place = SIMD16<Float>(repeating: Float(index))
            let isSteeper = (drop .> fall) .& (place .>= own) .& (place .<= lastFall)
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
        return ends.fused.map { (peak, $0, ends.mean) }
    }
}

/// Where the T wave ends in each lead, and in all of them together.
///
/// The T wave is over when it is over in every lead, and it may end late where it is small; but the latest of many ends are
/// more often a U wave or wander. Of seven leads and more the fourth-latest end is taken. LUDB's hand-set marks are fused
/// to the third-latest, and ``rank`` 3 or 4 leaves the same scatter against them, but with the third one more recording
/// raised a QTc alert and one normal one an infarction alert. Of fewer leads, those with the steepest falls show their ends
/// best, so they count by the square of their fall, and the ends are read at ``laterPart`` of all that count.
struct LeadEnds {
    private static let leastLeads = 7
    private static let rank = 4
    /// Half would be the median. On either half of QTDB's open records 0.55 to 0.8 scatter alike (by 0.9 ms), and 0.6
    /// leaves the smallest mean error (+0.2 and +1.7 ms).
    private static let laterPart: Float = 0.6

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
        if count >= Self.leastLeads { return ends[count - Self.rank] }
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
