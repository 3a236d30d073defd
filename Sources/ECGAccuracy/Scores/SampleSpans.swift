public import ECGFormats
public import ECGModel

/// Stretches of a recording, each with its first and last sample.
public struct SampleSpans: Sendable, Hashable {
    public var spans: [ClosedRange<SampleIndex>]

    public init(_ spans: [ClosedRange<SampleIndex>] = []) { self.spans = spans }

    public func contains(_ sample: SampleIndex) -> Bool { spans.contains { $0.contains(sample) } }

    public static func + (a: SampleSpans, b: SampleSpans) -> SampleSpans { SampleSpans(a.spans + b.spans) }

    /// Annotated ventricular flutter, from `[` to `]`.
    public static func flutter(in annotations: [Annotation], sampleCount: Int) -> SampleSpans {
        between(
            annotations, sampleCount: sampleCount, from: { $0.code == .flutterStart }, to: { $0.code == .flutterEnd })
    }

    /// A reference artefact mask: from the notes `MASK` to `END`.
    public static func artefacts(in annotations: [Annotation], sampleCount: Int) -> SampleSpans {
        func says(_ annotation: Annotation, _ word: String) -> Bool {
            annotation.note?.filter { $0 != " " && $0 != "(" && $0 != "\0" } == word
        }
        return between(annotations, sampleCount: sampleCount, from: { says($0, "MASK") }, to: { says($0, "END") })
    }

    /// A stretch without an end lasts to the end of the recording.
    private static func between(
        _ annotations: [Annotation], sampleCount: Int, from isStart: (Annotation) -> Bool,
        to isEnd: (Annotation) -> Bool
    ) -> SampleSpans {
        var spans: [ClosedRange<SampleIndex>] = []
        var start: SampleIndex?
        for annotation in annotations {
            if isStart(annotation) {
                start = annotation.sample
            } else if isEnd(annotation), let first = start {
                spans.append(first...max(first, annotation.sample))
                start = nil
            }
        }
        if let start { spans.append(start...max(start, sampleCount)) }
        return SampleSpans(spans)
    }
}
