import GRDB

/// A row of a damaged database, as far as it can be believed.
protocol DamagedRow {
    /// Gives the columns of ``init(_:)``, and what they are of.
    static var select: String { get }
    /// The column that numbers the rows.
    static var numberColumn: String { get }

    var number: Int64 { get }

    /// Nil where what is there cannot be what was written.
    ///
    /// SQLite checks how a page is divided, not what it holds: of a sector of zeros within one it makes rows of the number 0
    /// that are NULL in every column, whatever the table says of them.
    init?(_ row: Row)
}

extension Row {
    /// What the column holds if it is a whole number of that range: a rotten one may hold anything.
    func number<Number: FixedWidthInteger>(_ index: Int, in range: ClosedRange<Number> = 0...(.max)) -> Number? {
        guard case .int64(let stored) = (self[index] as DatabaseValue).storage else { return nil }
        return Number(exactly: stored).flatMap { range.contains($0) ? $0 : nil }
    }
}

/// Reads the rows of a table of which pages are damaged, in the order of their numbers.
///
/// Where a page cannot be read, the next place that can is looked for in steps that double: as many rows as the damage has may
/// be passed over together with it.
struct DamagedRows<Value: DamagedRow> {
    /// Rows are numbered one by one; a thousand times what a county sends on a day. What is greater is rotten.
    private var greatestNumber: Int64 { 1 << 40 }

    let source: Database

    func forEach(_ body: (Value) throws -> Void) throws {
        var last: Int64 = 0
        // One too great would hide all between, so that each waits for the one behind it to be greater still.
        var held: Value?
        func release() throws {
            guard let value = held else { return }
            held = nil
            last = value.number
            try body(value)
        }
        while true {
            do {
                let rows = try Row.fetchCursor(source, sql: Self.query, arguments: [last])
                while let row = try rows.next() {
                    guard let value = Value(row), value.number > last, value.number <= greatestNumber else { continue }
                    if let before = held, value.number > before.number { try release() }
                    held = value
                }
                return try release()
            } catch let error as DatabaseError where error.isDamage {
                try release()
                guard let next = try nextReadable(after: last) else { return }
                last = next
            }
        }
    }

    private static var query: String {
        "\(Value.select) WHERE \(Value.numberColumn) > ? ORDER BY \(Value.numberColumn)"
    }

    private enum Place {
        case readable, damaged
        /// Nothing is damaged, and nothing to be read.
        case beyondTheEnd
    }

    private func place(after number: Int64) throws -> Place {
        do {
            return try Row.fetchOne(source, sql: "\(Self.query) LIMIT 1", arguments: [number]) == nil
                ? .beyondTheEnd : .readable
        } catch let error as DatabaseError where error.isDamage {
            return .damaged
        }
    }

    /// The least number behind which a row can be read again; nil where there is none.
    private func nextReadable(after last: Int64) throws -> Int64? {
        // A leaf that is lost has some hundreds of rows, an inner page some hundreds of leaves.
        var (bad, step) = (last, Int64(1))
        while try place(after: last + step) == .damaged {
            bad = last + step
            guard bad < greatestNumber else { return nil }
            step *= 2
        }
        // The step may have gone beyond the table's end.
        var good = last + step
        while good - bad > 1 {
            let middle = bad + (good - bad) / 2
            if try place(after: middle) == .damaged { bad = middle } else { good = middle }
        }
        return try place(after: good) == .readable ? good : nil
    }
}
