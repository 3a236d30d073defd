import ArgumentParser

struct Bench: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Measure what the parts cost on this machine, beside a reference in the same run.",
        subcommands: [AnalysisBench.self, CodecBench.self, TriageBench.self])
}
