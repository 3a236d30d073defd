import ECGModel
public import ECGStore
import NIOCore

/// Every bound of what devices, and strangers, may make the server do in a time, with its reason. What one connection may have
/// under way at once stands in `WireLimits`.
public struct IngestLimits: Hashable, Sendable {
    // MARK: All together

    /// Connections at once, over all devices: beyond it new ones are closed at once, so that those who are being served
    /// stay served. The county has 384 clinics, a province some ten thousand devices. Fewer where ``DescriptorLimit`` is lower.
    public static let connections = 16_000
    /// Connections of one device. A gateway with very many recordings holds two; the others are those that the network has
    /// forgotten and the server not yet, of a device that roams.
    public static let connectionsPerDevice = 4
    /// Recordings of whose alerts one connection is told: a clinic records some dozens a day, and is answered within hours.
    public static let recordingsWithNews = 256
    /// Recordings of whose alerts a device that comes back is told unasked: more than a clinic records in a shift.
    static let missedRecordings = 32
    /// Those that were opened longer ago it is told of when it asks.
    static let missedFor = Duration.days(7)
    /// What happened so long before a device was last in touch it may not have heard: a line that is dead is noticed after
    /// `WireLimits.idleSeconds` only, and what another server noted was noted by another clock.
    static let missedOverlap = Timestamp.widestServerClocks

    // MARK: By address, before anybody has proved anything

    /// New connections of one address. Thousands of clinics may share one address of a mobile carrier and come back all at
    /// once after an outage; beyond that their connections wait a little, so that one address cannot take the processor from
    /// the others: 200 TLS handshakes a second are a tenth of a core.
    public var connectionsPerAddress = TokenBucket.Rate(burst: 4_096, perSecond: 200)
    /// How long a new connection waits at most, whatever its neighbours do: half of the time for the handshake.
    public var longestWait = Duration.seconds(5)
    /// Proofs that fail, of one address. A wrong file on a device fails once every ten seconds; who tries many names or keys
    /// has each answer delayed. Good proofs are answered at once, whoever fails behind the same address, and nothing is
    /// counted by the name that somebody merely claims.
    public var failedProofsPerAddress = TokenBucket.Rate(burst: 20, perSecond: 0.2)
    /// How long a refusal is delayed at most: the handshake's time is over soon after.
    public var longestRefusalDelay = Duration.seconds(8)
    /// Connections without a proof, of all addresses together. When there are more, the one that has waited longest gives
    /// way: a device needs a second or two, whoever fills the places does not get on. Enough for a province that comes back
    /// at once, and fewer than the server takes in all.
    public var unprovenConnections = 12_000
    /// The same as a part of all, where the system allows fewer connections than ``connections``.
    static let unprovenPercent = 75
    /// Addresses remembered, some 100 bytes each.
    public var rememberedAddresses = 65_536

    // MARK: By device, once it has proved itself

    /// Good proofs. A link that breaks every ten seconds needs one in ten seconds; a client that connects in a loop is told
    /// to wait.
    public var proofsPerDevice = TokenBucket.Rate(burst: 30, perSecond: 0.5)
    /// Openings of recordings, each of which may mean to analyse what is stored again. A gateway opens 64 at once, and again
    /// after a cut.
    public var openingsPerDevice = TokenBucket.Rate(burst: 256, perSecond: 4)
    /// Bytes received. Live, twelve leads at 500 Hz take 1.5 kB/s. The burst holds a working day that was recorded without
    /// a link; then TCP slows the device down to what is still 600 times live.
    public var bytesPerDevice = TokenBucket.Rate(burst: 64 * 1_048_576, perSecond: 1_048_576)
    /// How long a device is not read at a time.
    public var longestPause = Duration.seconds(10)
    /// Devices remembered, some 200 bytes each; a province has ten thousand.
    public var rememberedDevices = 65_536

    // MARK: Analysis of recordings that are resumed

    /// Stored recordings that are analysed at a time, so that live ones are not held up: one for each core.
    public var analysesAtOnce = System.coreCount
    /// Recordings that wait for that: as many as connections come back at once after an outage, a header each.
    public var waitingAnalyses = 16_000
    /// Analysers kept for recordings whose connection was lost, some 200 kB each.
    public var parkedAnalyses = 512
    /// How long they are kept: most cuts of a mobile link are over within a minute.
    public var parkedFor = Duration.seconds(120)

    // MARK: The queue for the disk

    /// What may wait for a transaction, over all devices. When a quarter of it does, nothing more is read from the network.
    public var queue = GroupCommitter.Limits()

    // MARK: The end

    /// How long a graceful stop waits for devices to take their last acknowledgements.
    public var longestDrain = Duration.seconds(5)
    /// How long a graceful stop takes at most: what the devices leave of it is for a disk that answers late. Supervisors kill
    /// after 30 to 90 s; what is not committed by then was not acknowledged.
    public var longestStop = Duration.seconds(25)

    public init() {}
    public static let `default` = IngestLimits()
}
