public import ECGModel

/// An annotation file in MIT format (WFDB Applications Guide, annot(5)).
public struct AnnotationFile: Hashable, Sendable {
    /// In the order of the file, which is that of time. Definitions of a database's own codes are kept as the notes
    /// at sample 0 that they are in the file.
    public var annotations: [Annotation]
    /// The rate at which positions count, if the file states one; otherwise it is the rate in the record's header.
    public var samplingRate: Hertz?

    public init(annotations: [Annotation], samplingRate: Hertz? = nil) {
        self.annotations = annotations
        self.samplingRate = samplingRate
    }

    /// Reads the annotations of a file, for example `100.atr`.
    public static func read(_ path: String) throws(WFDBError) -> [Annotation] { try open(path).annotations }

    /// Reads a file with the rate that it states.
    public static func open(_ path: String) throws(WFDBError) -> AnnotationFile {
        let file = fileName(path)
        // One byte more than allowed, so that what is too long is seen to be.
        let bytes = try RegularFile.read(path, name: file, limit: WFDBLimits.annotationBytes + 1)
        return try AnnotationFile(parsing: bytes, file: file)
    }

    /// Writes annotations in the order of their samples; those of one sample keep theirs.
    ///
    /// - Parameter samplingRate: The rate at which the positions count; written into the file so that it can be read
    ///   without the record.
    /// - Throws: When an annotation cannot be expressed: a code outside ``AnnotationCode/valid``, a note longer than
    ///   ``WFDBLimits/noteBytes``.
    public static func write(_ annotations: [Annotation], to path: String, samplingRate: Hertz?) throws(WFDBError) {
        let file = fileName(path)
        let bytes = try AnnotationFile(annotations: annotations, samplingRate: samplingRate).encoded(file: file)
        try RegularFile.write(bytes, to: path, name: file)
    }

    private static func fileName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
