/// The bytes that a device signs to prove that it holds the private key of its registration.
///
///     "ecg-net device proof v1"   23 bytes of ASCII
///     0                           1 byte
///     length of the device's name 1 byte, then its bytes
///     server nonce                32 bytes
///     client nonce                32 bytes
///     length of channel binding   1 byte, then its bytes; see ``ChannelBinding``
///
/// The text in front keeps a signature made here from meaning anything elsewhere; both nonces keep it from being used
/// again; the channel binding keeps it from being passed on through a connection that ends at somebody else.
public enum DeviceProof {
    static let domain = "ecg-net device proof v1"

    /// - Precondition: the name is a device's, both nonces have ``WireProtocol/nonceBytes``.
    public static func message(
        deviceID: String, serverNonce: [UInt8], clientNonce: [UInt8], channelBinding: ChannelBinding = .none
    ) -> [UInt8] {
        precondition(WireProtocol.isDeviceID(deviceID), "a device's name has 1 to 64 plain characters")
        precondition(
            serverNonce.count == WireProtocol.nonceBytes && clientNonce.count == WireProtocol.nonceBytes,
            "nonces have \(WireProtocol.nonceBytes) bytes")
        let binding = channelBinding.bytes
        return Array(domain.utf8) + [0, UInt8(deviceID.utf8.count)] + Array(deviceID.utf8) + serverNonce + clientNonce
            + [UInt8(binding.count)] + binding
    }
}
