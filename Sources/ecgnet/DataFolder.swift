import ArgumentParser
import ECGModel
import ECGServer
import ECGStore
import Foundation
import Logging

/// The server's data folder, for commands that an operator runs on the server itself.
struct DataFolder: ParsableArguments {
    @Option(help: ArgumentHelp("The server's data folder.", valueName: "dir"))
    var data = ServerConfiguration().dataDirectory

    /// Who stands in the audit for what is done here.
    var operatorName: String { "operator \(NSUserName())" }

    /// The site's settings as the server reads them; a file that cannot be used is said on standard error.
    func settings() throws -> SettingsFile {
        try SettingsFile(
            dataFolder: data, logger: Logger(label: "ecgnet") { StreamLogHandler.standardError(label: $0) })
    }

    /// Opens the store, hands it over with the present time, and closes it.
    ///
    /// - Parameter makingIt: For what is done before a server's first start. Any other command would find nothing in a folder that
    ///   it has made itself, and say so of the server.
    func withStore<Result: Sendable>(
        makingIt: Bool = false, _ body: (any Store, Timestamp) async throws -> Result
    ) async throws -> Result {
        let path = URL(filePath: data, directoryHint: .isDirectory).standardizedFileURL.path
        if !SQLiteStore.exists(inDirectory: data) {
            guard makingIt else {
                throw CommandError("there is no server's data in \(path): say with --data where the server keeps them")
            }
            Terminal.say("a new data folder is made: \(path)")
        }
        let store = try SQLiteStore(directory: data)
        let result: Result
        do {
            result = try await body(store, WallClock.now())
        } catch {
            try await store.close()
            throw error
        }
        try await store.close()
        return result
    }
}

/// Work that failed, in words for the person at the terminal.
struct CommandError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
