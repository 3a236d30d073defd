import ECGModel

/// How long after its R peak a beat is told, a row a set.
///
/// Counted in signal, from the R peak to the last sample that had been given when the beat came out, in blocks of
/// ``AnalysedSubject/blockMilliseconds``; beats that only the end of a recording released do not count.
public struct BeatDelayTable: AccuracyTable {
    public let name = "delay"
    public let sets = BeatTable().sets + ["ludb"]

    private var delays: [String: Spread] = [:]

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] { sets.flatMap { recordings.subjects(of: $0) } }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) {
        guard let set = analysed.subject.set else { return }
        for reported in analysed.beats {
            guard let toldAt = reported.toldAt else { continue }
            delays[set, default: Spread()].add(
                Milliseconds(samples: toldAt - reported.beat.rPeak, at: analysed.samplingRate).value / 1000)
        }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Delay of beats",
            definition: """
                Seconds of signal from the R peak to the sample at which the analyser tells the beat, given blocks of \
                \(Int(AnalysedSubject.blockMilliseconds.value)) ms.
                """,
            columns: ["set", "beats", "mean s", "longest s"])
        for set in sets {
            guard let delays = delays[set], let longest = delays.largest else { continue }
            report.append(
                [set, "\(delays.count)", Printed.number(delays.mean, digits: 3), Printed.number(longest, digits: 3)],
                // A block more or less.
                Figure("delay/\(set)/longest", longest, unit: "s", better: .low, margin: 0.02))
        }
        return report
    }
}
