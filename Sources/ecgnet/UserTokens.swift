import ArgumentParser
import ECGModel
import ECGServer
import ECGStore

extension UserCommand {
    struct Tokens: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List the tokens by which programs act for a user.",
            discussion: "One a line, with tabs between: what it is called, since when it holds, and until when.")
        @Argument(help: "The user's name.") var name: String
        @OptionGroup var data: DataFolder

        func run() async throws {
            let tokens = try await data.withStore { store, _ in
                guard try await store.user(name) != nil else { throw StoreError.unknownUser(name) }
                return try await store.programTokens(of: name)
            }
            for token in tokens {
                let end = token.expiresAt.map { "until \($0)" } ?? "until it is ended"
                Terminal.print([token.id, "since \(token.addedAt)", end].joined(separator: "\t"))
            }
        }
    }

    struct EndTokens: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "End the tokens by which programs act for a user, or one of them.")
        @Argument(help: "The user's name.") var name: String
        @Argument(help: "What the one is called, by `ecgnet user tokens`; all of them without it.") var token: String?
        @OptionGroup var data: DataFolder

        func run() async throws {
            let ended = try await data.withStore { store, now in
                guard try await store.user(name) != nil else { throw StoreError.unknownUser(name) }
                let meant = try await store.programTokens(of: name).first { $0.id == token }
                guard token == nil || meant != nil else {
                    throw CommandError("\(name) has no such token: see ecgnet user tokens \(name)")
                }
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "user.tokens.end", subject: name))
                guard let meant else { return try await store.removeProgramTokens(of: name) }
                return try await store.removeToken(digest: meant.digest) ? 1 : 0
            }
            Terminal.say("tokens that were ended: \(ended)")
        }
    }
}
