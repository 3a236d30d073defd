import NIOCore
public import SwiftProtobuf

/// A message of ecgwire.proto that is a frame's payload, with the type by which the frame names it.
public protocol ControlMessage: SwiftProtobuf.Message {
    static var frameType: FrameType { get }
}

extension WireHello: ControlMessage { public static var frameType: FrameType { .hello } }
extension WireProof: ControlMessage { public static var frameType: FrameType { .proof } }
extension WireOpen: ControlMessage { public static var frameType: FrameType { .open } }
extension WireClose: ControlMessage { public static var frameType: FrameType { .close } }
extension WirePing: ControlMessage { public static var frameType: FrameType { .ping } }
extension WireChallenge: ControlMessage { public static var frameType: FrameType { .challenge } }
extension WireWelcome: ControlMessage { public static var frameType: FrameType { .welcome } }
extension WireOpened: ControlMessage { public static var frameType: FrameType { .opened } }
extension WireStored: ControlMessage { public static var frameType: FrameType { .stored } }
extension WireClosed: ControlMessage { public static var frameType: FrameType { .closed } }
extension WirePong: ControlMessage { public static var frameType: FrameType { .pong } }
extension WireReading: ControlMessage { public static var frameType: FrameType { .reading } }
extension WireAlertProgress: ControlMessage { public static var frameType: FrameType { .alertProgress } }
extension WireNotice: ControlMessage { public static var frameType: FrameType { .notice } }
extension WireRefusal: ControlMessage { public static var frameType: FrameType { .refusal } }

extension Frame {
    /// The frame of a message. Fields are written in the order of their numbers, so equal messages give equal bytes.
    public init(_ message: some ControlMessage, channel: UInt32 = 0) {
        self.init(Swift.type(of: message).frameType, channel: channel, payload: Self.payload(of: message))
    }

    /// The last frame of a connection, from the device or from the server.
    public init(goodbye reason: String, fromServer: Bool) {
        var message = WireGoodbye()
        message.reason = reason
        self.init(fromServer ? .serverGoodbye : .goodbye, payload: Self.payload(of: message))
    }

    /// Reads the payload as a message of ecgwire.proto.
    public func message<Message: SwiftProtobuf.Message>(_: Message.Type) throws(WireError) -> Message {
        do {
            // Messages nest two deep; whatever nests deeper is not one of them.
            var options = BinaryDecodingOptions()
            options.messageDepthLimit = 4
            options.discardUnknownFields = true
            return try Message(serializedBytes: Array(payload.readableBytesView), options: options)
        } catch {
            throw WireError(.malformedMessage, "the payload of a frame of type \(type.rawValue) is no such message")
        }
    }

    private static func payload(of message: some SwiftProtobuf.Message) -> ByteBuffer {
        do {
            let bytes: [UInt8] = try message.serializedBytes()
            return ByteBuffer(bytes: bytes)
        } catch {
            // Only a message with required fields or of 2 GB cannot be written; there is neither.
            preconditionFailure("a message of ecgwire.proto can always be written: \(error)")
        }
    }
}
