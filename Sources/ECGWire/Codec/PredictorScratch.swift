/// The numbers that a predictor works on: a row for each sample, a lane for each lead.
struct PredictorRows {
    typealias Lanes = AdaptivePredictor.Lanes

    /// Raw, since a row is written a lane at a time and worked on as a whole.
    let memory: UnsafeMutableRawPointer

    subscript(row: Int) -> Lanes {
        @inline(__always) get { memory.load(fromByteOffset: row &* MemoryLayout<Lanes>.stride, as: Lanes.self) }
        @inline(__always) nonmutating set {
            memory.storeBytes(of: newValue, toByteOffset: row &* MemoryLayout<Lanes>.stride, as: Lanes.self)
        }
    }

    subscript(row: Int, lane: Int) -> Int32 {
        @inline(__always) get { memory.load(fromByteOffset: Self.offset(row, lane), as: Int32.self) }
        @inline(__always) nonmutating set {
            memory.storeBytes(of: newValue, toByteOffset: Self.offset(row, lane), as: Int32.self)
        }
    }

    @inline(__always)
    private static func offset(_ row: Int, _ lane: Int) -> Int {
        row &* MemoryLayout<Lanes>.stride &+ lane &* MemoryLayout<Int32>.stride
    }
}

/// Room for the adaptive leads of one block and for their differences; grows to the largest block and stays.
final class PredictorScratch {
    typealias NarrowLanes = AdaptivePredictor.NarrowLanes

    private(set) var history: UnsafeMutablePointer<NarrowLanes>
    private var rows: UnsafeMutableRawPointer
    private var rowCount = 0
    private var historyCount = 0
    private var samples = 0

    init() {
        rows = .allocate(byteCount: 0, alignment: 1)
        history = .allocate(capacity: 0)
    }

    deinit {
        rows.deallocate()
        history.deallocate()
    }

    /// Makes room for the rows of so many predictors, all 0.
    func clear(predictors: Int, samples: Int) {
        self.samples = samples
        let needed = predictors * samples
        if rowCount < needed {
            rows.deallocate()
            rows = .allocate(
                byteCount: needed * MemoryLayout<PredictorRows.Lanes>.stride,
                alignment: MemoryLayout<PredictorRows.Lanes>.alignment)
            rowCount = needed
        }
        rows.initializeMemory(as: PredictorRows.Lanes.self, repeating: .zero, count: needed)
        if historyCount < samples + AdaptivePredictor.taps {
            history.deallocate()
            historyCount = samples + AdaptivePredictor.taps
            history = .allocate(capacity: historyCount)
            history.initialize(repeating: .zero, count: historyCount)
        }
    }

    func rows(ofPredictor index: Int) -> PredictorRows {
        PredictorRows(memory: rows + index * samples * MemoryLayout<PredictorRows.Lanes>.stride)
    }
}
