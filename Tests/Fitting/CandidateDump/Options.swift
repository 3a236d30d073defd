import Foundation

/// The command line.
struct Options {
    struct Wrong: Error, CustomStringConvertible {
        var description: String
    }

    static let usage = """
        usage: dump-candidates --data DIR --out DIR --records FILE [--beats | --limbs] [--plain] [--copies N] [--patients N] [--seed N]
                               [--weights FILE] [--easy-share X] [--undisturbed X] [--no-noise]
        """

    var data = ""
    var output = ""
    /// "set/record"; one without reference marks is marked by all its leads.
    var records: [String] = []
    var isPlain = false
    /// The inputs of the network that classifies beats, not those of the one that finds them.
    var isOfBeats = false
    /// What the judge of the limb electrodes sees of each recording.
    var isOfLimbs = false
    var copyCount = 1
    var patientCount = 0
    var seed: UInt64 = 1
    /// Of the network that decides, 32-bit floats in the order of the layers; nil for the one that ships.
    var weights: [Float]?
    /// How many of the candidates that are right and sure are kept; their weight makes up for it.
    var easyShare: Float = 0.25
    var hasNoise = true
    /// How many of the excerpts stay as they are.
    var undisturbedShare: Float = 0.3

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--beats" {
                isOfBeats = true
                continue
            }
            if option == "--limbs" {
                isOfLimbs = true
                continue
            }
            if option == "--plain" {
                isPlain = true
                continue
            }
            if option == "--no-noise" {
                hasNoise = false
                continue
            }
            guard let value = rest.popFirst() else { throw Wrong(description: Self.usage) }
            switch option {
            case "--data": data = value
            case "--out": output = value
            case "--records":
                records = try String(contentsOfFile: value, encoding: .utf8).split(separator: "\n").map(String.init)
            case "--copies": copyCount = try Self.number(value)
            case "--patients": patientCount = try Self.number(value)
            case "--seed": seed = UInt64(try Self.number(value))
            case "--easy-share": easyShare = Float(value) ?? 1
            case "--undisturbed": undisturbedShare = Float(value) ?? 0
            case "--weights":
                weights = try Data(contentsOf: URL(fileURLWithPath: value)).withUnsafeBytes {
                    $0.bindMemory(to: Float.self).map(\.self)
                }
            default: throw Wrong(description: "unknown option \(option)\n" + Self.usage)
            }
        }
        if data.isEmpty || output.isEmpty { throw Wrong(description: Self.usage) }
    }

    private static func number(_ text: String) throws -> Int {
        guard let number = Int(text), number >= 0 else { throw Wrong(description: "\(text) is not a count") }
        return number
    }

    /// A file of a record in the output folder; its set's folder is made.
    func path(of record: String, _ kind: String) throws -> String {
        let path = output + "/" + record
        let folder = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return path + "." + kind
    }
}
