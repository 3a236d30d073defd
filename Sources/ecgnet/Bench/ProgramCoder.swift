import ECGModel
import Foundation

/// A program of the machine that packs a recording's files: started anew for every file, which its times include.
struct ProgramCoder: SampleCoder {
    let name: String
    private let program: URL
    /// The recording as the files that the program is given.
    private let input: ([Samples]) -> [Data]
    private let packing: (_ blocks: [Samples], _ file: Int) -> [String]
    private let unpacking: [String]
    private let folder: URL
    private var files: [URL] = []

    /// `flac -8`: the leads interleaved as 16-bit samples in files of at most eight channels, as FLAC has no more; a
    /// FLAC frame for each block, so that each stands alone.
    static func flac(in folder: URL) -> ProgramCoder? {
        func leads(_ file: Int, of samples: Samples?) -> Range<Int> {
            let count = samples?.channelCount ?? 0
            return file * 8..<min(file * 8 + 8, count)
        }
        return ProgramCoder(
            "flac -8, a frame for each block", "flac", in: folder,
            input: { blocks in
                let count = blocks.first?.channelCount ?? 0
                return (0..<(count + 7) / 8).map { file in
                    blocks.reduce(into: Data()) {
                        $0.append(contentsOf: SixteenBits.interleaved($1, leads: leads(file, of: $1)))
                    }
                }
            },
            packing: { blocks, file in
                [
                    "-8", "--totally-silent", "--force", "--lax", "--force-raw-format", "--endian=little",
                    "--sign=signed", "--bps=16", "--sample-rate=1000", "--no-padding", "--no-seektable",
                    "--channels=\(leads(file, of: blocks.first).count)",
                    "--blocksize=\(max(16, blocks.first?.count ?? 0))",
                ]
            },
            unpacking: [
                "--decode", "--totally-silent", "--stdout", "--force-raw-format", "--endian=little", "--sign=signed",
            ])
    }

    /// `xz -6`: each block's first differences as 16-bit numbers, lead after lead, and an xz block for each, so that each
    /// stands alone.
    static func xz(in folder: URL) -> ProgramCoder? {
        ProgramCoder(
            "xz -6 of first differences", "xz", in: folder,
            input: { blocks in
                [blocks.reduce(into: Data()) { $0.append(contentsOf: SixteenBits.firstDifferences($1)) }]
            },
            packing: { blocks, _ in
                ["-6", "--force", "--keep", "--threads=1", "--block-size=\((blocks.first?.counts.count ?? 1) * 2)"]
            },
            unpacking: ["--decompress", "--stdout", "--keep"])
    }

    /// Nil where the program is not installed.
    private init?(
        _ name: String, _ program: String, in folder: URL, input: @escaping ([Samples]) -> [Data],
        packing: @escaping (_ blocks: [Samples], _ file: Int) -> [String], unpacking: [String]
    ) {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let places = path.split(separator: ":").map { URL(filePath: String($0)).appending(path: program) }
        guard let found = places.first(where: { FileManager.default.isExecutableFile(atPath: $0.path) }) else {
            return nil
        }
        self.name = name
        self.program = found
        self.folder = folder
        self.input = input
        self.packing = packing
        self.unpacking = unpacking
    }

    mutating func encode(_ blocks: [Samples]) throws -> Int {
        files = []
        var size = 0
        for (index, data) in input(blocks).enumerated() {
            let file = folder.appending(path: "\(index).raw")
            let packed = folder.appending(path: "\(program.lastPathComponent)-\(index).packed")
            try data.write(to: file)
            try run(packing(blocks, index) + ["--stdout", file.path], writingTo: packed)
            size += try Data(contentsOf: packed).count
            files.append(packed)
        }
        return size
    }

    func decode() throws {
        for file in files { try run(unpacking + [file.path], writingTo: folder.appending(path: "unpacked")) }
    }

    private func run(_ arguments: [String], writingTo file: URL) throws {
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw CommandError("\(file.path) cannot be written")
        }
        let output = try FileHandle(forWritingTo: file)
        defer { try? output.close() }
        let process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            let command = ([program.path] + arguments).joined(separator: " ")
            throw CommandError("\(command) ended with \(process.terminationStatus)")
        }
    }
}
