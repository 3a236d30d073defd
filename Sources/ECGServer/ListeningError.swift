import ECGWire
import Foundation
import NIOCore

/// An address on which the server was to listen and cannot: another program has it, or this machine has not.
public struct ListeningError: Error, CustomStringConvertible {
    let address: NetworkAddress
    /// The option that names it, as in `ecgnet serve`.
    let option: String
    let cause: any Error

    public var description: String { "the server cannot listen on \(address) (\(option)): \(reason)" }

    private var reason: String {
        switch cause {
        case let error as IOError:
            switch error.errnoCode {
            case EADDRINUSE: "another program does, maybe another server: stop that, or give another port"
            case EADDRNOTAVAIL: "this machine has no such address: give one that it has, or 0.0.0.0 for all"
            case EACCES: "the system keeps ports below 1024 to itself: give a higher one, or CAP_NET_BIND_SERVICE"
            default: String(cString: strerror(error.errnoCode))
            }
        case SocketAddressError.unknown: "nobody knows that name"
        default: "\(cause)"
        }
    }
}
