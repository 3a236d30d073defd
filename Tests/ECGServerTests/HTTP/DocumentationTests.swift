import ECGStore
import ECGTriage
import Foundation
import Hummingbird
import Testing

@testable import ECGServer

/// API.md says what there is, no more and no less.
@Suite struct DocumentationTests {
    private static func rows() throws -> [[String]] {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Sources/ECGServer/HTTP/API.md")
        return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("| ") }
            .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty } }
    }

    /// The router's routes as the documentation writes them, but for the console's pages and files.
    private static func routes() throws -> [String] {
        let pages = Router(context: APIContext.self)
        ConsoleRoutes().add(to: pages)
        let shown = Set(pages.routes.map(\.description))
        let site = try LadderSite(rungs: [(60, ["console"])])
        let hospital = site.hospital
        let api = HTTPAPI(
            store: hospital.store, feed: hospital.feed, access: hospital.access,
            metrics: ServerMetrics(factory: hospital.exposition), exposition: hospital.exposition,
            escalation: site.escalation, presence: site.presence, metricsNeedToken: false, isEncrypted: false,
            isIngestReady: { true }, now: { hospital.clock.now }, settings: hospital.settings,
            tables: TriageTableBook(own: .countyDefault))
        let routes = api.router().routes.map(\.description).filter { !shown.contains($0) }
        try site.remove()
        return routes
    }

    @Test func everyRouteIsDocumentedAndEveryDocumentedRouteIsThere() throws {
        let documented = try Self.rows().filter { ["GET", "POST", "PUT", "DELETE"].contains($0[0]) }.map { row in
            let path = row[1].trimmingCharacters(in: CharacterSet(charactersIn: "`"))
            return "\(row[0]) " + (path.hasPrefix("/") ? path : "/api/v1/" + path)
        }
        let routes = try Self.routes()
        #expect(routes.count > 50)
        #expect(Set(documented).subtracting(routes) == [], "documented and not there")
        #expect(Set(routes).subtracting(documented) == [], "there and not documented")
        #expect(documented.count == Set(documented).count)
    }

    @Test func everyRoleIsDocumentedWithItsPermissions() throws {
        let documented = try Self.rows().filter { User.Role(rawValue: $0[0]) != nil }
        #expect(documented.map { $0[0] }.sorted() == User.Role.allCases.map(\.rawValue).sorted())
        for row in documented {
            let role = try #require(User.Role(rawValue: row[0]))
            #expect(Set(row[1].components(separatedBy: ", ")) == Set(role.permissions.map(\.rawValue)), "\(role)")
        }
    }

    @Test func everyErrorCodeIsDocumented() throws {
        let rows = try Self.rows().filter { Int($0[0]) != nil || $0[0] == "other" }
        let documented = rows.flatMap { $0[1].matches(of: /`([a-z-]+)`/).map { String($0.1) } }
        #expect(documented.sorted() == APIError.Code.allCases.map(\.rawValue).sorted())
    }
}
