import ECGWire
import NIOCore
import NIOHTTPTypes
import Synchronization

/// The connections to the API, kept as ``ConnectionBook`` says.
final class HTTPConnections: Sendable {
    typealias ID = ObjectIdentifier

    private struct State: Sendable {
        var book: ConnectionBook<ID, RemoteNetwork>
        var channels: [ID: any Channel] = [:]
    }
    private let state: Mutex<State>
    /// From the beginning of a connection to its first request.
    fileprivate let firstRequest: TimeAmount

    init(limit: Int, firstRequest: TimeAmount) {
        self.firstRequest = firstRequest
        state = Mutex(
            State(
                book: ConnectionBook(
                    limit: limit, share: HTTPLimits.unprovenPerNetwork, userShare: HTTPLimits.connectionsPerUser)))
    }

    /// Behind a proxy on this machine everybody comes from it: loopback has no share.
    fileprivate func open(_ channel: any Channel) {
        let address = channel.remoteAddress
        let isLocal = address?.ipAddress.map(NetworkAddress.isLoopback(host:)) ?? true
        let network = isLocal ? nil : address.flatMap(RemoteNetwork.init(_:))
        let leaving = state.withLock { state in
            state.channels[ID(channel)] = channel
            return state.book.open(ID(channel), from: network).flatMap { state.channels[$0] }
        }
        leaving?.close(promise: nil)
    }

    /// Somebody has signed in by it.
    func prove(_ id: ID, by user: String) { state.withLock { $0.book.prove(id, by: user) } }

    fileprivate func close(_ channel: any Channel) {
        state.withLock { state in
            state.channels[ID(channel)] = nil
            state.book.close(ID(channel))
        }
    }
}

/// One connection's place among ``HTTPConnections``; closes one that asks for nothing.
final class ConnectionWatch: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart

    private let connections: HTTPConnections
    private var deadline: Scheduled<Void>?

    init(connections: HTTPConnections) { self.connections = connections }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: connections.firstRequest) {
            channel.close(promise: nil)
        }
        connections.open(channel)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        deadline?.cancel()
        connections.close(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        deadline?.cancel()
        deadline = nil
        context.fireChannelRead(data)
    }
}
