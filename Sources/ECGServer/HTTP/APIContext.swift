import ECGStore
public import Hummingbird
import NIOCore
import Synchronization

/// What a request carries from the connection to its handler.
public struct APIContext: RequestContext {
    public var coreContext: CoreRequestContextStorage
    /// The peer's address, or whom a proxy asks for, for slowing down the guessing of passwords; one for all where there is no
    /// socket.
    var address: String
    /// Which of ``HTTPConnections`` it came by.
    let connection: HTTPConnections.ID
    /// Set by ``Authentication``.
    var principal: Principal?
    /// Filled in further down the chain, for the log line that is written further up.
    let actor: ActorName

    public init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "-"
        connection = ObjectIdentifier(source.channel)
        actor = ActorName()
    }

    /// Who asks, provided that their role allows it.
    func reader(with permission: Permission) throws -> Principal {
        guard let principal else { throw AccessError.notSignedIn }
        try principal.require(permission)
        return principal
    }

    /// Who asks, provided that it is a person who signed in, whose role allows it.
    func person(with permission: Permission? = nil) throws -> Principal {
        guard let principal else { throw AccessError.notSignedIn }
        if let permission { try principal.require(permission) }
        guard principal.purpose == .session else { throw AccessError.needsSession }
        return principal
    }
}

/// The user of a request, once known.
final class ActorName: Sendable {
    private let name = Mutex<String?>(nil)
    var value: String? {
        get { name.withLock { $0 } }
        set { name.withLock { $0 = newValue } }
    }
}
