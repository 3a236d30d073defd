public import ECGModel
import ECGWire
import NIOCore
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What a device has recorded and its server has not stored, on the device's disk: a folder with a file a recording.
///
/// A recording is in it from ``begin(_:isLive:)`` until the server has said that all of it is stored, whatever happens to
/// the device in between. Files hold patient data and are their owner's alone; one process at a time uses the folder.
public final class Outbox: Sendable {
    struct Entry {
        var layout: RecordingLayout
        var isBeingRecorded = false
        var isLive: Bool
        var number: Int
        /// Whether the file is there: nobody sees a recording before.
        var hasFile = true
        /// Kept open where the file has no name.
        var unnamed: StorageFile?
        /// What reading it showed to be damaged; the layout knows what was before.
        var foundDamage = 0

        var damagedSamples: Int { max(layout.damagedSamples, foundDamage) }
    }

    private struct State {
        var entries: [RecordingID: Entry] = [:]
        var bytes = 0
        var nextNumber = 0
        var observer: (@Sendable () -> Void)?
    }

    /// Files whose recording cannot be told any more: their first bytes were damaged, or the operating system does not let
    /// them be read. They stay where they are, count among the outbox's bytes, and keep no other recording from being sent.
    public let unreadableFiles: [String]
    private let path: String
    private let limits: OutboxLimits
    private let isTemporary: Bool
    private let folder: StorageFile
    private let lock: StorageFile?
    private let state: Mutex<State>

    static let fileSuffix = ".ecg"
    /// A file that is being made; it holds no samples yet.
    private static let newSuffix = ".new"
    /// Behind the name of a file that was damaged and sent as far as it could be read. Nobody sends it again.
    private static let damagedSuffix = ".damaged"
    private static let lockName = "lock"

    /// Opens the outbox in a folder, which is made if missing, with what an earlier process left in it.
    ///
    /// What a loss of power left half written at the end of a recording is cut off; it was never sent.
    /// - Throws: ``OutboxError/inUse(_:)`` while another process has it open.
    public convenience init(folder path: String, limits: OutboxLimits = .default) throws(OutboxError) {
        let isNew = mkdir(path, 0o700) == 0
        guard isNew || errno == EEXIST else { throw .system(path, "made") }
        let folder = try StorageFile.folder(path)
        try Self.syncParent(of: path, isNew: isNew)
        guard try !folder.isOpenToOthers() else { throw .readableByOthers(path) }
        guard let lock = try StorageFile.locked("\(path)/\(Self.lockName)") else { throw .inUse(path) }
        try self.init(path: path, folder: folder, lock: lock, limits: limits)
    }

    /// An outbox for a process that has its recordings elsewhere too: its files have no names and are gone when the
    /// process ends, however it ends.
    public init(temporaryIn path: String, limits: OutboxLimits = .default) throws(OutboxError) {
        self.path = path
        self.limits = limits
        folder = try .folder(path)
        lock = nil
        isTemporary = true
        unreadableFiles = []
        state = Mutex(State())
    }

    private init(path: String, folder: StorageFile, lock: StorageFile, limits: OutboxLimits) throws(OutboxError) {
        var state = State()
        var unreadable: [String] = []
        for name in try Self.names(in: path) {
            let isNew = name.hasSuffix(Self.newSuffix)
            if isNew, unlink("\(path)/\(name)") == 0 { continue }
            if name.hasSuffix(Self.fileSuffix + Self.damagedSuffix) {
                state.bytes += StorageFile.size(of: "\(path)/\(name)")
            }
            guard isNew || name.hasSuffix(Self.fileSuffix) else { continue }
            guard !isNew, let layout = Self.layout(of: name, in: path) else {
                unreadable.append(name)
                state.bytes += StorageFile.size(of: "\(path)/\(name)")
                continue
            }
            state.bytes += layout.endOffset
            state.entries[layout.header.id] = Entry(layout: layout, isLive: false, number: 0)
        }
        // Numbered by the time of the first sample, which is the order in which they came as far as the clock was right.
        let inOrder = state.entries.keys.sorted {
            let (a, b) = (state.entries[$0]?.layout.header.deviceTime, state.entries[$1]?.layout.header.deviceTime)
            return (a ?? .earliest, $0.description) < (b ?? .earliest, $1.description)
        }
        for (number, id) in inOrder.enumerated() { state.entries[id]?.number = number }
        state.nextNumber = inOrder.count
        self.path = path
        self.limits = limits
        self.folder = folder
        self.lock = lock
        isTemporary = false
        unreadableFiles = unreadable.sorted()
        self.state = Mutex(state)
    }

    deinit { lock?.unlock() }

    /// Makes the folder's own name outlive a power cut, also where the process that made it ended before it could.
    ///
    /// A folder above it that the device may not read is somebody else's, who made this one too.
    private static func syncParent(of path: String, isNew: Bool) throws(OutboxError) {
        let parent = "\(path)/.."
        guard isNew || access(parent, R_OK) == 0 else { return }
        try StorageFile.folder(parent).synchronize()
    }

