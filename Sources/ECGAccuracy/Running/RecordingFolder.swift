public import ECGFormats
import ECGModel
import ECGSimulator
import Foundation

/// The unpacked recordings: a folder of WFDB records a set.
public struct RecordingFolder: Sendable {
    /// How much of each set is read.
    public enum Extent: Sendable, Hashable {
        case whole
        /// At most so many records of a set, evenly chosen in the order of their names.
        case part(recordsOfSet: [String: Int])

        /// What continuous integration reads: half of the long recordings, which keeps it under three minutes on two cores.
        public static let continuousIntegration = part(recordsOfSet: [
            "mitdb": 12, "qtdb": 26, "cinc2014": 12, "cinc2014x": 12, "ptbxl": 125,
        ])
    }

    public let path: String
    public let extent: Extent
    /// The sets that may be read; nil for all.
    public let chosenSets: Set<String>?

    public init(_ path: String, extent: Extent = .whole, sets: Set<String>? = nil) {
        self.path = path
        self.extent = extent
        chosenSets = sets
    }

    /// The names of a set's records in order; empty where the set is missing or not chosen.
    public func records(of set: String) -> [String] {
        if let chosenSets, !chosenSets.contains(set) { return [] }
        let files = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(set)")) ?? []
        let names = files.filter { $0.hasSuffix(".hea") }.map { String($0.dropLast(4)) }.sorted()
        guard case .part(let limits) = extent, let limit = limits[set], limit < names.count else { return names }
        return (0..<limit).map { names[$0 * names.count / limit] }
    }

    /// The records of a set as subjects.
    public func subjects(of set: String, altered alteration: Alteration? = nil) -> [Subject] {
        records(of: set).map { Subject(.record(set: set, name: $0), altered: alteration) }
    }

    /// Whether a record has an annotation file of this extension.
    public func hasAnnotations(_ annotator: String, of subject: Subject) -> Bool {
        guard case .record(let set, let name) = subject.source else { return false }
        return FileManager.default.fileExists(atPath: "\(path)/\(set)/\(name).\(annotator)")
    }

    /// The annotations of a recording, at its own sampling rate; nil where there is no such file.
    public func annotations(_ annotator: String, of analysed: AnalysedSubject) throws -> [Annotation]? {
        guard case .record(let set, let name) = analysed.subject.source,
            hasAnnotations(annotator, of: analysed.subject)
        else { return nil }
        let file = try AnnotationFile.open("\(path)/\(set)/\(name).\(annotator)")
        let scale = file.samplingRate.map { analysed.samplingRate / $0 } ?? Double(analysed.samplesPerFrame)
        return file.annotations.map { annotation in
            var scaled = annotation
            scaled.sample = Int((Double(annotation.sample) * scale).rounded())
            return scaled
        }
    }

    /// The fields of a table of comma-separated values by column name, quotes around a field taken away; nil where there is
    /// no such file.
    public func rows(of file: String) throws -> [[String: String]]? {
        guard FileManager.default.fileExists(atPath: "\(path)/\(file)") else { return nil }
        return CommaSeparated.rows(try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8))
    }

    /// Reads or simulates a subject, and analyses it.
    public func analyse(_ subject: Subject) throws -> AnalysedSubject {
        switch subject.source {
        case .record(let set, let name):
            // A file has no identifier of its own, and none is needed where nothing is stored.
            let record = try WFDBRecord.read("\(path)/\(set)/\(name)", id: RecordingID(high: 0, low: 0))
            var recording = record.recording
            try recording.header.validate()
            subject.alteration?.apply(to: &recording)
            var analysed = AnalysedSubject(subject, recording: recording)
            analysed.comments = record.comments
            analysed.samplesPerFrame = record.samplesPerFrame
            return analysed
        case .simulated(let scenario, let seed, let seconds):
            var simulation = Simulation(scenario: scenario, seed: seed)
            let samples = simulation.next(Milliseconds(Double(seconds) * 1000).samples(at: simulation.samplingRate))
            var recording = Recording(header: simulation.header(), samples: samples)
            subject.alteration?.apply(to: &recording)
            var analysed = AnalysedSubject(subject, recording: recording)
            analysed.truth = simulation.truth
            return analysed
        }
    }
}
