import ECGModel

/// Rhythms that have ended, kept while a rhythm that takes many beats to be recognised may still turn out to have been
/// theirs.
///
/// Fibrillation of the atria is known some twenty beats after it began. Until then it was told as the rate that it had, which
/// may have changed several times.
struct RhythmLog: Sendable {
    /// More changes within the beats that are remembered are told before their time.
    private static let capacity = 16

    private var ended: [RhythmEpisode]
    private var start: SampleIndex = 0

    init() {
        ended = []
        ended.reserveCapacity(Self.capacity)
    }

    /// - Parameter onset: where the new rhythm began, as far as is known of it alone.
    mutating func change(
        from current: Rhythm, to next: Rhythm, at onset: SampleIndex, handle: (AnalysisEvent) -> Void
    ) {
        // What goes before the first rhythm that is known belongs to it.
        guard current != .unknown || !ended.isEmpty || start > 0 else { return }
        var past = current
        if next == .atrialFibrillation, current.isNamedByRate {
            while onset < start, let last = ended.last, last.rhythm.isNamedByRate, last.end == start {
                past = last.rhythm
                start = last.start
                ended.removeLast()
            }
        }
        // Fibrillation that was thought to have ended goes on.
        if next == .atrialFibrillation, onset <= start, let last = ended.last, last.rhythm == next, last.end == start {
            start = last.start
            ended.removeLast()
            return
        }
        let end = max(onset, start)
        if end > start, past != .unknown { add(RhythmEpisode(rhythm: past, start: start, end: end), handle) }
        start = end
    }

    /// Tells the episodes that ended before a beat: nothing will reach back to them.
    mutating func release(before sample: SampleIndex, handle: (AnalysisEvent) -> Void) {
        while let first = ended.first, first.end < sample {
            handle(.rhythm(first))
            ended.removeFirst()
        }
    }

    mutating func finish(_ current: Rhythm, at sample: SampleIndex, handle: (AnalysisEvent) -> Void) {
        for episode in ended { handle(.rhythm(episode)) }
        ended.removeAll(keepingCapacity: true)
        guard sample > start, current != .unknown else { return }
        handle(.rhythm(RhythmEpisode(rhythm: current, start: start, end: sample)))
    }

    private mutating func add(_ episode: RhythmEpisode, _ handle: (AnalysisEvent) -> Void) {
        if ended.count == Self.capacity {
            handle(.rhythm(ended[0]))
            ended.removeFirst()
        }
        ended.append(episode)
    }
}

extension Rhythm {
    /// What a rhythm is called of which only the rate is known.
    var isNamedByRate: Bool { self == .regular || self == .tachycardia || self == .bradycardia }
}
