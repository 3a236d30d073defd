import ECGModel
import ECGSignal
import Foundation
import Testing

/// The unpacked public recordings, where they are.
private enum Recordings {
    static var root: URL? {
        let environment = ProcessInfo.processInfo.environment["ECG_DATA"].map { URL(fileURLWithPath: $0) }
        let beside = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: ".build/ecg-data")
        return [environment, beside].compactMap { $0 }.first { FileManager.default.fileExists(atPath: $0.path) }
    }
}

/// The little of WFDB that these tests need: format 16 and 212 signals and beat annotations.
private struct WFDBRecord {
    var rate = 0.0
    var channels: [Channel] = []
    var samples: Samples
    var beats: [Int] = []

    private static let beatCodes: Set<UInt16> = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 25, 30, 34, 35, 38, 41]

    init?(_ stem: URL) throws {
        let lines = try String(contentsOf: stem.appendingPathExtension("hea"), encoding: .utf8)
            .split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        let head = lines[0].split(separator: " ")
        guard let count = Int(head[1]), let rate = Double(head[2].prefix { $0.isNumber || $0 == "." }) else {
            return nil
        }
        self.rate = rate
        var format = ""
        for line in lines.dropFirst().prefix(count) {
            let fields = line.split(separator: " ")
            format = String(fields[1].prefix { $0.isNumber })
            guard let gain = Double(fields[2].prefix { $0.isNumber || $0 == "." }) else { return nil }
            channels.append(Channel(lead: .unspecified, nanovoltsPerCount: 1e6 / (gain == 0 ? 200 : gain)))
        }
        let bytes = [UInt8](try Data(contentsOf: stem.appendingPathExtension("dat")))
        samples = Samples(channelCount: count)
        switch format {
        case "16":
            for i in 0..<bytes.count / 2 {
                samples.counts.append(Int32(Int16(bitPattern: UInt16(bytes[2 * i]) | UInt16(bytes[2 * i + 1]) << 8)))
            }
        case "212":
            for i in 0..<bytes.count / 3 {
                let (a, b, c) = (Int32(bytes[3 * i]), Int32(bytes[3 * i + 1]), Int32(bytes[3 * i + 2]))
                let x = a | (b & 15) << 8
                let y = c | (b >> 4) << 8
                samples.counts.append(x > 2047 ? x - 4096 : x)
                samples.counts.append(y > 2047 ? y - 4096 : y)
            }
        default: return nil
        }
        samples.counts.removeLast(samples.counts.count % count)
        try readBeats(stem.appendingPathExtension("atr"))
    }

    private mutating func readBeats(_ file: URL) throws {
        let bytes = [UInt8](try Data(contentsOf: file))
        var i = 0
        var time = 0
        while i + 1 < bytes.count {
            let word = UInt16(bytes[i]) | UInt16(bytes[i + 1]) << 8
            i += 2
            let (code, value) = (word >> 10, Int(word & 1023))
            switch code {
            case 0 where value == 0: return
            case 59:
                let high = Int(Int16(bitPattern: UInt16(bytes[i]) | UInt16(bytes[i + 1]) << 8))
                time += high << 16 | Int(bytes[i + 2]) | Int(bytes[i + 3]) << 8
                i += 4
            case 60, 61, 62: break
            case 63: i += (value + 1) & ~1
            default:
                time += value
                if Self.beatCodes.contains(code) { beats.append(time) }
            }
        }
    }

    /// Hits, misses and false beats, paired within 150 ms.
    func score(_ found: [Int]) -> (hits: Int, misses: Int, extra: Int) {
        let window = Int((0.15 * rate).rounded())
        var (i, j, hits) = (0, 0, 0)
        while i < beats.count, j < found.count {
            if abs(found[j] - beats[i]) <= window {
                hits += 1
                i += 1
                j += 1
            } else if found[j] < beats[i] {
                j += 1
            } else {
                i += 1
            }
        }
        return (hits, beats.count - hits, found.count - hits)
    }
}

@Suite("Real recordings", .enabled(if: Recordings.root != nil, "the public recordings are not unpacked here"))
struct RealRecordingTests {
    /// A floor below what is reached: a change that breaks detection fails. The stretches that TELE's artefact masks leave
    /// out are scored here, so its floor is low.
    @Test(
        "Beats agree with the reference annotations",
        arguments: [
            ("mitdb", 4, 0.995), ("qtdb", 4, 0.998), ("nstdb", 6, 0.95), ("cinc2014", 6, 0.995), ("tele", 125, 0.8),
            ("cpsc2019", 30, 0.97),
        ])
    func agreement(set: String, records: Int, floor: Double) throws {
        let folder = try #require(Recordings.root).appending(path: set)
        let stems = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "atr" }.map { $0.deletingPathExtension() }
            .sorted { $0.path < $1.path }.prefix(records)
        var (hits, misses, extra, read) = (0, 0, 0, 0)
        for stem in stems {
            guard let record = try WFDBRecord(stem) else { continue }
            let run = AnalysisRun(record.samples, channels: record.channels, rate: record.rate, block: 5000)
            let score = record.score(run.beats.map(\.rPeak))
            hits += score.hits
            misses += score.misses
            extra += score.extra
            read += 1
        }
        try #require(read > 0, "no record of the set could be read")
        let f1 = Double(2 * hits) / Double(2 * hits + misses + extra)
        #expect(f1 >= floor, "\(set): F1 \(f1), \(misses) missed, \(extra) too many in \(read) records")
    }
}
