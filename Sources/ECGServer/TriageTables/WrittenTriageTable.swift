public import ECGTriage
public import Foundation

/// Why a file with a triage table cannot be used; the text names the file, the place in it, and what to do.
public struct TriageTableFileError: Error, CustomStringConvertible {
    public let description: String

    init(_ file: String, _ problem: String) { description = "the triage table \(file): \(problem)" }
}

extension TriageTable {
    /// Reads a table that somebody has written, to be put into force: every name in it must be one that is read, and
    /// nothing that a life hangs on may be switched off.
    public static func handedIn(_ json: Data) throws -> TriageTable {
        let decoder = JSONDecoder()
        let table = try decoder.decode(TriageTable.self, from: json)
        try requireKnownFields(of: json, readAs: table)
        try table.validateForEnforcing()
        return table
    }

    /// The same from a file.
    public static func read(file: String) throws -> TriageTable {
        try reading(file) { try handedIn($0) }
    }

    /// Reads the table that a server is started with, which it may have been started with when less was asked of a table:
    /// what would keep it from being put into force today is told and stops nothing.
    public static func readInUse(file: String) throws -> (table: TriageTable, doubt: String?) {
        try reading(file) { json in
            let table = try JSONDecoder().decode(TriageTable.self, from: json)
            try table.validate()
            do {
                try requireKnownFields(of: json, readAs: table)
                return (table, table.doubtOfEnforcing)
            } catch let error as TriageTableError {
                return (table, error.description)
            }
        }
    }

    /// What would keep the table from being put into force.
    var doubtOfEnforcing: String? {
        do {
            try validateForEnforcing()
            return nil
        } catch {
            return error.description
        }
    }

    private static func requireKnownFields(of json: Data, readAs table: TriageTable) throws {
        let decoder = JSONDecoder()
        let known = try decoder.decode(WrittenFields.self, from: JSONEncoder().encode(table))
        if let place = try decoder.decode(WrittenFields.self, from: json).firstUnknown(knowing: known) {
            throw TriageTableError.unknownField(place: place)
        }
    }

    private static func reading<Value>(_ file: String, _ read: (Data) throws -> Value) throws -> Value {
        let json: Data
        do {
            json = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw TriageTableFileError(file, "it cannot be read: check that it is there and that it may be read")
        }
        do {
            return try read(json)
        } catch let error as DecodingError {
            throw TriageTableFileError(file, words(for: error))
        } catch let error as TriageTableError {
            throw TriageTableFileError(file, error.description)
        }
    }

    private static func words(for error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case .keyNotFound(let key, let context):
            return "the field '\(place(context.codingPath + [key]))' is missing: begin with the server's own table"
        case .valueNotFound(_, let context), .typeMismatch(_, let context):
            let name = place(context.codingPath)
            return name.isEmpty
                ? "it has to be an object, { … }" : "the field '\(name)' has the wrong type: see the server's own table"
        case .dataCorrupted(let context):
            let name = place(context.codingPath)
            return name.isEmpty
                ? "it is not valid JSON: check its brackets, commas and quotation marks"
                : "the field '\(name)': \(context.debugDescription)"
        @unknown default: return "it cannot be read"
        }
    }
}
