public import ECGModel

/// A mark at one sample of a record, as WFDB annotation files hold them.
public struct Annotation: Hashable, Sendable {
    /// The position at the file's time resolution: the header's rate unless ``AnnotationFile/samplingRate`` says otherwise.
    public var sample: SampleIndex
    public var code: AnnotationCode
    /// What the code leaves open, by the conventions of the database.
    public var subtype: Int8
    /// The signal that is marked, 0 for the first or all.
    public var channel: UInt8
    /// Which annotator or annotation pass, or of a wave boundary which wave: 0 P, 1 QRS, 2 T (as in the QT database).
    public var number: Int8
    /// The text of a rhythm change or comment.
    public var note: String?

    public init(
        sample: SampleIndex, code: AnnotationCode, subtype: Int8 = 0, channel: UInt8 = 0, number: Int8 = 0,
        note: String? = nil
    ) {
        self.sample = sample
        self.code = code
        self.subtype = subtype
        self.channel = channel
        self.number = number
        self.note = note
    }

    /// The start of an episode of a rhythm.
    public init(sample: SampleIndex, rhythm: Rhythm) {
        self.init(sample: sample, code: .rhythm, note: "(" + rhythm.rawValue)
    }

    /// The rhythm that starts here, `.unknown` if its label has no counterpart; nil for what is no rhythm change.
    public var rhythm: Rhythm? {
        guard code == .rhythm, let note, note.hasPrefix("(") else { return nil }
        return Rhythm(rawValue: String(note.dropFirst())) ?? .unknown
    }
}
