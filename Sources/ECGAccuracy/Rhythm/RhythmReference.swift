public import ECGFormats
public import ECGModel

/// The rhythms that a reference annotator marked, as stretches of the recording.
public struct RhythmReference: Sendable {
    /// A rhythm by its label in the database, without the bracket.
    public struct Stretch: Sendable, Hashable {
        public var label: String
        public var start: SampleIndex
        public var end: SampleIndex
    }

    public let stretches: [Stretch]

    /// Labels of fibrillation or flutter of the ventricles, of ventricular tachycardia, of fibrillation of the atria, of
    /// their flutter, of asystole, in the MIT-BIH and CPSC databases.
    public static let ventricularFibrillation: Set<String> = ["VF", "VFIB", "VFL"]
    public static let ventricularTachycardia: Set<String> = ["VT"]
    public static let atrialFibrillation: Set<String> = ["AFIB"]
    public static let atrialFlutter: Set<String> = ["AFL"]
    public static let asystole: Set<String> = ["ASYS"]

    /// Rhythm changes are annotations whose note begins with a bracket; each rhythm lasts to the next change.
    public init(_ annotations: [Annotation], sampleCount: Int) {
        let changes = annotations.compactMap { annotation -> (sample: SampleIndex, label: String)? in
            guard annotation.code == .rhythm, let note = annotation.note, note.hasPrefix("(") else { return nil }
            return (annotation.sample, String(note.dropFirst().prefix { $0 != "\0" && $0 != " " }))
        }
        stretches = changes.indices.map { place in
            Stretch(
                label: changes[place].label, start: changes[place].sample,
                end: place + 1 < changes.count ? changes[place + 1].sample : max(sampleCount, changes[place].sample))
        }
    }

    /// The episodes of rhythms, those closer together than `gap` samples made one.
    public func episodes(of labels: Set<String>, closerThan gap: Int = 1) -> [Episode] {
        Episode.joined(
            stretches.filter { labels.contains($0.label) }.map { Episode($0.start, $0.end) }, closerThan: gap)
    }
}

extension AnalysedSubject {
    /// The stretches of rhythms that the analyser told.
    func episodes(of rhythms: Set<Rhythm>) -> [Episode] {
        Episode.joined(episodes.filter { rhythms.contains($0.rhythm) }.map { Episode($0.start, $0.end) })
    }

    /// The stretches of whole seconds at whose end something held of the measurements.
    func seconds(where holds: (Measurements) -> Bool) -> [Episode] {
        var start = 0
        var found: [Episode] = []
        for measurements in measurements {
            if holds(measurements) { found.append(Episode(start, measurements.sampleCount)) }
            start = measurements.sampleCount
        }
        return Episode.joined(found)
    }
}
