public import Foundation

/// All tables of one run as one document.
public struct AccuracyReport: Sendable, Encodable {
    public var tables: [TableReport]
    public var note = AccuracyReport.heldOutNote

    public init(tables: [TableReport]) { self.tables = tables }

    /// Stands below all tables.
    public static let heldOutNote = """
        The network that tells QRS complexes from other waves was fitted to these recordings, so the table of beats says \
        how well it fits; what such networks reach on recordings that they were not fitted to stands in \
        Tests/Fitting/README.md. The limits of most other tables were chosen on these recordings too.
        """

    /// All tables as a document in Markdown that says which command printed it.
    public func markdown(command: String) -> String {
        let heading = [
            "# Accuracy", "", "Printed by `\(command) --markdown`; the command over each table prints it alone.", "",
        ]
        return (heading + tables.flatMap { $0.markdown(command: command) } + [note]).joined(separator: "\n")
    }

    public func encoded() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}
