public import Foundation

/// All tables of one run as one document.
public struct AccuracyReport: Sendable, Encodable {
    public var tables: [TableReport]
    public var note = AccuracyReport.heldOutNote

    public init(tables: [TableReport]) { self.tables = tables }

    /// Stands below all tables.
    public static let heldOutNote = """
        The network that tells QRS complexes from other waves was fitted to these recordings of mitdb, nstdb, qtdb, \
        cinc2014, tele, cpsc2019 and cpsc2021, so their rows of the table of beats say how well it fits. What networks \
        reached on records that they were not fitted to stands in Sources/ECGSignal/QRSNetworkWeights.swift.
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
