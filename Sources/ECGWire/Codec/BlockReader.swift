/// Turns a block's inflated bytes into counts: the inner loop of ingest.
struct BlockReader {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Interleaved, as ``Samples`` holds them.
    let counts: UnsafeMutableBufferPointer<Int32>
    let channels: Int

    /// Returns what is wrong, or nil when every count is there and no byte is left.
    func read() -> BlockFault? {
        guard let base = bytes.baseAddress, let out = counts.baseAddress else { return .shape }
        var cursor = Cursor(next: base + channels * LeadPrediction.byteCount, end: base + bytes.count)
        let samples = counts.count / channels
        for lead in 0..<channels {
            let entry = base + lead * LeadPrediction.byteCount
            guard
                let prediction = LeadPrediction(
                    entry[0], entry[1], entry[2], lead: lead, orders: LeadPrediction.standaloneOrders)
            else {
                return .prediction(lead: lead)
            }
            let column = Column(first: out + lead, stride: channels, samples: samples)
            // A loop of its own for each order: what an order does not need costs nothing.
            let fault =
                switch prediction.order {
                case 0: read(column, from: &cursor) { $0 }
                case 1: readFirstDifferences(column, from: &cursor)
                case 2: readSecondDifferences(column, from: &cursor)
                default: readThirdDifferences(column, from: &cursor)
                }
            switch fault {
            case .ended: return .ended
            case .overlong(let sample): return .overlong(lead: lead, sample: sample)
            case nil: break
            }
            prediction.addCombination(to: lead, of: out, channels: channels, samples: samples)
        }
        return cursor.next == cursor.end ? nil : .leftOver(cursor.end - cursor.next)
    }

    /// Where the next number begins, and where the bytes end.
    private struct Cursor {
        var next: UnsafePointer<UInt8>
        let end: UnsafePointer<UInt8>
    }

    /// One lead's cells among the interleaved counts.
    private struct Column {
        let first: UnsafeMutablePointer<Int32>
        let stride: Int
        let samples: Int
    }

    private enum Fault {
        case ended
        case overlong(sample: Int)
    }

    private func readFirstDifferences(_ column: Column, from cursor: inout Cursor) -> Fault? {
        var value: Int32 = 0
        return read(column, from: &cursor) {
            value &+= $0
            return value
        }
    }

    private func readSecondDifferences(_ column: Column, from cursor: inout Cursor) -> Fault? {
        var value: Int32 = 0
        var slope: Int32 = 0
        return read(column, from: &cursor) {
            slope &+= $0
            value &+= slope
            return value
        }
    }

    private func readThirdDifferences(_ column: Column, from cursor: inout Cursor) -> Fault? {
        var value: Int32 = 0
        var slope: Int32 = 0
        var bend: Int32 = 0
        return read(column, from: &cursor) {
            bend &+= $0
            slope &+= bend
            value &+= slope
            return value
        }
    }

    /// Reads one lead's numbers and writes what `integrate` makes of each.
    ///
    /// Nearly all numbers are one byte: eight at a time are looked at for a longer one, and taken without a further look
    /// if there is none.
    @inline(__always)
    private func read(
        _ column: Column, from cursor: inout Cursor, _ integrate: (Int32) -> Int32
    ) -> Fault? {
        var cell = column.first
        var next = cursor.next
        let end = cursor.end
        var sample = 0
        while sample < column.samples {
            if column.samples - sample >= 8, end - next >= 8, var eight = VariableLength.eightShort(at: next) {
                for _ in 0..<8 {
                    cell.pointee = integrate(VariableLength.unfold(UInt32(eight & 0x7F)))
                    cell += column.stride
                    eight >>= 8
                }
                next += 8
                sample += 8
                continue
            }
            do throws(VariableLength.Fault) {
                cell.pointee = integrate(VariableLength.unfold(try VariableLength.read(&next, end: end)))
            } catch {
                return error == .ended ? .ended : .overlong(sample: sample)
            }
            cell += column.stride
            sample += 1
        }
        cursor.next = next
        return nil
    }
}
