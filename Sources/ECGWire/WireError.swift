import ECGModel

/// Why something that came over the wire was refused: a code for the device, a sentence for the person in front of it,
/// and the detail for whoever has to find the fault.
public struct WireError: Error, Hashable, Sendable, CustomStringConvertible {
    public var code: Code
    /// What exactly was wrong and where, for the device's maker. Never holds patient data.
    public var detail: String
    /// The recording's channel, or 0 for the connection.
    public var channel: UInt32
    /// How long the device is to wait before it tries again; nil leaves it to the device.
    public var retryAfterSeconds: Int?

    public init(_ code: Code, _ detail: String, channel: UInt32 = 0, retryAfterSeconds: Int? = nil) {
        self.code = code
        self.detail = detail
        self.channel = channel
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Whether the connection ends with it; else only the recording on ``channel`` is affected.
    public var endsConnection: Bool { channel == 0 || code.endsConnection }

    public var description: String {
        let place = channel == 0 ? "" : " on channel \(channel)"
        return "\(code.name)\(place): \(detail). \(code.sentence)"
    }

    func on(_ channel: UInt32) -> WireError {
        WireError(code, detail, channel: channel, retryAfterSeconds: retryAfterSeconds)
    }
}

extension WireError {
    /// The numbers are part of the protocol and never change their meaning.
    public enum Code: UInt32, Hashable, Sendable, CaseIterable {
        // 1–19: the connection as a whole.
        case authenticationFailed = 1
        case deviceRevoked = 2
        case unsupportedVersion = 3
        case noCommonCodec = 4
        case handshakeTimeout = 5
        case idleTimeout = 6
        case goingAway = 7
        case overloaded = 8
        case internalError = 9
        case wrongChannelBinding = 10
        case tooManyConnections = 11
        // 20–29: frames.
        case badMagic = 20
        case badChecksum = 21
        case frameTooLarge = 22
        case unknownFrameType = 23
        case malformedMessage = 24
        case unexpectedMessage = 25
        // 40–59: recordings.
        case unknownChannel = 40
        case channelInUse = 41
        case tooManyRecordings = 42
        case badHeader = 43
        case unknownLead = 44
        case impossibleRate = 45
        case recordingOfAnotherDevice = 46
        case headerMismatch = 47
        case recordingClosed = 48
        case wrongLength = 49
        case recordingTooLong = 50
        // 60–69: blocks.
        case malformedBlock = 60
        case blockTooLarge = 61
        case samplesOutOfOrder = 62
        case unknownCodec = 63
        case brokenRun = 64

        /// Whether it always ends the connection: after a frame that cannot be trusted, or from a peer that does not
        /// follow the protocol, nothing can be read with confidence. What concerns one recording leaves the others
        /// running; an overloaded, stopping or failing server may say so of one recording or of the connection.
        public var endsConnection: Bool {
            switch self {
            case .goingAway, .overloaded, .internalError: false
            default: rawValue < 40
            }
        }

        /// Whether the same may be taken when it is tried again after a pause. Else somebody has to do something first, and
        /// to try again by itself would only cost both ends.
        public var mayPass: Bool {
            switch self {
            case .handshakeTimeout, .idleTimeout, .goingAway, .overloaded, .internalError, .tooManyConnections,
                .badMagic, .badChecksum, .frameTooLarge, .unknownFrameType, .malformedMessage, .unexpectedMessage,
                .tooManyRecordings, .malformedBlock, .samplesOutOfOrder, .brokenRun:
                true
            case .authenticationFailed, .deviceRevoked, .unsupportedVersion, .noCommonCodec, .wrongChannelBinding,
                .unknownChannel, .channelInUse, .badHeader, .unknownLead, .impossibleRate, .recordingOfAnotherDevice,
                .headerMismatch, .recordingClosed, .wrongLength, .recordingTooLong, .blockTooLarge, .unknownCodec:
                false
            }
        }

        /// The case's name, for logs.
        public var name: String { String(describing: self) }

        /// What a person at the device can understand and do.
        public var sentence: String {
            switch self {
            case .authenticationFailed:
                "The server does not know this device. Ask the network's operator to check its registration."
            case .deviceRevoked:
                "This device was withdrawn from the network. Ask the network's operator."
            case .unsupportedVersion, .noCommonCodec, .wrongChannelBinding:
                "This device's software does not fit the server's. Update the device's software."
            case .handshakeTimeout, .idleTimeout:
                "The connection was silent for too long. The device may connect again at once."
            case .tooManyConnections:
                "This device has connected again from elsewhere. Its older connection was ended; nothing stored is lost."
            case .goingAway:
                "The server is being restarted. The device may connect again in a minute; nothing stored is lost."
            case .overloaded:
                "The server has too much to do. The device may try again in a minute; nothing stored is lost."
            case .internalError:
                "Something failed in the server. The device may try again; if it fails again, call the hospital."
            case .badMagic, .badChecksum, .frameTooLarge, .unknownFrameType, .malformedMessage, .unexpectedMessage:
                "The device and the server did not understand each other. The device may connect again; "
                    + "if it fails again, have its software checked."
            case .unknownChannel, .channelInUse, .badHeader, .wrongLength, .malformedBlock, .blockTooLarge,
                .samplesOutOfOrder, .unknownCodec, .brokenRun:
                "The server could not take this recording as it was sent. Record again; "
                    + "if it fails again, have the device's software checked."
            case .tooManyRecordings:
                "Too many recordings are being sent at once. Wait until one is finished."
            case .unknownLead:
                "The recording has a lead that the server does not know. Choose a standard lead set and record again."
            case .impossibleRate:
                "The recording's sampling rate cannot be used. Choose one from "
                    + "\(Int(AcquisitionLimits.samplingRate.lowerBound.value)) to "
                    + "\(Int(AcquisitionLimits.samplingRate.upperBound.value)) per second and record again."
            case .recordingOfAnotherDevice:
                "The recording's number belongs to another device. Record again."
            case .headerMismatch:
                "Another recording, or another patient's, has this number already. Start a new recording."
            case .recordingClosed:
                "The recording was finished already. Start a new recording."
            case .recordingTooLong:
                "The recording is too long. Finish it and start a new one."
            }
        }
    }
}
