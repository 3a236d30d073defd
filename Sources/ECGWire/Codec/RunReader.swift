/// Turns the inflated bytes of a block of codec 2 into counts: the inner loop of ingest.
struct RunReader {
    let bytes: UnsafeBufferPointer<UInt8>
    /// Interleaved, as ``Samples`` holds them.
    let counts: UnsafeMutableBufferPointer<Int32>
    let channels: Int
    /// Whether the block begins a run, and has the leads' predictions in front.
    let begins: Bool
    let scratch: PredictorScratch

    private var samples: Int { counts.count / channels }

    /// Returns what is wrong, or nil when every count is there and no byte is left. After a fault the memory is
    /// worth nothing.
    func read(_ memory: inout CodecMemory) -> BlockFault? {
        guard let base = bytes.baseAddress, let out = counts.baseAddress else { return .shape }
        var next = base
        let end = base + bytes.count
        if begins {
            if let fault = readPredictions(base, &memory) { return fault }
            next += channels * LeadPrediction.byteCount
        }
        guard end - next >= BlockCheck.byteCount else { return .ended }
        let check = UInt32(littleEndian: UnsafeRawPointer(next).loadUnaligned(as: UInt32.self))
        next += BlockCheck.byteCount
        guard let quietBytes = try? VariableLength.read(&next, end: end), quietBytes <= end - next else {
            return .ended
        }
        var halves = Halves(
            quiet: next, quietEnd: next + Int(quietBytes), busy: next + Int(quietBytes), busyEnd: end)

        scratch.clear(predictors: memory.predictors.count, samples: samples)
        var adaptive = 0
        for lead in 0..<channels {
            let fault: LeadFault?
            switch memory.predictions[lead].order {
            case LeadPrediction.adaptive:
                let rows = scratch.rows(ofPredictor: adaptive / AdaptivePredictor.laneCount)
                let lane = adaptive % AdaptivePredictor.laneCount
                fault = halves.readLead(samples: samples) { rows[$0, lane] = Int32(bitPattern: $1) }
                adaptive += 1
            case 0:
                fault = halves.readLead(samples: samples) { out[$0 * channels + lead] = VariableLength.unfold($1) }
            default:
                var value = memory.remainders[lead]
                fault = halves.readLead(samples: samples) {
                    value &+= VariableLength.unfold($1)
                    out[$0 * channels + lead] = value
                }
                memory.remainders[lead] = value
            }
            switch fault {
            case .ended: return .ended
            case .overlong(let sample): return .overlong(lead: lead, sample: sample)
            case nil: break
            }
        }
        guard halves.leftOver == 0 else { return .leftOver(halves.leftOver) }
        restoreAdaptiveLeads(out, &memory)
        for lead in 0..<channels {
            memory.predictions[lead].addCombination(to: lead, of: out, channels: channels, samples: samples)
        }
        return BlockCheck.hash(UnsafeBufferPointer(counts), channels: channels) == check ? nil : .check
    }

    private func readPredictions(_ base: UnsafePointer<UInt8>, _ memory: inout CodecMemory) -> BlockFault? {
        var predictions: [LeadPrediction] = []
        predictions.reserveCapacity(channels)
        for lead in 0..<channels {
            let entry = base + lead * LeadPrediction.byteCount
            guard
                let prediction = LeadPrediction(
                    entry[0], entry[1], entry[2], lead: lead, orders: LeadPrediction.runOrders)
            else { return .prediction(lead: lead) }
            predictions.append(prediction)
        }
        memory.begin(predictions)
        return nil
    }

    private func restoreAdaptiveLeads(_ out: UnsafeMutablePointer<Int32>, _ memory: inout CodecMemory) {
        for predictor in memory.predictors.indices {
            let rows = scratch.rows(ofPredictor: predictor)
            memory.predictors[predictor].restore(rows, count: samples, history: scratch.history)
            let first = predictor * AdaptivePredictor.laneCount
            let leads = memory.adaptiveLeads[first...].prefix(AdaptivePredictor.laneCount)
            spread(rows, over: leads, out)
        }
    }

    /// Copies the lanes of a predictor to their leads: as many as lie side by side in both, up to four, at once.
    private func spread(_ rows: PredictorRows, over leads: ArraySlice<Int>, _ out: UnsafeMutablePointer<Int32>) {
        var lane = 0
        while lane < leads.count {
            let lead = leads[leads.startIndex + lane]
            let together = leads[(leads.startIndex + lane)...].enumerated().prefix { $1 == lead + $0 }.count
            let from = rows.memory + lane * MemoryLayout<Int32>.stride
            switch together {
            case 4...:
                copy(SIMD4<Int32>.self, from: from, to: out + lead)
                lane += 4
            case 2...:
                copy(SIMD2<Int32>.self, from: from, to: out + lead)
                lane += 2
            default:
                copy(Int32.self, from: from, to: out + lead)
                lane += 1
            }
        }
    }

