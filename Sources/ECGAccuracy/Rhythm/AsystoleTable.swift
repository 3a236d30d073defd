import ECGFormats
import ECGModel

/// Asystole on vfdb and false alarms of it on recordings with reference beats.
///
/// An annotated asystole of at least ``leastSeconds`` is found if the time since the last beat reaches them within it or
/// a second after. On the other sets an alarm is false if the reference has a beat in the ``leastSeconds`` before it.
public struct AsystoleTable: AccuracyTable {
    public let name = "asystole"
    public let sets = ["vfdb"] + AsystoleTable.setsWithBeats

    private static let setsWithBeats = ["mitdb", "nstdb", "qtdb", "cinc2014", "cinc2014x", "tele"]
    /// As the PhysioNet challenge of 2015 defines asystole, and so the table that ships.
    private static let leastSeconds = 4.0
    private static let graceSeconds = 1.0
    private static let marginPoints = 10.0
    private static let marginPerHour = 0.1

    private var found = Share()
    private var missed: [String] = []
    private var alarms: [String: (count: Int, isTrue: Int, seconds: Double)] = [:]

    public init() {}

    public func subjects(in recordings: RecordingFolder) -> [Subject] {
        sets.flatMap { recordings.subjects(of: $0) }.filter { recordings.hasAnnotations("atr", of: $0) }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        guard let set = analysed.subject.set, let annotations = try recordings.annotations("atr", of: analysed)
        else { return }
        let rate = analysed.samplingRate.value
        let told = analysed.seconds { $0.rhythm.timeSinceLastBeat.value >= Self.leastSeconds * 1000 }
        var score = alarms[set] ?? (0, 0, 0)
        score.count += told.count
        score.seconds += analysed.seconds
        if set == "vfdb" {
            let reference = RhythmReference(annotations, sampleCount: analysed.samples.count)
                .episodes(of: RhythmReference.asystole)
            for episode in reference where Double(episode.length) >= Self.leastSeconds * rate {
                let late = Episode(episode.start, episode.end + Int(Self.graceSeconds * rate))
                let isFound = told.contains { $0.overlaps(late) }
                found.add(isFound)
                if !isFound {
                    let seconds = (Double(episode.start) / rate, Double(episode.length) / rate)
                    missed.append(
                        "\(analysed.subject.name) \(Printed.number(seconds.0, digits: 0)) s for "
                            + "\(Printed.number(seconds.1, digits: 0)) s")
                }
            }
            score.isTrue += told.count { alarm in reference.contains { $0.overlaps(alarm) } }
        } else {
            let beats = annotations.filter { $0.code.beatClass != nil }.map(\.sample)
            score.isTrue += told.count { alarm in
                let silence = alarm.start - Int(Self.leastSeconds * rate)...alarm.start
                return !beats.contains { silence.contains($0) }
            }
        }
        alarms[set] = score
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Asystole",
            definition: """
                Time since the last beat of \(Int(Self.leastSeconds)) s and more. vfdb: annotated episodes of at least \
                that long, and alarms outside them. The other sets: alarms with a reference beat in the \
                \(Int(Self.leastSeconds)) s before are false.
                """,
            columns: ["set", "hours", "episodes", "Se %", "alarms", "false", "false/h"])
        for set in sets {
            guard let score = alarms[set] else { continue }
            let hours = score.seconds / 3600
            let wrong = score.count - score.isTrue
            let isAnnotated = set == "vfdb"
            report.append(
                [
                    set, Printed.number(hours), isAnnotated ? "\(found.cases)" : Printed.none,
                    isAnnotated ? Printed.percent(found) : Printed.none, "\(score.count)", "\(wrong)",
                    Printed.number(Double(wrong) / hours, digits: 2),
                ],
                isAnnotated
                    ? found.percent.map {
                        Figure("asystole/vfdb/Se", $0, unit: "%", better: .high, margin: Self.marginPoints)
                    } : nil,
                Figure(
                    "asystole/\(set)/false", Double(wrong) / hours, unit: "/h", better: .low,
                    margin: Self.marginPerHour))
        }
        if !missed.isEmpty { report.notes.append("missed: \(missed.joined(separator: ", "))") }
        return report
    }
}
