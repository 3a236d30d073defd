public import ECGModel
import NIOCore

/// How much of what is not urgent may be on its way at a time: enough to keep the link busy, so little that a live block
/// never waits long behind it. A value without a clock.
///
/// A slow link queues what is sent faster than it carries, and all that is queued stands before the next live block. The
/// window follows the time from sending to acknowledgement: what exceeds the shortest ever seen is time spent in queues,
/// and the window grows or shrinks until that is ``queueTarget`` (as TCP Vegas and LEDBAT, RFC 6817, do).
public struct SendWindow: Sendable {
    /// How long a live block may wait behind older ones: half of the second that its own block takes to be recorded.
    public static let queueTarget = Duration.milliseconds(500)
    /// Two blocks of a second of twelve leads at 500 Hz: one on its way and one being acknowledged.
    public static let leastBytes = 4096
    private struct Sent {
        var bytes: Int
        var at: Duration
        /// Everything acknowledged when it was sent.
        var deliveredBefore: Int
        /// Whether the window was full then: only such blocks show what the link can carry.
        var filledWindow: Bool
    }

    /// Bytes that may be on their way.
    public private(set) var bytes = SendWindow.leastBytes
    /// Bytes that are on their way, of all recordings.
    public private(set) var bytesUnderWay = 0
    private var sent: [RecordingID: CircularBuffer<(endSample: SampleIndex, block: Sent)>] = [:]
    private var delivered = 0
    private var shortest: Duration?

    public init() {}

    /// Whether a block that is not urgent may be sent.
    public var hasRoom: Bool { bytesUnderWay < bytes }

    public mutating func sent(_ bytes: Int, of recording: RecordingID, upTo endSample: SampleIndex, at time: Duration) {
        bytesUnderWay += bytes
        let block = Sent(bytes: bytes, at: time, deliveredBefore: delivered, filledWindow: !hasRoom)
        sent[recording, default: CircularBuffer()].append((endSample, block))
    }

    /// Everything below `sample` of the recording has arrived.
    public mutating func acknowledged(_ recording: RecordingID, upTo sample: SampleIndex, at time: Duration) {
        var last: Sent?
        var acknowledged = 0
        while let (endSample, block) = sent[recording]?.first, endSample <= sample {
            sent[recording]?.removeFirst()
            bytesUnderWay -= block.bytes
            acknowledged += block.bytes
            last = block
        }
        delivered += acknowledged
        if let last { adapt(to: last, growingBy: acknowledged, at: time) }
    }

    /// The recording is over, whatever became of it.
    public mutating func forget(_ recording: RecordingID) {
        guard let blocks = sent.removeValue(forKey: recording) else { return }
        for (_, block) in blocks { bytesUnderWay -= block.bytes }
    }

    private mutating func adapt(to block: Sent, growingBy acknowledged: Int, at time: Duration) {
        let roundTrip = max(time - block.at, .microseconds(1))
        let shortest = min(shortest ?? roundTrip, roundTrip)
        self.shortest = shortest
        let longest = shortest + Self.queueTarget
        // What one round trip delivered, times the round trips that may be under way.
        let fitting = Int(Double(delivered - block.deliveredBefore) * (longest / roundTrip))
        if block.filledWindow {
            bytes = max(Self.leastBytes, min(fitting, bytes + acknowledged))
        } else if roundTrip > longest {
            bytes = max(Self.leastBytes, min(fitting, bytes))
        }
    }
}
