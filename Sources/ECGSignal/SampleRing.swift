import ECGModel

/// The last instants of a recording, all channels together, in millivolts and unfiltered; only a pacemaker's stimuli
/// are taken out.
///
/// Lane c of a vector is channel c; lanes beyond the recording's channels are zero. A sample that the device did not
/// deliver stands at the channel's last value. Everything that measures amplitudes reads from here, so that no filter's
/// phase reaches an ST level.
struct SampleRing: Sendable {
    /// Quads, vectors of four channels, in an instant.
    static let quadsPerInstant = 4

    private var instants: [SIMD16<Float>]
    let capacity: Int
    /// The instant that stands, or will stand, in the first slot since the memory was last begun anew.
    private var lapStart: SampleIndex = 0
    /// The index that the next appended instant gets: the number of instants appended so far.
    private(set) var endSample: SampleIndex = 0

    /// - Parameter capacity: how many instants are kept.
    init(capacity: Int) {
        precondition(capacity > 0, "a ring holds something")
        instants = Array(repeating: .zero, count: capacity)
        self.capacity = capacity
    }

    /// - Parameters:
    ///   - seconds: how long an instant is kept at least.
    ///   - stretch: how many instants more are appended before the oldest are asked for.
    init(seconds: Double, at samplingRate: Hertz, andInstants stretch: Int) {
        self.init(capacity: Int((seconds * samplingRate.value).rounded(.up)) + stretch)
    }

    func prefetch() { instants.prefetch() }

    /// The oldest instant that is still held.
    var startSample: SampleIndex { max(0, endSample - capacity) }

    mutating func append(_ millivolts: SIMD16<Float>) {
        append(count: 1) { slots, _ in
            for quad in 0..<Self.quadsPerInstant { slots.fill(0, quad: quad, with: millivolts.quad(quad)) }
            return true
        }
    }

    /// Slots that follow each other in memory, to be filled.
    struct Slots {
        let count: Int
        fileprivate let memory: UnsafeMutableRawPointer

        @inline(__always)
        func fill(_ slot: Int, quad: Int, with millivolts: SIMD4<Float>) {
            let offset = (slot &* quadsPerInstant &+ quad) &* MemoryLayout<SIMD4<Float>>.stride
            memory.storeBytes(of: millivolts, toByteOffset: offset, as: SIMD4<Float>.self)
        }
    }

    /// Appends as many instants, one piece of memory after the other.
    ///
    /// - Parameter fill: fills the slots of a piece with the instants from the given one of those appended on; where it
    ///   returns false nothing is appended, and as many instants at the ring's beginning are lost.
    /// - Returns: whether they were appended.
    /// - Precondition: the ring is larger than what is appended.
    @inline(__always) @discardableResult
    mutating func append(count: Int, fill: (_ slots: Slots, _ offset: Int) -> Bool) -> Bool {
        precondition(count <= capacity, "no more is appended than the ring holds")
        var slot = endSample - lapStart
        var appended = 0
        var isKept = true
        instants.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            while appended < count, isKept {
                if slot == capacity { slot = 0 }
                let piece = min(count - appended, capacity - slot)
                let memory = base + slot * MemoryLayout<SIMD16<Float>>.stride
                isKept = fill(Slots(count: piece, memory: memory), appended)
                slot += piece
                appended += piece
            }
        }
        guard isKept else { return false }
        endSample += count
        lapStart = endSample - slot
        return true
    }

    /// The instant at a position of the recording.
    /// - Precondition: the position is within the last `capacity` instants.
    subscript(_ i: SampleIndex) -> SIMD16<Float> {
        get {
            assert(i < endSample && i >= endSample - capacity && i >= 0, "the ring no longer holds this sample")
            return instants[slot(of: i)]
        }
        set {
            assert(i < endSample && i >= endSample - capacity && i >= 0, "the ring no longer holds this sample")
            instants[slot(of: i)] = newValue
        }
    }

    /// Where an instant lies in memory.
    @inline(__always) func slot(of i: SampleIndex) -> Int {
        let slot = i - lapStart
        return slot < 0 ? slot + capacity : slot
    }

    /// Whether a stretch that the ring holds lies in memory in one piece.
    @inline(__always) func isContiguous(from first: SampleIndex, through last: SampleIndex) -> Bool {
        assert(first >= startSample && last < endSample, "the ring does not hold this stretch")
        return slot(of: first) <= slot(of: last)
    }

    /// Lends the memory, slot after slot, without bounds checks: for stretches that ``isContiguous(from:through:)`` has approved.
    @inline(__always) func withUnsafeQuads(_ body: (QuadMemory) -> Void) {
        instants.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { body(QuadMemory(base)) }
        }
    }

    /// Lends what the ring holds, without bounds checks: for loops over thousands of instants.
    @inline(__always) func withView<Result>(_ body: (View) -> Result) -> Result {
        instants.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { preconditionFailure("a ring holds something") }
            return body(
                View(
                    memory: base, lapStart: lapStart, capacity: capacity, startSample: startSample,
                    endSample: endSample))
        }
    }

    /// One quad of instants at equal distances, one after the other.
    struct Walk {
        fileprivate var place: UnsafeRawPointer
        fileprivate let end: UnsafeRawPointer
        /// In bytes.
        fileprivate let step: Int
        fileprivate let lap: Int

        @inline(__always) mutating func next() -> SIMD4<Float> {
            let level = place.load(as: SIMD4<Float>.self)
            place += step
            if place >= end { place -= lap }
            return level
        }
    }

    /// The instants by their positions in the recording, as long as the call lasts that they are lent to.
    struct View {
        fileprivate let memory: UnsafeRawPointer
        fileprivate let lapStart: SampleIndex
        fileprivate let capacity: Int
        /// The oldest instant that is held, and the one behind the newest.
        let startSample: SampleIndex
        let endSample: SampleIndex

        /// - Precondition: the ring holds the instant.
        @inline(__always) subscript(_ i: SampleIndex) -> SIMD16<Float> {
            memory.load(fromByteOffset: offset(of: i), as: SIMD16<Float>.self)
        }

        /// - Precondition: the ring holds the instant.
        @inline(__always) subscript(_ i: SampleIndex, quad quad: Int) -> SIMD4<Float> {
            memory.load(
                fromByteOffset: offset(of: i) &+ quad &* MemoryLayout<SIMD4<Float>>.stride, as: SIMD4<Float>.self)
        }

        /// Walks over a quad's instants from a position on, which the ring holds as far as the walk goes.
        @inline(__always) func walk(from first: SampleIndex, by step: Int = 1, quad: Int) -> Walk {
            let stride = MemoryLayout<SIMD16<Float>>.stride
            return Walk(
                place: memory + offset(of: first) + quad * MemoryLayout<SIMD4<Float>>.stride,
                end: memory + capacity * stride, step: step * stride, lap: capacity * stride)
        }

        @inline(__always) private func offset(of i: SampleIndex) -> Int {
            assert(i >= startSample && i < endSample, "the ring does not hold this sample")
            let slot = i &- lapStart
            return (slot < 0 ? slot &+ capacity : slot) &* MemoryLayout<SIMD16<Float>>.stride
        }
    }
}
