import ECGModel
import Foundation
import GRDB

/// A row of the audit: what the same holds of several people for, at the same time, is written once.
struct SharedAuditEntry {
    var at: Timestamp
    var action: String
    var subject: String
    /// At least one, each once.
    var actors: [String]

    init(_ entry: AuditEntry) {
        at = entry.at
        action = entry.action
        subject = entry.subject
        actors = [entry.actor]
    }

    init(_ row: Row) throws {
        at = try row.value("at")
        action = row["action"]
        subject = row["subject"]
        actors = try Self.actors(of: row)
    }

    static func actors(of row: Row) throws -> [String] {
        let others = try (row["others"] as String?).map { try JSONDecoder().decode([String].self, from: Data($0.utf8)) }
        return [row["actor"]] + (others ?? [])
    }

    /// The entries, those of the same time, action and subject as one, in the order in which each is first met.
    static func gather(_ entries: [AuditEntry]) -> [SharedAuditEntry] {
        struct Key: Hashable {
            var at: Timestamp
            var action: String
            var subject: String
        }
        var gathered: [SharedAuditEntry] = []
        var places: [Key: Int] = [:]
        for entry in entries {
            let key = Key(at: entry.at, action: entry.action, subject: entry.subject)
            if let place = places[key] {
                gathered[place].actors.append(entry.actor)
            } else {
                places[key] = gathered.count
                gathered.append(SharedAuditEntry(entry))
            }
        }
        for index in gathered.indices {
            var met: Set<String> = []
            gathered[index].actors.removeAll { !met.insert($0).inserted }
        }
        return gathered
    }

    /// What is left when `noted` are taken out; nil where nobody is.
    func without(_ noted: Set<String>) -> SharedAuditEntry? {
        var rest = self
        rest.actors.removeAll(where: noted.contains)
        return rest.actors.isEmpty ? nil : rest
    }

    func entry(of actor: String) -> AuditEntry { AuditEntry(at: at, actor: actor, action: action, subject: subject) }

    var entries: [AuditEntry] { actors.map(entry(of:)) }

    func insert(in db: Database) throws {
        let others =
            try actors.count > 1
            ? String(decoding: JSONEncoder().encode(Array(actors.dropFirst())), as: UTF8.self) : nil
        try db.cachedStatement(sql: "INSERT INTO audit (at, actor, action, subject, others) VALUES (?, ?, ?, ?, ?)")
            .execute(arguments: [at.column, actors[0], action, subject, others])
    }
}
