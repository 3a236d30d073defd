import HTTPTypes
import Hummingbird
import NIOCore

extension Request {
    /// The body, if it has no more bytes than that.
    func body(upTo limit: Int) async throws -> ByteBuffer {
        do {
            return try await body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw APIError(
                .contentTooLarge, .tooLarge,
                Refusal(
                    "body-long", "the request's body is larger than \(limit) bytes: send less", ["most": "\(limit)"]))
        }
    }
}
