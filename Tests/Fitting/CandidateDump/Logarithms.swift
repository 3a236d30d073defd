import Foundation

extension Float {
    var log2: Float { Foundation.log2(self) }
    static func pow2(_ x: Float) -> Float { Foundation.exp2(x) }
}
