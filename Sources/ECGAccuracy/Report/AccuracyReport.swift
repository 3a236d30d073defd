public import Foundation

/// All tables of one run as one document.
public struct AccuracyReport: Sendable, Encodable {
    public var tables: [TableReport]
    public var note = AccuracyReport.heldOutNote

    public init(tables: [TableReport]) { self.tables = tables }

    /// Stands below all tables.
    public static let heldOutNote = """
        The network that tells QRS complexes from other waves was fitted to the open halves of these sets; beats of sets \
        it was fitted to are therefore no measure of what it does elsewhere. Recordings kept sealed are.
        """

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
