import ECGFormats
import ECGModel
import Foundation

/// Whether seconds are called unusable where a person, or the maker of the noise, says so.
///
/// A second counts as bad if no lead was usable at its end (``LeadQuality/isUsable``). tele: against its reference mask,
/// a second being masked if half of it is. nstdb: noise was added to its records in stretches of two minutes from the
/// fifth minute on, at the ratio that the header's comment states; the seconds between are clean.
public struct ArtefactTable: AccuracyTable {
    public let name = "artefacts"
    public let sets = ["tele", "nstdb"]

    private static let noiseFromSecond = 300
    private static let noiseSeconds = 120
    private static let marginPoints = 2.0

    private var bad: [String: Share] = [:]
    private var clean: [String: Share] = [:]

    public init() {}

    public mutating func add(_ analysed: AnalysedSubject, from recordings: RecordingFolder) throws {
        let row: String
        let isNoisy: (_ second: Int) -> Bool
        if analysed.subject.set == "tele" {
            row = "tele"
            let mask = SampleSpans.artefacts(
                in: try recordings.annotations("maska", of: analysed) ?? [], sampleCount: analysed.samples.count)
            let rate = Int(analysed.samplingRate.value)
            isNoisy = { second in
                let span = Episode((second - 1) * rate, second * rate)
                let masked = mask.spans.reduce(0) { $0 + span.overlap(with: Episode($1.lowerBound, $1.upperBound)) }
                return 2 * masked >= rate
            }
        } else {
            guard let ratio = Self.signalToNoise(analysed.comments) else { return }
            row = "nstdb \(ratio) dB"
            isNoisy = { second in
                second > Self.noiseFromSecond
                    && ((second - 1 - Self.noiseFromSecond) / Self.noiseSeconds).isMultiple(of: 2)
            }
        }
        for (index, measurements) in analysed.measurements.enumerated() where !measurements.isFinal {
            let isCalledBad = !measurements.quality.contains(where: \.isUsable)
            if isNoisy(index + 1) {
                bad[row, default: Share()].add(isCalledBad)
            } else {
                clean[row, default: Share()].add(!isCalledBad)
            }
        }
    }

    /// The number in a comment `… (SNR = 6 dB)`.
    static func signalToNoise(_ comments: [String]) -> Int? {
        for comment in comments {
            guard let mark = comment.range(of: "SNR = ") else { continue }
            return Int(comment[mark.upperBound...].prefix { $0.isNumber || $0 == "-" })
        }
        return nil
    }

    public func report() -> TableReport {
        var report = TableReport(
            name: name, title: "Artefacts and noise",
            definition: """
                Seconds called bad (no usable lead) of those masked as artefact (tele) or with added electrode motion \
                (nstdb, by the ratio of signal to noise), and seconds not called bad of the others.
                """,
            columns: ["recordings", "bad s", "called bad %", "clean s", "left alone %"])
        let rows = Set(bad.keys).union(clean.keys).sorted {
            ($0.hasPrefix("nstdb") ? 1 : 0, -Self.decibels($0)) < ($1.hasPrefix("nstdb") ? 1 : 0, -Self.decibels($1))
        }
        for row in rows {
            let called = bad[row] ?? Share()
            let alone = clean[row] ?? Share()
            // Noise that is weak against the signal need not be called bad.
            let isDue = row == "tele" || Self.decibels(row) <= 0
            report.append(
                [row, "\(called.cases)", Printed.percent(called), "\(alone.cases)", Printed.percent(alone)],
                isDue
                    ? called.percent.map {
                        Figure("artefacts/\(row)/bad", $0, unit: "%", better: .high, margin: Self.marginPoints)
                    } : nil,
                alone.percent.map {
                    Figure("artefacts/\(row)/clean", $0, unit: "%", better: .high, margin: Self.marginPoints)
                })
        }
        return report
    }

    private static func decibels(_ row: String) -> Int {
        row.split(separator: " ").compactMap { Int($0) }.first ?? 0
    }
}
