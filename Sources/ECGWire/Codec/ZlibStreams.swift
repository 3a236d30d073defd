import CDeflate
import CZlib
import NIOCore

/// How deflate's bits are wrapped.
enum DeflateFormat {
    /// RFC 1950: two bytes in front, Adler-32 behind. Codec 1.
    case zlib
    /// RFC 1951: nothing. Codec 2, whose blocks have a check of their own: six bytes less a block, and the checksum cost
    /// a tenth of inflating.
    case raw

    /// zlib's window of 32 KiB, negative where there is no wrapping.
    var windowBits: Int32 {
        switch self {
        case .zlib: 15
        case .raw: -15
        }
    }
}

/// A zlib compressor that is reset for every block.
///
/// One stream for the whole recording, flushed after each block, would save 0.75 % on the link and cost the server a
/// window of 32 KiB for each device, and every block would need all before it.
final class DeflateStream {
    /// Level 6 with the filtered strategy, which is made for small, somewhat random numbers: on 250 twelve-lead blocks of
    /// a second at 5 µV it saved 4 % over the default strategy, level 9 with the default one 1 %. 32 KiB window, 128 KiB
    /// of state.
    private static let level: Int32 = 6
    private static let memoryLevel: Int32 = 8
    /// What a flush in the middle can add to what `deflateBound` foretells: an empty stored block and its alignment.
    private static let flushBytes = 16

    private let stream: UnsafeMutablePointer<z_stream>

    init(_ format: DeflateFormat) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = ecgnet_deflate_init(
            stream, Self.level, format.windowBits, Self.memoryLevel, Z_FILTERED)
        precondition(status == Z_OK, "zlib could not be started: out of memory, or another version than built with")
    }

    deinit {
        deflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// The most bytes that `count` bytes can become.
    func bound(_ count: Int) -> Int { Int(deflateBound(stream, uLong(count))) + Self.flushBytes }

    /// - Parameter flushedAt: where zlib's Huffman codes change: what comes before and after differs in kind.
    func deflate(_ input: [UInt8], flushedAt middle: Int = 0, strategy: Int32, into output: inout ByteBuffer) {
        precondition((0...input.count).contains(middle), "the middle lies within the bytes")
        deflateReset(stream)
        deflateParams(stream, Self.level, strategy)
        output.writeWithUnsafeMutableBytes(minimumWritableBytes: bound(input.count)) { space in
            input.withUnsafeBufferPointer { input in
                // zlib reads through this pointer and never writes, though its type does not say so.
                stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.pointee.next_out = space.baseAddress?.assumingMemoryBound(to: UInt8.self)
                stream.pointee.avail_out = UInt32(space.count)
                if middle > 0 {
                    stream.pointee.avail_in = UInt32(middle)
                    let status = CZlib.deflate(stream, Z_BLOCK)
                    precondition(status == Z_OK && stream.pointee.avail_in == 0, "deflate takes what it has room for")
                }
                stream.pointee.avail_in = UInt32(input.count - middle)
                let status = CZlib.deflate(stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "deflate writes no more than its bound")
            }
            return space.count - Int(stream.pointee.avail_out)
        }
    }
}

/// A decompressor that is reset for every block and never writes more than it is given room for.
///
/// libdeflate, which takes whole blocks, inflates those without a wrapping in two thirds of zlib's time. What it refuses
/// zlib is asked about: it can tell what is cut off from what is damaged, and has the last word.
final class InflateStream {
    enum Fault {
        /// The data goes on after the room is full.
        case tooLong
        /// The data ends before deflate's end mark.
        case truncated
        /// Not deflate's data, or damaged.
        case damaged
        /// Bytes follow the end mark.
        case trailing(Int)
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private let whole: OpaquePointer

    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = ecgnet_inflate_init(stream)
        precondition(status == Z_OK, "zlib could not be started: out of memory, or another version than built with")
        guard let whole = libdeflate_alloc_decompressor() else {
            preconditionFailure("libdeflate could not be started: out of memory")
        }
        self.whole = whole
    }

    deinit {
        libdeflate_free_decompressor(whole)
        inflateEnd(stream)
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Inflates all of `input` and returns how many bytes it became.
    func inflate(
        _ input: UnsafeRawBufferPointer, _ format: DeflateFormat, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Result<Int, Failure> {
        if format == .raw, let written = inflateWhole(input, into: output) { return .success(written) }
        inflateReset2(stream, format.windowBits)
        // zlib reads through this pointer and never writes, though its type does not say so.
        stream.pointee.next_in = UnsafeMutablePointer(
            mutating: input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        stream.pointee.next_out = output.baseAddress
        stream.pointee.avail_out = UInt32(output.count)
        let status = CZlib.inflate(stream, Z_FINISH)
        let written = output.count - Int(stream.pointee.avail_out)
        switch status {
        case Z_STREAM_END:
            let rest = Int(stream.pointee.avail_in)
            return rest == 0 ? .success(written) : .failure(Failure(.trailing(rest)))
        case Z_OK, Z_BUF_ERROR:
            return .failure(Failure(stream.pointee.avail_out == 0 ? .tooLong : .truncated))
        default:
            return .failure(Failure(.damaged))
        }
    }

    /// Nil unless all of `input` is deflate's data and fits.
    private func inflateWhole(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableBufferPointer<UInt8>) -> Int? {
        var (read, written) = (0, 0)
        let result = libdeflate_deflate_decompress_ex(
            whole, input.baseAddress, input.count, output.baseAddress, output.count, &read, &written)
        return result == LIBDEFLATE_SUCCESS && read == input.count ? written : nil
    }

    struct Failure: Error {
        var fault: Fault
        init(_ fault: Fault) { self.fault = fault }
    }
}
