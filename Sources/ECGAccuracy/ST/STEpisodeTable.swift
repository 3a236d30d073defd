import ECGModel

/// Episodes of ST change within a recording: qtdb's excerpts of the European ST-T Database against `st_t_changes.csv`.
///
/// Lead by lead, by EC57's overlap rule (``Episode/isMatched(by:)``). An episode whose beginning or end lies outside the
/// excerpt lasts from its first or to its last sample.
public struct STEpisodeTable: AccuracyTable {
    public let name = "st-episodes"
    public let sets = ["qtdb"]

    private static let file = "qtdb/st_t_changes.csv"
    /// What the names of these excerpts begin with, those without any change too.
    private static let excerptPrefix = "sele"
    private static let marginPoints = 1.0

    private var sensitivity = Share()
    private var predictivity = Share()
    private var records = 0
    private var wrong: [String] = []

    public init() {}

    public func subjects(in recordings: RecordingFolder) throws -> [Subject] {
        guard try recordings.rows(of: Self.file) != nil else { return [] }
        return recordings.subjects(of: "qtdb").filter { $0.name.hasPrefix(Self.excerptPrefix) }
    }

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        let rows = try recordings.rows(of: Self.file)?.filter { $0["record"] == analysed.subject.name } ?? []
        records += 1
        for channel in analysed.header.channels.indices {
            let truth = STChangeMarks.episodes(
                rows.compactMap { row in
                    guard row["kind"] == "ST", let sample = row["sample"].flatMap(Int.init), let text = row["aux"]
                    else { return nil }
                    return STChangeMarks.Mark(sample: sample, text: text)
                }, lead: channel + 1, sampleCount: analysed.samples.count)
            let found = Self.episodes(of: analysed, channel: channel)
            let place = "\(analysed.subject.name) lead \(channel + 1)"
            for episode in truth {
                let isFound = episode.isMatched(by: found)
                sensitivity.add(isFound)
                if !isFound { wrong.append("missed \(place) from \(Self.seconds(episode, analysed)) s") }
            }
            for episode in found {
                let isTrue = episode.isMatched(by: truth)
                predictivity.add(isTrue)
                if !isTrue { wrong.append("false \(place) from \(Self.seconds(episode, analysed)) s") }
            }
        }
    }

    private static func seconds(_ episode: Episode, _ analysed: AnalysedSubject) -> String {
        let rate = analysed.samplingRate.value
        return "\(Int(Double(episode.start) / rate)) to \(Int(Double(episode.end) / rate))"
    }

    /// The episodes that the analyser told, each as it was last told.
    private static func episodes(of analysed: AnalysedSubject, channel: Int) -> [Episode] {
        var episodes: [Int: Episode] = [:]
        for measurements in analysed.measurements {
            let change = measurements.stChanges[channel]
            guard let told = change.episode else { continue }
            episodes[change.episodeCount] = Episode(
                told.start, told.end ?? analysed.samples.count, extremum: told.peakSample)
        }
        return episodes.keys.sorted().compactMap { episodes[$0] }
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Episodes of ST change",
            definition: """
                qtdb's excerpts of the European ST-T Database against their annotated ST episodes, lead by lead, by \
                EC57's rule: an episode is told if half of it, or its extremum, is covered.
                """,
            columns: ["set", "records", "episodes", "Se %", "told", "+P %"])
        guard records > 0 else { return report }
        report.append(
            [
                "qtdb", "\(records)", "\(sensitivity.cases)", Printed.percent(sensitivity), "\(predictivity.cases)",
                Printed.percent(predictivity),
            ],
            sensitivity.percent.map {
                Figure("st-episodes/qtdb/Se", $0, unit: "%", better: .high, margin: Self.marginPoints)
            },
            predictivity.percent.map {
                Figure("st-episodes/qtdb/+P", $0, unit: "%", better: .high, margin: Self.marginPoints)
            })
        if !wrong.isEmpty { report.notes.append(wrong.joined(separator: "; ")) }
        return report
    }
}
