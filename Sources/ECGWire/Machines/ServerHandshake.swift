import ECGModel

extension ServerConnection {
    mutating func receiveHello(_ hello: WireHello, now: Timestamp) throws(WireError) -> ServerAction {
        guard hello.protocolVersions.contains(UInt32(WireProtocol.version)) else {
            throw WireError(.unsupportedVersion, "this end speaks version \(WireProtocol.version)")
        }
        guard WireProtocol.isDeviceID(hello.deviceID) else {
            throw WireError(.malformedMessage, "a device's name has 1 to 64 of a–z, A–Z, 0–9, '-', '_', '.'")
        }
        guard hello.clientNonce.count == WireProtocol.nonceBytes else {
            throw WireError(
                .malformedMessage, "a nonce has \(WireProtocol.nonceBytes) bytes, not \(hello.clientNonce.count)")
        }
        guard let codec = BlockCodec.negotiable.last(where: { hello.codecs.contains(UInt32($0.rawValue)) }) else {
            let known = BlockCodec.negotiable.map { String($0.rawValue) }.joined(separator: " and ")
            throw WireError(.noCommonCodec, "this end reads codecs \(known)")
        }
        guard hello.channelBinding == channelBinding.kind else {
            throw WireError(
                .wrongChannelBinding,
                channelBinding == .none
                    ? "the device takes this for an encrypted connection, but it came here unencrypted"
                    : "inside TLS the proof has to be bound to the server's certificate")
        }
        self.codec = codec
        software = String(repairing: hello.software, limit: limits.softwareBytes).onOneLine
            .prefix(bytes: limits.softwareBytes)
        // Any number may come, and a clock that is further off is as wrong as one clamped.
        let longest = Timestamp.longestClockOffset
        let offset = Timestamp(microsecondsSince1970: hello.clockMicroseconds) - now
        clockOffset = min(max(offset, .zero - longest), longest)
        phase = .awaitingProof(
            deviceID: hello.deviceID,
            message: DeviceProof.message(
                deviceID: hello.deviceID, serverNonce: serverNonce, clientNonce: Array(hello.clientNonce),
                channelBinding: channelBinding))
        var challenge = WireChallenge()
        challenge.serverNonce = serverNonce.protobufBytes
        challenge.clockMicroseconds = now.microsecondsSince1970
        return .send([Frame(challenge)])
    }

    mutating func receiveProof(
        _ proof: WireProof, deviceID: String, message: [UInt8]
    ) throws(WireError) -> ServerAction {
        guard proof.signature.count == WireProtocol.signatureBytes else {
            throw WireError(
                .malformedMessage,
                "a signature has \(WireProtocol.signatureBytes) bytes, not \(proof.signature.count)")
        }
        phase = .verifying(deviceID: deviceID)
        return .verify(deviceID: deviceID, message: message, signature: Array(proof.signature))
    }

    /// The device is who it says it is.
    ///
    /// A clock that is off is told and never refused: a recording of chest pain must not be lost because of a clock.
    /// Times that matter are kept with the offset beside them.
    public mutating func proofAccepted() -> ServerAction {
        guard case .verifying(let deviceID) = phase else { return .none }
        phase = .ready(deviceID: deviceID)
        var welcome = WireWelcome()
        welcome.protocolVersion = UInt32(WireProtocol.version)
        welcome.codec = UInt32(codec.rawValue)
        welcome.maxBlockPayloadBytes = UInt32(limits.blockPayloadBytes)
        welcome.maxBlockSamples = UInt32(limits.blockSamples)
        welcome.maxUnacknowledgedBytes = UInt32(limits.unacknowledgedBytes)
        welcome.maxUnacknowledgedBlocks = UInt32(limits.unacknowledgedBlocks)
        welcome.maxOpenRecordings = UInt32(limits.openRecordings)
        welcome.idleTimeoutMilliseconds = UInt32(limits.idleSeconds * 1000)
        var frames = [Frame(welcome)]
        if let clockOffset, abs(clockOffset.components.seconds) >= WireProtocol.clockToleranceSeconds {
            frames.append(Frame(ServerNotice(clockOffset: clockOffset), limits: limits))
        }
        return .send(frames)
    }

    /// The proof is worth nothing. Whether the device is unknown, its key another or revoked looks the same from
    /// outside: who has no key learns nothing of who is registered. A device that proved itself and was then revoked
    /// may be told so by ``fail(_:)``.
    public mutating func proofRejected() -> ServerAction {
        guard case .verifying = phase else { return .none }
        return fail(WireError(.authenticationFailed, "the signature does not fit any registered device's key"))
    }
}
