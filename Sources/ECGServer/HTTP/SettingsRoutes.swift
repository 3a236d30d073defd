import ECGModel
import ECGStore
import Foundation
import HTTPTypes
import Hummingbird

/// The site's settings: checked before they take effect, every version kept. Where sinks are stays on the server.
struct SettingsRoutes {
    let store: any Store
    let desk: SettingsDesk

    struct VersionDocument: Encodable {
        var edition: Int64
        var at: Timestamp
        /// Left out where the file was changed on the server.
        var changedBy: String?
        /// The version that was brought back.
        var copyOf: Int64?

        init(_ stored: StoredSettings) {
            edition = stored.edition
            at = stored.at
            changedBy = stored.changedBy
            copyOf = stored.copyOf
        }
    }

    struct SinkDocument: Encodable {
        var name: String
        var kind: String
        var content: String
    }

    struct SettingsDocument: Encodable {
        /// The version in force.
        var edition: Int64
        var settings: JSONValue
        /// What the site's clocks show by the time zone in force, as `2026-11-22 17:03`: one that is wrong is seen by it.
        var localTime: String
        /// By what people can be reached; where those are stands in the file.
        var sinks: [SinkDocument]
        /// Why the file as it is now has not taken effect.
        var problem: String?
        /// The same in parts.
        var refusal: RefusalDocument?
        /// Newest first.
        var versions: [VersionDocument]
    }

    struct OldSettings: Encodable {
        var version: VersionDocument
        var settings: JSONValue
    }

    struct Candidate: Decodable { var settings: JSONValue }
    struct Change: Decodable {
        /// The version that was changed.
        var edition: Int64
        var settings: JSONValue
    }
    struct Restoration: Decodable { var edition: Int64 }
    struct Changed: Encodable { var edition: Int64 }

    /// `GET`, `POST /settings`; `POST /settings/check`; `GET /settings/{edition}`; `POST /settings/{edition}/restore`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("settings") { _, context -> Response in
            _ = try context.reader(with: .manageSettings)
            return try JSONExchange.response(try await document())
        }
        group.get("settings/:edition") { _, context -> Response in
            _ = try context.reader(with: .manageSettings)
            let stored = try await existing(try context.path("edition"))
            return try JSONExchange.response(
                OldSettings(version: VersionDocument(stored), settings: try Self.value(of: stored)))
        }
        group.post("settings/check") { request, context -> Response in
            _ = try context.reader(with: .manageSettings)
            let candidate = try await JSONExchange.body(
                Candidate.self, of: request, limit: EscalationLimits.fileBytes)
            try await refusing { try desk.check(candidate.settings) }
            return Response(status: .noContent)
        }
        group.post("settings") { request, context -> Response in
            let me = try context.person(with: .manageSettings)
            let change = try await JSONExchange.body(Change.self, of: request, limit: EscalationLimits.fileBytes)
            let edition = try await refusing {
                try await desk.change(to: change.settings, after: change.edition, by: me.name)
            }
            return try JSONExchange.response(Changed(edition: edition), status: .created)
        }
        group.post("settings/:edition/restore") { request, context -> Response in
            let me = try context.person(with: .manageSettings)
            let old = try await existing(try context.path("edition"))
            let wish = try await JSONExchange.body(Restoration.self, of: request)
            let edition = try await refusing {
                try await desk.change(
                    to: try Self.value(of: old), after: wish.edition, copyOf: old.edition, by: me.name)
            }
            return try JSONExchange.response(Changed(edition: edition), status: .created)
        }
    }

    private func document() async throws -> SettingsDocument {
        let (edition, content) = try await desk.current()
        return SettingsDocument(
            edition: edition, settings: content.settings.document,
            localTime: content.settings.calendar.clocks(at: desk.now()),
            sinks: content.settings.ladder.sinks.sorted { $0.key < $1.key }.map { name, sink in
                SinkDocument(name: name, kind: sink.kind.name, content: sink.content.rawValue)
            }, problem: desk.file.problem, refusal: desk.file.refusal.map(RefusalDocument.init),
            versions: try await store.settingsVersions(limit: HTTPLimits.settingsVersions).map(VersionDocument.init))
    }

    private func existing(_ edition: Int64) async throws -> StoredSettings {
        guard let stored = try await store.settings(edition) else { throw StoreError.unknownSettings(edition) }
        return stored
    }

    private static func value(of stored: StoredSettings) throws -> JSONValue {
        try JSONValue(json: Data(stored.document.utf8))
    }

    private func refusing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let error as EscalationPolicyError {
            throw APIError(.unprocessableContent, .settingsRefused, error.refusal)
        } catch let error as DurableFile.Failure {
            throw APIError(.serviceUnavailable, .settingsNotWritten, error.description)
        }
    }
}