    @inline(__always)
    private func copy<Numbers: BitwiseCopyable>(
        _ type: Numbers.Type, from rows: UnsafeMutableRawPointer, to column: UnsafeMutablePointer<Int32>
    ) {
        var source = rows
        var target = UnsafeMutableRawPointer(column)
        for _ in 0..<samples {
            target.storeBytes(of: source.loadUnaligned(as: type), as: type)
            source += MemoryLayout<PredictorRows.Lanes>.stride
            target += channels &* MemoryLayout<Int32>.stride
        }
    }
}

private enum LeadFault {
    case ended
    case overlong(sample: Int)
}

/// The two halves of a block's numbers: those of quiet groups, two to a byte, and those of busy ones. Each is read from
/// its start.
private struct Halves {
    var quiet: UnsafePointer<UInt8>
    let quietEnd: UnsafePointer<UInt8>
    var busy: UnsafePointer<UInt8>
    let busyEnd: UnsafePointer<UInt8>

    var leftOver: Int { (quietEnd - quiet) + (busyEnd - busy) }

    /// Reads one lead's numbers, group after group, each from the half that the group before it decides.
    ///
    /// Nearly all numbers are as short as they can be: a group is looked at for a longer one, and taken without a further
    /// look if there is none.
    @inline(__always)
    mutating func readLead(samples: Int, _ store: (_ sample: Int, _ folded: UInt32) -> Void) -> LeadFault? {
        var isQuiet = false
        var sample = 0
        while sample < samples {
            let size = min(QuietGroups.size, samples &- sample)
            var sum: UInt64 = 0
            if size == QuietGroups.size, var eight = isQuiet ? takeEightPaired() : takeEightShort() {
                sum = QuietGroups.sum(ofEightShort: eight)
                for offset in 0..<8 {
                    store(sample &+ offset, UInt32(truncatingIfNeeded: eight & 0x7F))
                    eight >>= 8
                }
            } else {
                var offset = 0
                do throws(VariableLength.Fault) {
                    var pairs = PairedNumbers()
                    while offset < size {
                        let folded =
                            isQuiet ? try takePaired(&pairs, isFirst: offset & 1 == 0) : try takeSingle()
                        sum &+= UInt64(folded)
                        store(sample &+ offset, folded)
                        offset &+= 1
                    }
                    guard pairs.rest == 0 else { return .overlong(sample: sample) }
                } catch {
                    return error == .ended ? .ended : .overlong(sample: sample &+ offset)
                }
            }
            isQuiet = sum < QuietGroups.bound
            sample &+= size
        }
        return nil
    }

    /// A busy group of eight bytes, or nil where one of them begins a longer number.
    @inline(__always)
    private mutating func takeEightShort() -> UInt64? {
        guard busyEnd - busy >= 8, let eight = VariableLength.eightShort(at: busy) else { return nil }
        busy += 8
        return eight
    }

    /// A quiet group, or nil where one of its numbers is continued in the busy half.
    @inline(__always)
    private mutating func takeEightPaired() -> UInt64? {
        guard quietEnd - quiet >= 4 else { return nil }
        let pairs = UInt32(littleEndian: UnsafeRawPointer(quiet).loadUnaligned(as: UInt32.self))
        guard let eight = QuietGroups.eight(inPairs: pairs) else { return nil }
        quiet += 4
        return eight
    }

    private mutating func takeSingle() throws(VariableLength.Fault) -> UInt32 {
        try VariableLength.read(&busy, end: busyEnd)
    }

    /// What is left of the byte that is being read.
    private struct PairedNumbers {
        var rest: UInt8 = 0
    }

    private mutating func takePaired(
        _ pairs: inout PairedNumbers, isFirst: Bool
    ) throws(VariableLength.Fault) -> UInt32 {
        if isFirst {
            guard quiet < quietEnd else { throw .ended }
            pairs.rest = quiet.pointee
            quiet += 1
        }
        let half = UInt32(pairs.rest & 15)
        pairs.rest >>= 4
        guard half == QuietGroups.escape else { return half }
        let (number, overflow) = half.addingReportingOverflow(try takeSingle())
        guard !overflow else { throw .overlong }
        return number
    }
}
