import ECGModel
import Foundation
import GRDB

/// A value of the vocabulary that one column holds.
///
/// The vocabulary's own types are not made GRDB's: a conformance of one module's type to another's protocol would hold
/// for every program that links the store.
protocol ColumnValue {
    associatedtype Column: DatabaseValueConvertible & Sendable
    var column: Column { get }
    /// Nil where the column holds nothing this type knows.
    init?(column: Column)
}

extension Timestamp: ColumnValue {
    var column: Int64 { microsecondsSince1970 }
    init(column: Int64) { self.init(microsecondsSince1970: column) }
}

/// Durations are microseconds; one too long for 64 bits is the longest that fits.
extension Duration: ColumnValue {
    var column: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carries) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflow || carries ? (seconds < 0 ? .min : .max) : sum
    }
    init?(column: Int64) { self = .microseconds(column) }
}

extension RecordingID: ColumnValue {
    var column: Data { Data(bytes) }
    init?(column: Data) { self.init(bytes: column) }
}

extension RecordingID {
    /// By position, for rows that come by the thousand; the id is the column `uuid` wherever it stands.
    init(readFrom row: Row, at index: Int) throws {
        guard let id = RecordingID(column: row[index]) else { throw StoreError.unreadable(column: "uuid") }
        self = id
    }
}

extension AlertID: ColumnValue {
    var column: Int64 { rawValue }
    init?(column: Int64) { self.init(column) }
}

/// Priorities are stored by rank so that SQL can order by them.
extension AlarmPriority: ColumnValue {
    var column: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        }
    }
    init?(column: Int) {
        switch column {
        case 0: self = .low
        case 1: self = .medium
        case 2: self = .high
        default: return nil
        }
    }
}

extension ColumnValue where Self: RawRepresentable<String> {
    var column: String { rawValue }
    init?(column: String) { self.init(rawValue: column) }
}
extension AlertState: ColumnValue {}
extension AlertEvent.Kind: ColumnValue {}
extension CriticalValue.State: ColumnValue {}
extension StoredRecording.Status: ColumnValue {}
extension User.Role: ColumnValue {}
extension RecordingQuality.Verdict: ColumnValue {}
extension ReportConclusion: ColumnValue {}
extension AccessToken.Purpose: ColumnValue {}
extension Delivery.State: ColumnValue {}

extension Row {
    func value<Value: ColumnValue>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        guard let value: Value = try optionalValue(name) else { throw StoreError.unreadable(column: name) }
        return value
    }

    func optionalValue<Value: ColumnValue>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
        let stored: Value.Column? = try decodeIfPresent(forColumn: name)
        guard let stored else { return nil }
        guard let value = Value(column: stored) else { throw StoreError.unreadable(column: name) }
        return value
    }

    private func decodeIfPresent<T: DatabaseValueConvertible>(forColumn name: String) throws -> T? {
        let value: DatabaseValue = self[name]
        if value.isNull { return nil }
        guard let decoded = T.fromDatabaseValue(value) else { throw StoreError.unreadable(column: name) }
        return decoded
    }

    /// A column that holds a JSON document.
    func document<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value {
        let text: String? = try decodeIfPresent(forColumn: name)
        guard let text else { throw StoreError.unreadable(column: name) }
        return try Document.decode(Value.self, from: text, column: name)
    }

    /// A column that holds a JSON document or nothing.
    func optionalDocument<Value: Decodable>(_ name: String, as type: Value.Type = Value.self) throws -> Value? {
        let text: String? = try decodeIfPresent(forColumn: name)
        return try text.map { try Document.decode(Value.self, from: $0, column: name) }
    }
}

/// Documents as JSON columns.
enum Document {
    /// Measurements may be undefined; JSON has no word for that, and a reading must not be lost for it.
    private static let notANumber = (positive: "+infinity", negative: "-infinity", undefined: "nan")

    static func encode(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: notANumber.positive, negativeInfinity: notANumber.negative, nan: notANumber.undefined)
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// The error names the column only: the text of a decoding error could hold the document's.
    static func decode<Value: Decodable>(_ type: Value.Type, from text: String, column: String) throws -> Value {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: notANumber.positive, negativeInfinity: notANumber.negative, nan: notANumber.undefined)
        do {
            return try decoder.decode(type, from: Data(text.utf8))
        } catch {
            throw StoreError.unreadable(column: column)
        }
    }
}

extension StoreError {
    static func unreadable(column: String) -> StoreError {
        .unavailable("column \(column) holds what this version cannot read: run the version that wrote it")
    }
}
