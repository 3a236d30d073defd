/// Every bound of the device protocol, each with its reason. A peer that stays within them never meets a refusal; one
/// that does not costs the server no more than they allow.
public struct WireLimits: Hashable, Sendable {
    /// Bytes of a block frame's payload. Ten seconds of sixteen leads at 1000 Hz, badly compressed at 8 bits a sample,
    /// are 160,000 bytes; a usual second of twelve leads at 500 Hz takes 1,500.
    public var blockPayloadBytes = 262_144
    /// Bytes of any other payload. The largest is a report or an opening with sixteen labelled leads and a complaint,
    /// about 10 kB.
    public var controlPayloadBytes = 16_384
    /// Bytes of a payload before the device has proved who it is: Hello with the longest names takes 300. Whoever connects
    /// can make the server keep no more than this.
    public var handshakePayloadBytes = 1_024
    /// Sampling instants in a block: ten seconds at 1000 Hz, a whole standard ECG.
    public var blockSamples = 10_000
    /// Samples of a recording, over all blocks: 31 days at 1000 Hz, longer than any Holter.
    public var recordingSamples = 31 * 86_400 * 1_000
    /// Block bytes that a device may have sent without having been told that they are stored. Twice the largest block,
    /// so that one can be sent while another is being stored; over a link with a round trip of half a second it still
    /// allows 1 MB/s, which brings back an hour of twelve leads in 6 seconds.
    public var unacknowledgedBytes = 524_288
    /// Blocks sent and not yet known to be stored: four minutes in blocks of a second.
    public var unacknowledgedBlocks = 256
    /// Recordings open on one connection at a time, and the highest channel number. A clinic has a handful of
    /// electrocardiographs; a gateway with more opens a second connection.
    public var openRecordings = 64
    /// Bytes of UTF-8 in the name of a device's software.
    public var softwareBytes = 128
    /// Bytes of UTF-8 in any text sent to a device: a report fills a page, not a book.
    public var textBytes = 8_192
    /// Time from connecting to a good proof: TCP, TLS and three flights over a satellite link take 3 seconds.
    public var handshakeSeconds = 10
    /// Time without a byte after which a connection is taken for dead. Mobile networks forget idle connections after
    /// some minutes; a device that has nothing to say sends Ping.
    public var idleSeconds = 90

    public init() {}

    public static let `default` = WireLimits()

    /// The longest a block's bytes can become by inflating: a ``LeadPrediction`` of three bytes for each lead, a check
    /// and a length, then at most five bytes for each count and half a byte that leads to them.
    static func inflatedBytes(samples: Int, channels: Int) -> Int {
        channels * (LeadPrediction.byteCount + VariableLength.maximumBytes * samples + (samples + 1) / 2)
            + BlockCheck.byteCount + VariableLength.maximumBytes
    }

    /// The largest payload a frame of this type may announce.
    func payloadBytes(of type: FrameType, isHandshaking: Bool) -> Int {
        isHandshaking ? handshakePayloadBytes : type == .block ? blockPayloadBytes : controlPayloadBytes
    }
}

/// What the protocol fixes once and for all.
public enum WireProtocol {
    /// The version that this implementation speaks; it stands in every frame's header.
    public static let version: UInt8 = 1
    /// Bytes of each end's random nonce: 256 bits never repeat.
    public static let nonceBytes = 32
    /// Bytes of an Ed25519 public key (RFC 8032, section 5.1.5).
    public static let publicKeyBytes = 32
    /// Bytes of an Ed25519 signature (RFC 8032, section 5.1.6).
    public static let signatureBytes = 64
    /// Bytes of a device's name.
    public static let deviceIDBytes = 1...64
    /// How far a device's clock may be off before the device is told. Chest-pain centres allow one minute between
    /// clocks; ten seconds leave room for the drift of a day without contact and tell the clinic long before that.
    public static let clockToleranceSeconds = 10

    /// Whether `id` can be a device's name: 1 to 64 of a–z, A–Z, 0–9, `-`, `_`, `.`.
    public static func isDeviceID(_ id: String) -> Bool {
        deviceIDBytes.contains(id.utf8.count)
            && id.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}
