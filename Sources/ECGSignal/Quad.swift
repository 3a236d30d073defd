/// A quad is a vector of four channels, which fits a register of every machine: what is done for each channel is done
/// quad by quad, so a recording of few leads costs little.
extension SIMD4<Float> {
    @inline(__always) var total: Float {
        let two = lowHalf + highHalf
        return two.x + two.y
    }

    /// Lane by lane the greater of two.
    @inline(__always) func greater(of other: Self) -> Self { replacing(with: other, where: other .> self) }
}

extension SIMD16<Float> {
    /// How many quads hold a number of channels.
    @inline(__always) static func quads(forChannels channels: Int) -> Int { (channels + 3) / 4 }

    @inline(__always) func quad(_ index: Int) -> SIMD4<Float> {
        switch index {
        case 0: lowHalf.lowHalf
        case 1: lowHalf.highHalf
        case 2: highHalf.lowHalf
        default: highHalf.highHalf
        }
    }

    @inline(__always) mutating func setQuad(_ index: Int, _ quad: SIMD4<Float>) {
        switch index {
        case 0: lowHalf.lowHalf = quad
        case 1: lowHalf.highHalf = quad
        case 2: highHalf.lowHalf = quad
        default: highHalf.highHalf = quad
        }
    }
}

extension SIMD16<Int32> {
    @inline(__always) func quad(_ index: Int) -> SIMD4<Int32> {
        switch index {
        case 0: lowHalf.lowHalf
        case 1: lowHalf.highHalf
        case 2: highHalf.lowHalf
        default: highHalf.highHalf
        }
    }
}

/// Quads that follow each other in memory, without bounds checks.
struct QuadMemory {
    private let base: UnsafeRawPointer

    /// - Precondition: the memory is aligned to a quad, which lets the processor add from there without loading first.
    init(_ base: UnsafeRawPointer) { self.base = base }

    @inline(__always) subscript(_ i: Int) -> SIMD4<Float> {
        base.load(fromByteOffset: i &* MemoryLayout<SIMD4<Float>>.stride, as: SIMD4<Float>.self)
    }
}
