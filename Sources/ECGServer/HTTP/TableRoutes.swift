import ECGModel
import ECGStore
import ECGTriage
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The site's triage tables: every edition is kept, none takes effect unless it passes the checks, and who put which into
/// force is in the audit.
struct TableRoutes {
    let store: any Store
    let book: TriageTableBook
    let audit: AuditTrail
    let now: @Sendable () -> Timestamp

    struct TableDocument: Encodable {
        /// 0 for the server's own.
        var edition: Int64
        var version: String
        var addedAt: Timestamp?
        var addedBy: String?
        var inForceSince: Timestamp?
        /// Whether this server judges by it.
        var isInForce: Bool
        /// Why it does not, though the site has put it into force; or, where it does, why it would not be put into force
        /// today.
        var problem: String?

        init(_ table: StoredTriageTable, of book: TriageTableBook) {
            edition = table.edition
            version = table.version
            addedAt = table.addedAt
            addedBy = table.addedBy
            inForceSince = table.inForceSince
            isInForce = table.edition == book.edition
            let unusable = book.unusable.flatMap { $0.edition == table.edition ? $0.problem : nil }
            problem = unusable ?? (isInForce ? book.doubt : nil)
        }

        init(ownOf book: TriageTableBook) {
            edition = 0
            version = book.own.version
            isInForce = book.edition == 0
        }
    }

    /// The newest first; the server's own, which is always there, last.
    struct TableList: Encodable { var tables: [TableDocument] }

    struct CheckedTable: Encodable {
        var version: String
        var rules: Int
    }

    /// `GET`, `POST /tables`; `POST /tables/check`; `GET /tables/{edition}`; `POST /tables/{edition}/enforce`.
    func add(to group: RouterGroup<APIContext>) {
        group.get("tables") { _, context -> Response in
            _ = try context.reader(with: .manageTables)
            let stored = try await store.triageTables()
            let site = stored.map { TableDocument($0, of: book) }
            return try JSONExchange.response(TableList(tables: site + [TableDocument(ownOf: book)]))
        }
        group.get("tables/:edition") { _, context -> Response in
            _ = try context.reader(with: .manageTables)
            let edition: Int64 = try context.path("edition")
            let document = try await edition == 0 ? Self.written(book.own) : existing(edition).document
            return Response(
                status: .ok, headers: [.contentType: "application/json; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: document)))
        }
        group.post("tables/check") { request, context -> Response in
            _ = try context.reader(with: .manageTables)
            let table = try await checked(request)
            return try JSONExchange.response(CheckedTable(version: table.version, rules: table.rules.count))
        }
        group.post("tables") { request, context -> Response in
            let me = try context.person(with: .manageTables)
            let table = try await checked(request)
            guard table.version != book.own.version else { throw StoreError.tableExists(table.version) }
            // As it was understood, not as it was sent: what is kept is what is judged by.
            let stored = try await store.addTriageTable(
                version: table.version, document: try Self.written(table), by: me.name, at: now())
            try await audit.note("table.add", by: me.name, subject: "\(stored.edition) \(stored.version)")
            return try JSONExchange.response(TableDocument(stored, of: book), status: .created)
        }
        group.post("tables/:edition/enforce") { _, context -> Response in
            let me = try context.person(with: .manageTables)
            let edition: Int64 = try context.path("edition")
            var version = book.own.version
            if edition != 0 {
                // A later version of the software may ask for more than the one that took it in.
                let table = try Self.read(try await existing(edition).document)
                version = table.version
            }
            try await audit.note("table.enforce", by: me.name, subject: "\(edition) \(version)")
            try await store.enforceTriageTable(edition == 0 ? nil : edition, at: now())
            try await book.refresh(from: store)
            return Response(status: .noContent)
        }
    }

    private func existing(_ edition: Int64) async throws -> StoredTriageTable {
        guard let table = try await store.triageTable(edition) else { throw StoreError.unknownTable(edition) }
        return table
    }

    private func checked(_ request: Request) async throws -> TriageTable {
        try JSONExchange.requireContentType("application/json", of: request)
        let body = try await request.body(upTo: HTTPLimits.tableBytes)
        let table = try Self.read(String(buffer: body))
        guard table.version.utf8.count <= HTTPLimits.tableVersionBytes else {
            throw Refusal(
                "version-long",
                "the table's version has more than \(HTTPLimits.tableVersionBytes) bytes: shorten it",
                ["most": "\(HTTPLimits.tableVersionBytes)"])
        }
        return table
    }

    private static func read(_ document: String) throws -> TriageTable {
        do {
            return try TriageTable.handedIn(Data(document.utf8))
        } catch let error as TriageTableError {
            throw APIError(.unprocessableContent, .tableRefused, error.refusal)
        } catch let error as DecodingError {
            throw APIError(.unprocessableContent, .tableRefused, JSONExchange.refusal(of: error))
        }
    }

    private static func written(_ table: TriageTable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(table), as: UTF8.self)
    }
}
