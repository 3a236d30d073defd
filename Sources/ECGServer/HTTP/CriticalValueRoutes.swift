import ECGModel
import ECGStore
import HTTPTypes
import Hummingbird

/// Critical values: who told whom what when, and what was done. Every step may be repeated.
struct CriticalValueRoutes {
    let store: any Store
    let feed: AlertFeed
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct Words: Decodable { var text: String }
    struct Attempt: Decodable {
        var person: CriticalValue.Person?
        var text: String
    }
    struct Notification: Decodable {
        var person: CriticalValue.Person
        var told: String
        var readBack: String
    }
    struct Note: Decodable { var text: String? }
    struct Undoing: Decodable {
        /// The time of the step that is to be taken back, as its reader saw it.
        var of: Timestamp?
    }

    /// `GET /critical-values?state=`; `POST /alerts/{id}/critical-value`, `…/critical-value/attempt`, `…/notify`,
    /// `…/handle`, `…/record`, `…/undo`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("critical-values", use: list)
        group.post("alerts/:alert/critical-value") { request, context -> Response in
            let me = try context.reader(with: .handleAlerts)
            let id = try await store.alert(of: request, context)
            let words = try await JSONExchange.body(Words.self, of: request)
            let value = try await store.openCriticalValue(
                of: id, text: try checked(words.text, "text"), user: me.name, at: now(), audited: "critical-value.open")
            return try answer(value)
        }
        group.post("alerts/:alert/critical-value/attempt") { request, context in
            try await step(request, context, "critical-value.attempt") { request in
                let attempt = try await JSONExchange.body(Attempt.self, of: request)
                return .attempted(try attempt.person.map(checked), text: try checked(attempt.text, "text"))
            }
        }
        group.post("alerts/:alert/critical-value/notify") { request, context in
            try await step(request, context, "critical-value.notify") { request in
                let told = try await JSONExchange.body(Notification.self, of: request)
                return .notified(
                    try checked(told.person), told: try checked(told.told, "told"),
                    readBack: try checked(told.readBack, "readBack"))
            }
        }
        group.post("alerts/:alert/critical-value/handle") { request, context in
            try await step(request, context, "critical-value.handle") { request in
                let handled = try await JSONExchange.body(Attempt.self, of: request)
                return .handled(try handled.person.map(checked), text: try checked(handled.text, "text"))
            }
        }
        group.post("alerts/:alert/critical-value/record") { request, context in
            try await step(request, context, "critical-value.record") { request in
                let note = try await JSONExchange.optionalBody(Note.self, of: request)
                return .recorded(text: try note?.text.flatMap { $0.isEmpty ? nil : try checked($0, "text") })
            }
        }
        group.post("alerts/:alert/critical-value/undo") { request, context in
            try await step(request, context, "critical-value.undo") { request in
                .undone(of: try await JSONExchange.optionalBody(Undoing.self, of: request)?.of)
            }
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.reader(with: .readAlerts)
        let me = try context.reader(with: .readPatients)
        let onlyOpen: Bool
        switch try request.query("state", as: String.self) ?? "open" {
        case "open": onlyOpen = true
        case "all": onlyOpen = false
        default: throw APIError.badRequest("state must be open or all")
        }
        let limit = try request.rowLimit()
        // One more than is shown tells whether these are all; which of so many are left out the store decides.
        let values = try await store.criticalValues(CriticalValueQuery(onlyOpen: onlyOpen, limit: limit + 1))
        let shown =
            values.count <= limit
            ? values : try await store.criticalValues(CriticalValueQuery(onlyOpen: onlyOpen, limit: limit))
        var entries: [CriticalValueList.Entry] = []
        for value in shown {
            guard let alert = try await store.alert(value.alert) else { throw StoreError.unknownAlert(value.alert) }
            guard let recording = try await store.recording(alert.recording) else {
                throw StoreError.unknownRecording(alert.recording)
            }
            entries.append(
                CriticalValueList.Entry(
                    criticalValue: CriticalValueDocument(value), alert: alert,
                    recording: RecordingDocument(recording, visibleTo: me)))
        }
        try await audit.noteShown(entries.map(\.recording.id), to: me.name)
        return try JSONExchange.response(
            CriticalValueList(entries: entries, now: now(), isComplete: values.count <= limit))
    }

    private func step(
        _ request: Request, _ context: APIContext, _ action: String,
        _ make: (Request) async throws -> CriticalValue.Step.Kind
    ) async throws -> Response {
        let me = try context.reader(with: .handleAlerts)
        let id = try await store.alert(of: request, context)
        let value = try await store.advanceCriticalValue(
            of: id, by: try await make(request), user: me.name, at: now(), audited: action)
        return try answer(value)
    }

    private func answer(_ value: CriticalValue) throws -> Response {
        feed.poke()
        return try JSONExchange.response(CriticalValueDocument(value))
    }

    // MARK: What people write

    private func checked(_ person: CriticalValue.Person) throws -> CriticalValue.Person {
        CriticalValue.Person(
            name: try checked(person.name, "person.name", limit: HTTPLimits.personBytes),
            phone: try person.phone.flatMap { try present($0, "person.phone") },
            role: try person.role.flatMap { try present($0, "person.role") })
    }

    private func present(_ text: String, _ field: String) throws -> String? {
        text.isEmpty ? nil : try checked(text, field, limit: HTTPLimits.personBytes)
    }

    private func checked(_ text: String, _ field: String, limit: Int = HTTPLimits.reasonBytes) throws -> String {
        try text.written(as: field, upTo: limit, because: "it is what proves that the clinic knows")
    }
}
