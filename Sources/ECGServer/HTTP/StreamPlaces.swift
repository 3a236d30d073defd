import HTTPTypes
import Synchronization

/// The places for event streams: so many in all, and so many a user, so that nobody takes all of them.
final class StreamPlaces: Sendable {
    private struct Taken: Sendable {
        var count = 0
        var countByUser: [String: Int] = [:]
    }
    private let limit: Int
    private let userLimit: Int
    private let taken = Mutex(Taken())

    init(limit: Int, userLimit: Int) {
        self.limit = limit
        self.userLimit = userLimit
    }

    /// Throws ``APIError`` where all are taken, or all of the user's.
    func enter(as user: String) throws -> Place {
        try taken.withLock { taken in
            guard taken.countByUser[user, default: 0] < userLimit else {
                throw APIError(
                    .tooManyRequests, .tooManyStreams,
                    "\(user) has \(userLimit) streams open already: close some of them",
                    headers: [.retryAfter: "10"])
            }
            guard taken.count < limit else {
                throw APIError(
                    .serviceUnavailable, .busy, "\(limit) streams are open already: try again later",
                    headers: [.retryAfter: "10"])
            }
            taken.count += 1
            taken.countByUser[user, default: 0] += 1
        }
        return Place(among: self, user: user)
    }

    private func leave(_ user: String) {
        taken.withLock { taken in
            taken.count -= 1
            let left = taken.countByUser[user, default: 0] - 1
            taken.countByUser[user] = left > 0 ? left : nil
        }
    }

    /// One stream's place; it is given back when the stream has ended, or was never written.
    final class Place: Sendable {
        private let places: StreamPlaces
        private let user: String
        private let isTaken = Mutex(true)

        fileprivate init(among places: StreamPlaces, user: String) {
            self.places = places
            self.user = user
        }
        deinit { leave() }

        func leave() {
            let wasTaken = isTaken.withLock { taken in
                defer { taken = false }
                return taken
            }
            if wasTaken { places.leave(user) }
        }
    }
}
