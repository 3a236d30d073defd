public import ECGModel
import Foundation
import GRDB

extension SQLiteStore {
    public func addUser(_ user: User) async throws {
        try await write { db in
            try db.execute(
                sql: """
                    INSERT INTO users (name, role, password_hash, added_at, disabled_at, clinic, hospital)
                    VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
                    """,
                arguments: [
                    user.name, user.role.column, user.passwordHash, user.addedAt.column, user.disabledAt?.column,
                    user.clinic, user.hospital,
                ])
            guard db.changesCount == 1 else { throw StoreError.userExists(user.name) }
        }
    }

    public func user(_ name: String) async throws -> User? {
        try await read { db in
            try db.row("SELECT * FROM users WHERE name = ?", [name]).map(User.init(row:))
        }
    }

    public func users() async throws -> [User] {
        try await read { try Row.fetchAll($0, sql: "SELECT * FROM users ORDER BY name").map(User.init(row:)) }
    }

    public func setPassword(of name: String, hash: String, endingPrograms: Bool) async throws -> Int {
        try await write { db in
            try db.execute(sql: "UPDATE users SET password_hash = ? WHERE name = ?", arguments: [hash, name])
            guard db.changesCount == 1 else { throw StoreError.unknownUser(name) }
            try db.execute(
                sql: "DELETE FROM tokens WHERE user = ? AND purpose IN ('session', 'login')", arguments: [name])
            return endingPrograms ? try Self.removeProgramTokens(of: name, in: db) : 0
        }
    }

    public func setHospital(_ hospital: String?, of name: String) async throws {
        try await write { db in
            try db.execute(sql: "UPDATE users SET hospital = ? WHERE name = ?", arguments: [hospital, name])
            guard db.changesCount == 1 else { throw StoreError.unknownUser(name) }
        }
    }

    public func removeUser(_ name: String) async throws {
        try await write { db in
            try db.execute(sql: "DELETE FROM users WHERE name = ?", arguments: [name])
            guard db.changesCount == 1 else { throw StoreError.unknownUser(name) }
            try db.execute(sql: "DELETE FROM tokens WHERE user = ?", arguments: [name])
        }
    }

    public func disableUser(_ name: String, at time: Timestamp) async throws {
        try await write { db in
            try db.execute(
                sql: "UPDATE users SET disabled_at = ifnull(disabled_at, ?) WHERE name = ?",
                arguments: [time.column, name])
            guard db.changesCount == 1 else { throw StoreError.unknownUser(name) }
            try db.execute(sql: "DELETE FROM tokens WHERE user = ?", arguments: [name])
        }
    }

    public func enableUser(_ name: String) async throws {
        try await write { db in
            try db.execute(sql: "UPDATE users SET disabled_at = NULL WHERE name = ?", arguments: [name])
            guard db.changesCount == 1 else { throw StoreError.unknownUser(name) }
        }
    }

    public func addToken(_ token: AccessToken) async throws {
        try await write { db in
            try db.execute(
                sql: "INSERT INTO tokens VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                arguments: [
                    Data(token.digest), token.user, token.purpose.column, token.addedAt.column,
                    token.expiresAt?.column,
                ])
        }
    }

    public func token(digest: [UInt8], at time: Timestamp) async throws -> AccessToken? {
        try await read { db in
            try db.row(
                "SELECT * FROM tokens WHERE digest = ? AND (expires_at IS NULL OR expires_at > ?)",
                [Data(digest), time.column]
            ).map(AccessToken.init(row:))
        }
    }

    public func programTokens(of user: String) async throws -> [AccessToken] {
        try await read { db in
            try db.rows(
                "SELECT * FROM tokens WHERE user = ? AND purpose = 'program' ORDER BY added_at, digest", [user]
            ).map(AccessToken.init(row:))
        }
    }

    public func removeProgramTokens(of user: String) async throws -> Int {
        try await write { try Self.removeProgramTokens(of: user, in: $0) }
    }

    private static func removeProgramTokens(of user: String, in db: Database) throws -> Int {
        try db.execute(sql: "DELETE FROM tokens WHERE user = ? AND purpose = 'program'", arguments: [user])
        return db.changesCount
    }

    public func removeToken(digest: [UInt8]) async throws -> Bool {
        try await write { db in
            try db.execute(sql: "DELETE FROM tokens WHERE digest = ?", arguments: [Data(digest)])
            return db.changesCount == 1
        }
    }
}

extension User {
    init(row: Row) throws {
        self.init(
            name: row["name"], role: try row.value("role"), passwordHash: row["password_hash"],
            addedAt: try row.value("added_at"), disabledAt: try row.optionalValue("disabled_at"),
            clinic: row["clinic"], hospital: row["hospital"])
    }
}

extension AccessToken {
    init(row: Row) throws {
        let digest: Data = row["digest"]
        self.init(
            digest: [UInt8](digest), user: row["user"], purpose: try row.value("purpose"),
            addedAt: try row.value("added_at"), expiresAt: try row.optionalValue("expires_at"))
    }
}
