/// Turns a block's inflated bytes into counts: the inner loop of ingest.
struct BlockReader {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Interleaved, as ``Samples`` holds them.
    let counts: UnsafeMutableBufferPointer<Int32>
    let channels: Int

    /// Returns what is wrong, or nil when every count is there and no byte is left.
    func read() -> BlockFault? {
        guard let base = bytes.baseAddress, let out = counts.baseAddress else { return .shape }
        var next = base + channels * LeadPrediction.byteCount
        let end = base + bytes.count
        let samples = counts.count / channels
        for lead in 0..<channels {
            let entry = base + lead * LeadPrediction.byteCount
            guard let prediction = LeadPrediction(entry[0], entry[1], entry[2], lead: lead) else {
                return .prediction(lead: lead)
            }
            if let fault = read(lead, prediction, from: &next, end: end, to: out, samples: samples) { return fault }
        }
        return next == end ? nil : .leftOver(end - next)
    }

    /// Undoes `order` differences by as many running sums, then adds what the other leads foretell.
    ///
    /// All orders run through the same three sums: a lead of a lower order starts with those it does not need switched
    /// off by a mask, which costs nothing beside the loads and stores.
    @inline(__always)
    private func read(
        _ lead: Int, _ prediction: LeadPrediction, from next: inout UnsafePointer<UInt8>,
        end: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<Int32>, samples: Int
    ) -> BlockFault? {
        let firstMask: Int32 = prediction.order >= 1 ? -1 : 0
        let secondMask: Int32 = prediction.order >= 2 ? -1 : 0
        let thirdMask: Int32 = prediction.order >= 3 ? -1 : 0
        var first: Int32 = 0
        var second: Int32 = 0
        var third: Int32 = 0
        var cell = out + lead
        var cursor = next
        for sample in 0..<samples {
            guard cursor < end else { return .ended }
            var folded = UInt32(cursor.pointee)
            cursor += 1
            if folded >= 0x80 {
                folded &= 0x7F
                var shift: UInt32 = 7
                while true {
                    guard cursor < end else { return .ended }
                    let byte = UInt32(cursor.pointee)
                    cursor += 1
                    // The fifth byte holds the four highest bits; a last byte of 0 would say nothing.
                    guard shift < 28 || byte < 0x10, byte != 0 else { return .overlong(lead: lead, sample: sample) }
                    folded |= (byte & 0x7F) << shift
                    if byte < 0x80 { break }
                    shift += 7
                }
            }
            third = (third & thirdMask) &+ VariableLength.unfold(folded)
            second = (second & secondMask) &+ third
            first = (first & firstMask) &+ second
            cell.pointee = first
            cell += channels
        }
        next = cursor
        if prediction.combination != .none { restore(lead, prediction, out, samples: samples) }
        return nil
    }

    private func restore(
        _ lead: Int, _ prediction: LeadPrediction, _ out: UnsafeMutablePointer<Int32>, samples: Int
    ) {
        @inline(__always) func add(_ predict: (Int32, Int32) -> Int32) {
            var row = out
            for _ in 0..<samples {
                row[lead] &+= predict(row[prediction.a], row[prediction.b])
                row += channels
            }
        }
        switch prediction.combination {
        case .none: break
        case .difference: add { LeadPrediction.Combination.difference.predict($0, $1) }
        case .negativeMean: add { LeadPrediction.Combination.negativeMean.predict($0, $1) }
        case .lessHalf: add { LeadPrediction.Combination.lessHalf.predict($0, $1) }
        }
    }
}
