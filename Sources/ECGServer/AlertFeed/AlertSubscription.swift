public import ECGModel

/// The events of all alerts after a sequence, in order, each exactly once. See ``AlertFeed/subscribe(after:)``.
public struct AlertSubscription: AsyncSequence, Sendable {
    let feed: AlertFeed
    let cursor: Int64

    public func makeAsyncIterator() -> Iterator { Iterator(feed: feed, cursor: cursor) }

    public struct Iterator: AsyncIteratorProtocol {
        let feed: AlertFeed
        var cursor: Int64
        /// Events fetched and not yet handed out, newest first.
        private var pending: [AlertEvent] = []

        init(feed: AlertFeed, cursor: Int64) {
            self.feed = feed
            self.cursor = cursor
        }

        public mutating func next() async -> AlertEvent? {
            if pending.isEmpty {
                guard let page = await feed.events(after: cursor, waiting: nil) else { return nil }
                pending = page.reversed()
            }
            guard let event = pending.popLast() else { return nil }
            cursor = event.sequence
            return event
        }
    }
}