    /// What stands in a recording's file, of which a half written end is cut off; nil where its recording cannot be told.
    private static func layout(of name: String, in path: String) -> RecordingLayout? {
        do throws(OutboxError) {
            let file = try StorageFile.existing("\(path)/\(name)")
            let size = try file.size()
            guard let layout = try RecordingLayout(of: file), name == Self.name(of: layout.header.id) else {
                return nil
            }
            if size > layout.endOffset {
                try file.cut(to: layout.endOffset)
                try file.synchronize()
            }
            return layout
        } catch {
            // A bad sector or a lost right of one file: the others are to be sent all the same, and this one is listed.
            return nil
        }
    }

    private static func name(of id: RecordingID) -> String { "\(id)\(fileSuffix)" }

    private static func names(in path: String) throws(OutboxError) -> [String] {
        guard let stream = opendir(path) else { throw .system(path, "listed") }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: name.pointee)) {
                        String(cString: $0)
                    }
                })
        }
        return names
    }

    // MARK: What is in it

    /// In the order in which they came.
    public var recordings: [OutboxRecording] {
        state.withLock { $0.entries.values.filter(\.hasFile).map(OutboxRecording.init) }.sorted {
            $0.number < $1.number
        }
    }

    public subscript(recording: RecordingID) -> OutboxRecording? {
        state.withLock { state in
            guard let entry = state.entries[recording], entry.hasFile else { return nil }
            return OutboxRecording(entry)
        }
    }

    /// Reads a recording, with ``Samples/missing`` where its file was damaged.
    public func samples(of recording: RecordingID) throws(OutboxError) -> Samples {
        let reader = try reader(of: recording)
        var samples = Samples(channelCount: reader.channels.count)
        while let piece = try reader.next() { samples.append(reader.decode(piece)) }
        return samples
    }

    func reader(of recording: RecordingID, from sample: SampleIndex = 0) throws(OutboxError) -> RecordingReader {
        try RecordingReader(self, recording, try file(of: recording), from: sample)
    }

    func layout(of recording: RecordingID) throws(OutboxError) -> RecordingLayout {
        guard let layout = state.withLock({ $0.entries[recording]?.layout }) else { throw .unknownRecording(recording) }
        return layout
    }

    private func file(of recording: RecordingID) throws(OutboxError) -> StorageFile {
        guard let entry = state.withLock({ $0.entries[recording] }) else { throw .unknownRecording(recording) }
        if let unnamed = entry.unnamed { return unnamed }
        return try .existing("\(path)/\(Self.name(of: recording))")
    }

    /// Calls `observer`, from any thread, whenever there is more to send. There is one observer at a time.
    func observe(_ observer: (@Sendable () -> Void)?) {
        state.withLock { $0.observer = observer }
    }

    // MARK: What comes in

    /// Begins a recording: when this returns its header is on the disk.
    ///
    /// - Parameter isLive: Whether the patient is there: live recordings are sent before all others.
    public func begin(_ header: RecordingHeader, isLive: Bool = true) throws(OutboxError) -> RecordingWriter {
        let opening = RecordingLayout.opening(header)
        do throws(WireError) {
            _ = try opening.message(WireOpen.self).header()
        } catch {
            throw .unusableHeader(error)
        }
        var bytes = ByteBuffer()
        bytes.writeFrame(opening)
        let layout = RecordingLayout(header: header, endOffset: bytes.readableBytes)
        try claim(layout, isLive: isLive)
        let file: StorageFile
        do throws(OutboxError) {
            file = try makeFile(of: header.id, with: bytes)
        } catch {
            disclaim(header.id)
            throw error
        }
        state.withLock { state in
            state.entries[header.id]?.hasFile = true
            if isTemporary { state.entries[header.id]?.unnamed = file }
        }
        return RecordingWriter(layout, in: file, of: self)
    }

    /// Goes on with a recording that was cut off.
    public func resume(_ recording: RecordingID, isLive: Bool = true) throws(OutboxError) -> RecordingWriter {
        let file = try file(of: recording)
        let claim = state.withLock { state -> Result<RecordingLayout, OutboxError> in
            guard let entry = state.entries[recording] else { return .failure(.unknownRecording(recording)) }
            guard !entry.isBeingRecorded else { return .failure(.beingRecorded(recording)) }
            guard !entry.layout.isFinished else { return .failure(.isFinished(recording)) }
            state.entries[recording]?.isBeingRecorded = true
            state.entries[recording]?.isLive = isLive
            return .success(entry.layout)
        }
        switch claim {
        case .success(let layout): return RecordingWriter(layout, in: file, of: self)
        case .failure(let error): throw error
        }
    }

    private func claim(_ layout: RecordingLayout, isLive: Bool) throws(OutboxError) {
        let id = layout.header.id
        let refusal = state.withLock { state -> OutboxError? in
            guard state.entries[id] == nil else { return .recordingExists(id) }
            guard state.entries.count < limits.recordings else { return .tooManyRecordings(limit: limits.recordings) }
            guard state.bytes + layout.endOffset <= limits.bytes else { return .tooManyBytes(limit: limits.bytes) }
            state.bytes += layout.endOffset
            state.entries[id] = Entry(
                layout: layout, isBeingRecorded: true, isLive: isLive, number: state.nextNumber, hasFile: false)
            state.nextNumber += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    private func disclaim(_ recording: RecordingID) {
        state.withLock { state in
            guard let entry = state.entries.removeValue(forKey: recording) else { return }
            state.bytes -= entry.layout.endOffset
        }
    }

    /// Makes the file under another name and moves it to its own: nobody ever meets one without its header.
    private func makeFile(of recording: RecordingID, with bytes: ByteBuffer) throws(OutboxError) -> StorageFile {
        let name = Self.name(of: recording)
        let new = "\(path)/\(name)\(Self.newSuffix)"
        let file = try StorageFile.create(new)
        if isTemporary {
            guard unlink(new) == 0 else { throw .system(name, "removed") }
            try file.write(bytes, at: 0)
            return file
        }
        do throws(OutboxError) {
            try file.write(bytes, at: 0)
            try file.synchronize()
            guard rename(new, "\(path)/\(name)") == 0 else { throw .system(name, "renamed") }
        } catch {
            _ = unlink(new)
            throw error
        }
        try folder.synchronize()
        return file
    }

    // MARK: The writer's side

    /// - Parameter evenIfFull: for what must not be refused.
    func reserve(_ bytes: Int, evenIfFull: Bool) throws(OutboxError) {
        let fits = state.withLock { state in
            guard evenIfFull || state.bytes + bytes <= limits.bytes else { return false }
            state.bytes += bytes
            return true
        }
        guard fits else { throw .tooManyBytes(limit: limits.bytes) }
    }

    func release(_ bytes: Int) { state.withLock { $0.bytes -= bytes } }

    /// More of a recording is on the disk.
    func recorded(_ layout: RecordingLayout) {
        let observer = state.withLock { state in
            state.entries[layout.header.id]?.layout = layout
            if layout.isFinished { state.entries[layout.header.id]?.isBeingRecorded = false }
            return state.observer
        }
        observer?()
    }

    /// So many samples of a recording cannot be read.
    func found(_ samples: Int, damagedIn recording: RecordingID) {
        state.withLock { state in
            guard let known = state.entries[recording]?.foundDamage else { return }
            state.entries[recording]?.foundDamage = max(known, samples)
        }
    }

    func writingEnded(_ recording: RecordingID) {
        let observer = state.withLock { state in
            state.entries[recording]?.isBeingRecorded = false
            return state.observer
        }
        observer?()
    }

    // MARK: What goes out

    /// Deletes a recording: the server has stored all of it, or somebody decided to do without it.
    public func remove(_ recording: RecordingID) throws(OutboxError) {
        guard try release(recording).unnamed == nil else { return }
        let name = Self.name(of: recording)
        guard unlink("\(path)/\(name)") == 0 else { throw .system(name, "removed") }
        try folder.synchronize()
    }

    /// The name under which ``setAside(_:)`` keeps a recording's file; nil where it has none.
    public func nameAside(of recording: RecordingID) -> String? {
        isTemporary ? nil : Self.name(of: recording) + Self.damagedSuffix
    }

    /// Gives a recording up whose file was damaged, and keeps the file under another name: the server has what could be read,
    /// and with other means there may be more. It counts among the outbox's bytes until somebody deletes it.
    public func setAside(_ recording: RecordingID) throws(OutboxError) {
        let entry = try release(recording)
        guard let aside = nameAside(of: recording) else { return }
        state.withLock { $0.bytes += entry.layout.endOffset }
        let name = Self.name(of: recording)
        guard rename("\(path)/\(name)", "\(path)/\(aside)") == 0 else { throw .system(name, "renamed") }
        try folder.synchronize()
    }

    private func release(_ recording: RecordingID) throws(OutboxError) -> Entry {
        let removed = state.withLock { state -> Result<Entry, OutboxError> in
            guard let entry = state.entries[recording] else { return .failure(.unknownRecording(recording)) }
            guard !entry.isBeingRecorded else { return .failure(.beingRecorded(recording)) }
            state.entries[recording] = nil
            state.bytes -= entry.layout.endOffset
            return .success(entry)
        }
        return try removed.get()
    }
}

extension OutboxRecording {
    fileprivate init(_ entry: Outbox.Entry) {
        self.init(
            header: entry.layout.header, recordedSamples: entry.layout.endSample,
            isFinished: entry.layout.isFinished, isBeingRecorded: entry.isBeingRecorded, isLive: entry.isLive,
            damagedSamples: entry.damagedSamples, number: entry.number)
    }
}

extension Timestamp {
    /// Where the device's clock is not known.
    fileprivate static let earliest = Timestamp(microsecondsSince1970: .min)
}
