import ECGModel
import ECGStore
import HTTPTypes

/// Computes figures from the store, one answer at a time: a year's sweep reads a hundred thousand rows, and nobody is helped
/// by ten of them at once.
struct FigureDesk: Sendable {
    private let store: any Store
    private let site: @Sendable () -> SiteSettings
    private let now: @Sendable () -> Timestamp
    private let turnstile = Turnstile(places: 1, waiting: HTTPLimits.waitingFigures)

    /// A year: what somebody who asks for nothing in particular is shown.
    private static let standardMonths = 12

    init(store: any Store, site: @escaping @Sendable () -> SiteSettings, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.site = site
        self.now = now
    }

    struct Question: Sendable {
        var from: Month?
        var to: Month?
        var clinic: String?
        var township: String?
        var withCells = false
    }

    func report(_ question: Question) async throws -> FigureReport {
        let time = now()
        let site = self.site()
        let to = question.to ?? site.calendar.month(of: time)
        let from = question.from ?? to.adding(1 - Self.standardMonths)
        guard from <= to, from.months(through: to).count <= HTTPLimits.figureMonths else {
            throw Refusal(
                "months", "from and to are months with from ≤ to, at most \(HTTPLimits.figureMonths) of them",
                ["most": "\(HTTPLimits.figureMonths)"])
        }
        let sweep = FigureSweep(
            from: from, to: to, calendar: site.calendar, clinic: question.clinic, township: question.township,
            now: time)
        do {
            return try await turnstile.pass {
                try await store.reduceCourses(openedFrom: sweep.span.start, before: sweep.span.end, into: sweep) {
                    $0.take($1)
                }
            }.report(withCells: question.withCells)
        } catch is Turnstile.Full {
            throw APIError(
                .serviceUnavailable, .busy, "figures are being counted for others: try again in a minute",
                headers: [.retryAfter: "30"])
        }
    }
}
