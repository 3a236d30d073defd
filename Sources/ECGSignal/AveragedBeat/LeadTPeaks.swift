import ECGModel

/// Where the T wave peaks in each lead, and how high: in a biphasic one, its later phase, whose end is the wave's.
struct LeadTPeaks {
    /// The later phase peaks within this time after the earlier one, and is at least this part as high: a U wave comes later,
    /// and what wander leaves behind the wave is lower. On either half of QTDB's and of LUDB's open records 104 to 120 ms and
    /// 0.7 to 0.8 scatter alike; with 0.55 the U wave of one record counts.
    static let laterPhaseWithin = Milliseconds(120)
    static let leastLaterPhase: Float = 0.75

    /// Indices of the thinned beat.
    private(set) var places: SIMD16<Float>
    /// From the chord that joins the ST segment with the rest behind the wave, in millivolts.
    private(set) var heights = SIMD16<Float>.zero
    /// The latest place of any lead.
    let latest: Int

    /// - Parameters:
    ///   - start: where the chord begins, and `end` where it ends.
    ///   - range: where the leads' highest phases are sought.
    ///   - laterReach: how far behind them a later phase is.
    init(
        _ levels: UnsafeBufferPointer<SIMD16<Float>>, start: Int, end: Int, around range: ClosedRange<Int>,
        within laterReach: Int
    ) {
        let chord = (levels[end] - levels[start]) / Float(end - start)
        let origin = levels[start] + chord * Float(range.lowerBound - start)
        places = SIMD16(repeating: Float(range.lowerBound))
        var base = origin
        for index in range {
            let level = levels[index] - base
            base += chord
            let isHigher = level.magnitudes .> heights.magnitudes
            heights.replace(with: level, where: isHigher)
            places.replace(with: Float(index), where: isHigher)
        }
        let lastLater = min(end - 2, range.upperBound + laterReach)
        let sign = SIMD16<Float>(repeating: 1).replacing(with: -1, where: heights .< 0)
        let lastPlaces = places + Float(laterReach)
        var laterPlaces = places
        var laterHeights = SIMD16<Float>.zero
        base = origin
        for index in range.lowerBound...max(range.lowerBound, lastLater) {
            let opposite = (base - levels[index]) * sign
            base += chord
            let place = SIMD16<Float>(repeating: Float(index))
            let isHigher = (opposite .> laterHeights) .& (place .> places) .& (place .<= lastPlaces)
            laterHeights.replace(with: opposite, where: isHigher)
            laterPlaces.replace(with: place, where: isHigher)
        }
        // What still rises where it is last looked at is no phase of its own.
        let furthest = lastPlaces.lesser(SIMD16(repeating: Float(lastLater)))
        let isPhase =
            (laterHeights .>= heights.magnitudes * Self.leastLaterPhase) .& (laterPlaces .> places)
            .& (laterPlaces .< furthest)
        heights.replace(with: laterHeights * -sign, where: isPhase)
        places.replace(with: laterPlaces, where: isPhase)
        latest = Int(places.greatestLane)
    }
}
