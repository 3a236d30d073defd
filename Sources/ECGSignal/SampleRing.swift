import ECGModel

/// The last instants of a recording, all channels together, in millivolts and unfiltered; only a pacemaker's stimuli
/// are taken out.
///
/// Lane c of a vector is channel c; lanes beyond the recording's channels are zero. A sample that the device did not
/// deliver stands at the channel's last value. Everything that measures amplitudes reads from here, so that no filter's
/// phase reaches an ST level.
struct SampleRing: Sendable {
    private var instants: [SIMD16<Float>]
    private let mask: Int
    /// The index that the next appended instant gets: the number of instants appended so far.
    private(set) var endSample: SampleIndex = 0

    /// - Parameter capacity: how many instants are kept; a power of two, so that an index wraps by masking.
    init(capacity: Int) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "the ring's capacity must be a power of two")
        instants = Array(repeating: .zero, count: capacity)
        mask = capacity - 1
    }

    var capacity: Int { mask + 1 }

    /// The oldest instant that is still held.
    var startSample: SampleIndex { max(0, endSample - capacity) }

    mutating func append(_ millivolts: SIMD16<Float>) {
        instants[endSample & mask] = millivolts
        endSample += 1
    }

    /// The instant at a position of the recording.
    /// - Precondition: the position is within the last `capacity` instants.
    subscript(_ i: SampleIndex) -> SIMD16<Float> {
        get {
            assert(i < endSample && i >= endSample - capacity && i >= 0, "the ring no longer holds this sample")
            return instants[i & mask]
        }
        set {
            assert(i < endSample && i >= endSample - capacity && i >= 0, "the ring no longer holds this sample")
            instants[i & mask] = newValue
        }
    }
}
