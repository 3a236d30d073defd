public import ECGModel
public import NIOCore

/// What the server has to do after something happened on a connection.
public enum ServerAction: Hashable, Sendable {
    case none
    /// Send these frames, in order.
    case send([Frame])
    /// Look the device up and check its signature, then call ``ServerConnection/proofAccepted()`` or
    /// ``ServerConnection/proofRejected()``. An unknown device is a rejected proof, after the same check against any
    /// key, so that an answer's time says nothing either.
    case verify(deviceID: String, message: [UInt8], signature: [UInt8])
    /// Open or find the recording, then call ``ServerConnection/opened(channel:storedSamples:isClosed:)`` or
    /// ``ServerConnection/refused(channel:_:)``.
    case open(channel: UInt32, RecordingHeader)
    /// Decode, analyse and store the block, then call ``ServerConnection/stored(channel:upTo:)`` or
    /// ``ServerConnection/refused(channel:_:)``. It begins where the one before it ended. `data` is what is stored; it
    /// shares memory with the read that brought it.
    case block(channel: UInt32, RecordingID, BlockHeader, data: ByteBuffer)
    /// Store the end of the recording, then call ``ServerConnection/closed(channel:)`` or
    /// ``ServerConnection/refused(channel:_:)``.
    case close(channel: UInt32, RecordingID, totalSamples: Int)
    /// Send these frames, then close the connection. `error` is for the log.
    case end([Frame], error: WireError?)
}
