public import ArgumentParser
import ECGModel
import ECGServer
public import ECGStore
import Foundation

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Manage who may read, act and administer.",
        discussion: """
            Works on the server's data folder, whether the server runs or not. Passwords are read from standard input \
            and never shown.
            """,
        subcommands: [
            Add.self, List.self, Passwd.self, Link.self, Token.self, Tokens.self, EndTokens.self, Remove.self,
        ])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Add a user.")
        @Argument(help: "The user's name.") var name: String
        @Option(help: "What the user may do: administrator, cardiologist, technician or clinic.") var role: User.Role
        @Option(help: "The clinic whose recordings a user of the role clinic sees.") var clinic: String?
        @Option(help: "The hospital whose alerts a cardiologist is there for; every hospital's without it.")
        var hospital: String?
        @Flag(help: "No password: the user acts by tokens only (see `ecgnet user token`).") var tokenOnly = false
        @OptionGroup var data: DataFolder

        func run() async throws {
            let password = tokenOnly ? nil : try UserCommand.readNewPassword()
            try await data.withStore(makingIt: true) { store, now in
                let accounts = UserAccounts(store: store, hasher: PasswordHasher())
                try await accounts.add(
                    name: name, role: role, clinic: clinic, hospital: hospital, password: password, at: now)
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "user.add", subject: name))
            }
            Terminal.say("user \(name) may act as \(role.rawValue)")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the users.")
        @OptionGroup var data: DataFolder

        func run() async throws {
            for user in try await data.withStore({ store, _ in try await store.users() }) {
                Terminal.print([user.name, user.role.rawValue, "since \(user.addedAt)"].joined(separator: "\t"))
            }
        }
    }

    struct Passwd: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Set a user's password; ends the user's sessions and programs' tokens.")
        @Argument(help: "The user's name.") var name: String
        @Flag(help: "Programs that act for the user go on with their tokens.") var keepTokens = false
        @OptionGroup var data: DataFolder

        func run() async throws {
            let password = try UserCommand.readNewPassword()
            let ended = try await data.withStore { store, now in
                let ended = try await UserAccounts(store: store, hasher: PasswordHasher()).setPassword(
                    password, of: name, endingPrograms: !keepTokens)
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "user.password", subject: name))
                return ended
            }
            Terminal.say("the password of \(name) is set")
            if ended > 0 { Terminal.say("tokens of programs that were ended with it: \(ended)") }
        }
    }

    struct Link: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a link that signs a user in to the console once.",
            discussion: """
                Works once and for \(AccessControl.loginLinkDuration.components.seconds / 60) minutes. Whoever has the link is the user: show it to nobody else. The token \
                stands behind a '#', so it reaches no log and no proxy.
                """)
        @Argument(help: "The user's name.") var name: String
        @Option(
            help: ArgumentHelp(
                "The console's address as browsers reach it. Default: the one in the site's settings, or \(ServerURL.standard).",
                valueName: "url"))
        var console: ServerURL?
        @OptionGroup var data: DataFolder

        func run() async throws {
            let token = try await data.withStore { store, now in
                let token = try await AccessControl.makeLoginLink(to: name, store: store, now: now)
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "user.link", subject: name))
                return token
            }
            let site = try data.settings().policy.console.flatMap { ServerURL($0) }
            Terminal.print("\(console ?? site ?? .standard)/login#link=\(token.text)")
        }
    }

    struct Token: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a token with which a program acts for a user.",
            discussion: "Printed once; put it into ECGNET_TOKEN for the commands that ask the server.")
        @Argument(help: "The user's name.") var name: String
        @OptionGroup var data: DataFolder

        func run() async throws {
            let token = BearerToken()
            try await data.withStore { store, now in
                guard try await store.user(name) != nil else { throw StoreError.unknownUser(name) }
                try await store.addToken(
                    AccessToken(digest: token.digest, user: name, purpose: .program, addedAt: now, expiresAt: nil))
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "user.token", subject: name))
            }
            Terminal.print(token.text)
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove a user with all sessions and tokens.")
        @Argument(help: "The user's name.") var name: String
        @OptionGroup var data: DataFolder

        func run() async throws {
            try await data.withStore { store, now in
                try await store.removeUser(name)
                try await store.appendAudit(
                    AuditEntry(at: now, actor: data.operatorName, action: "user.remove", subject: name))
            }
            Terminal.say("user \(name) is removed")
        }
    }

    private static func readNewPassword() throws -> String {
        guard let password = Terminal.readSecret(prompt: "New password: "), !password.isEmpty else {
            throw CommandError("no password was given: type it, or pipe it into standard input")
        }
        return password
    }
}

extension User.Role: ExpressibleByArgument {}
