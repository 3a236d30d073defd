import Foundation

/// A name that stands twice in one object of a JSON text. Which of the two counts is not laid down (RFC 8259, section 4), and
/// readers drop one without a word.
struct RepeatedName: Hashable {
    /// An object or a list that has begun and not ended.
    private struct Level {
        /// The names so far; nil for a list.
        var names: Set<String>?
        /// Where in it the text is: a name, or a number of a list.
        var name = ""
        var index = 0
        var isNameNext: Bool

        var step: String { names == nil ? "[\(index)]" : ".\(name)" }
    }

    let name: String
    /// The object's place, as `hospitals[0].shifts[1]`; empty for the whole.
    let place: String

    /// The whole way to it.
    var path: String { place.isEmpty ? name : "\(place).\(name)" }

    var refusal: Refusal { Refusal("name-twice", "'\(name)' stands here twice: keep one", ["name": name], at: place) }

    /// The first in a text that was read as JSON; nil where there is none.
    ///
    /// - Throws: What decoding a name throws.
    init?(in json: Data) throws {
        let bytes = [UInt8](json)
        var levels: [Level] = []
        var at = 0
        while at < bytes.count {
            defer { at += 1 }
            switch bytes[at] {
            case UInt8(ascii: "{"): levels.append(Level(names: [], isNameNext: true))
            case UInt8(ascii: "["): levels.append(Level(names: nil, isNameNext: false))
            case UInt8(ascii: "}"), UInt8(ascii: "]"): _ = levels.popLast()
            case UInt8(ascii: ","):
                guard var level = levels.popLast() else { continue }
                level.index += 1
                level.isNameNext = level.names != nil
                levels.append(level)
            case UInt8(ascii: "\""):
                let start = at
                at += 1
                while at < bytes.count, bytes[at] != UInt8(ascii: "\"") {
                    at += bytes[at] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard var level = levels.popLast() else { continue }
                if level.isNameNext {
                    // Decoded, since a name can be written with escapes.
                    level.name = try JSONDecoder().decode(
                        String.self, from: Data(bytes[start...min(at, bytes.count - 1)]))
                    level.isNameNext = false
                    guard level.names?.insert(level.name).inserted != false else {
                        name = level.name
                        let steps = levels.map(\.step).joined()
                        place = steps.hasPrefix(".") ? String(steps.dropFirst()) : steps
                        return
                    }
                }
                levels.append(level)
            default: break
            }
        }
        return nil
    }
}
