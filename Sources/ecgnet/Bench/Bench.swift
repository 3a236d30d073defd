import ArgumentParser

struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure what the parts cost on this machine, beside a reference in the same run.",
        subcommands: [AnalysisBench.self, CodecBench.self, ConsoleBench.self, IngestBench.self, TriageBench.self])
}
