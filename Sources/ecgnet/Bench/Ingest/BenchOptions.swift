import ArgumentParser
import Foundation

/// What every load on a server of the bench's own takes.
struct BenchOptions: ParsableArguments {
    @Option(help: "How long to measure, in seconds, after every device has a recording open.")
    var seconds = 60

    @Option(help: "Draws the patients.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Where the server's data folder is made, for as long as the bench runs: on the disk that is to be measured.",
            valueName: "dir"))
    var dataIn = FileManager.default.temporaryDirectory.path

    @Flag(help: "Print one JSON object a load.")
    var json = false
}
