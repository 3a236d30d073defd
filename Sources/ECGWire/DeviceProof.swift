/// The bytes that a device signs to prove that it holds the private key of its registration.
///
///     "ecg-net device proof v1"   23 bytes of ASCII
///     0                           1 byte
///     length of the device's name 1 byte, then its bytes
///     server nonce                32 bytes
///     client nonce                32 bytes
///     length of channel binding   1 byte, then its bytes; 0 in version 1
///
/// The text in front keeps a signature made here from meaning anything elsewhere; both nonces keep it from being used
/// again; the channel binding has its place for a value that TLS exports (RFC 9266), so that a proof cannot be passed on
/// through somebody else's connection.
public enum DeviceProof {
    static let domain = "ecg-net device proof v1"

    /// - Precondition: the name is a device's, both nonces have ``WireProtocol/nonceBytes``, the binding below 256 bytes.
    public static func message(
        deviceID: String, serverNonce: [UInt8], clientNonce: [UInt8], channelBinding: [UInt8] = []
    ) -> [UInt8] {
        precondition(WireProtocol.isDeviceID(deviceID), "a device's name has 1 to 64 plain characters")
        precondition(
            serverNonce.count == WireProtocol.nonceBytes && clientNonce.count == WireProtocol.nonceBytes,
            "nonces have \(WireProtocol.nonceBytes) bytes")
        precondition(channelBinding.count < 256, "a channel binding has at most 255 bytes")
        return Array(domain.utf8) + [0, UInt8(deviceID.utf8.count)] + Array(deviceID.utf8) + serverNonce + clientNonce
            + [UInt8(channelBinding.count)] + channelBinding
    }
}
