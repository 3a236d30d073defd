public import ECGModel

/// What the device has to do after something came from the server.
public enum DeviceAction: Hashable, Sendable {
    case none
    /// Send these frames, in order.
    case send([Frame])
    /// Sign the message with the device's Ed25519 key, then call ``DeviceConnection/signed(_:)``.
    case sign(message: [UInt8])
    case event(DeviceEvent)
    /// Close the connection. Without an error the other end closed it in good order.
    case end(WireError?)
}

/// What the device learns.
public enum DeviceEvent: Hashable, Sendable {
    /// The server knows the device; recordings may be opened.
    case ready(DeviceTerms)
    /// The recording continues with sample `storedSamples`, or is closed already and the channel free again.
    case opened(channel: UInt32, RecordingID, storedSamples: Int, isClosed: Bool)
    /// Samples up to this one, exclusive, are durable; so are the alerts they raise.
    case stored(channel: UInt32, RecordingID, upTo: Int)
    /// The whole recording is durable and the channel is free again.
    case closed(channel: UInt32, RecordingID, totalSamples: Int)
    case reading(ClinicReading)
    case alert(AlertStatus)
    case notice(ServerNotice)
    /// The server refused this recording; the channel is free again. The others go on.
    case refused(channel: UInt32, RecordingID?, WireError)
    case pong(token: UInt64)
}

/// What the server granted.
public struct DeviceTerms: Hashable, Sendable {
    public var codec: BlockCodec
    public var blockPayloadBytes: Int
    public var blockSamples: Int
    public var unacknowledgedBytes: Int
    public var unacknowledgedBlocks: Int
    public var openRecordings: Int
    public var idleMilliseconds: Int

    init(_ welcome: WireWelcome) throws(WireError) {
        guard welcome.protocolVersion == WireProtocol.version else {
            throw WireError(.unsupportedVersion, "the server chose version \(welcome.protocolVersion)")
        }
        guard let codec = BlockCodec.negotiable.first(where: { UInt32($0.rawValue) == welcome.codec }) else {
            throw WireError(.noCommonCodec, "the server chose codec \(welcome.codec)")
        }
        self.codec = codec
        blockPayloadBytes = Int(welcome.maxBlockPayloadBytes)
        blockSamples = Int(welcome.maxBlockSamples)
        unacknowledgedBytes = Int(welcome.maxUnacknowledgedBytes)
        unacknowledgedBlocks = Int(welcome.maxUnacknowledgedBlocks)
        openRecordings = Int(welcome.maxOpenRecordings)
        idleMilliseconds = Int(welcome.idleTimeoutMilliseconds)
        guard blockPayloadBytes > 0, blockSamples > 0, unacknowledgedBytes >= blockPayloadBytes,
            unacknowledgedBlocks > 0, openRecordings > 0, idleMilliseconds > 0
        else { throw WireError(.malformedMessage, "Welcome grants nothing") }
    }
}
