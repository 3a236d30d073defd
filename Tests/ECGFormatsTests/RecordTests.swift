import ECGFormats
import ECGModel
import Foundation
import Testing

@Suite("Records")
struct RecordTests {
    private let missing = Samples.missing

    @Test("Units become nanovolts a count; signals that are no voltages are left out")
    func units() throws {
        let record = try read(
            """
            r 6 500 1
            r.dat 16 1000/mV 16 0 1 1 0 I
            r.dat 16 0.5/uV 16 0 2 2 0 II
            r.dat 16 100000/V 16 0 3 3 0 III
            r.dat 16 25/mmHg 16 0 4 4 0 ABP
            r.dat 16 200(3)/mv 16 0 5 5 0 aVR
            r.dat 16 0 16 0 6 6 0 aVL
            """, files: ["r.dat": words(1, 2, 3, 4, 5, 6)])
        let channels = record.recording.header.channels
        #expect(channels.map(\.nanovoltsPerCount) == [1000, 2000, 10_000, 5000, 5000])
        #expect(channels.map(\.lead) == [.i, .ii, .iii, .aVR, .aVL])
        #expect(channels[3].baseline == 3)
        #expect(record.recording.samples.counts == [1, 2, 3, 5, 6])
        #expect(record.omittedSignals == ["ABP"] && record.uncalibratedChannels == [4])
        #expect(record.checksums.map(\.computed) == [1, 2, 3, 4, 5, 6] && record.mismatchedSignals.isEmpty)
        #expect(refusal("r 1 500 1\nr.dat 16 25/mmHg", files: ["r.dat": [0, 0]])?.kind == .unsupported)
    }

    @Test("A lead named twice is a lead the first time; labels are kept")
    func duplicates() throws {
        let long = String(repeating: "é", count: 20)
        let record = try read(
            "r 5 500 1\nr.dat 16 1 1 0 0 0 0 MLII\nr.dat 16 1 1 0 0 0 0 ii\nr.dat 16 1 1 0 0 0 0 D3\n"
                + "r.dat 16 1 1 0 0 0 0 \(long)\nr.dat 16", files: ["r.dat": words(1, 2, 3, 4, 5)])
        let channels = record.recording.header.channels
        #expect(channels.map(\.lead) == [.ii, .unspecified, .unspecified, .unspecified, .unspecified])
        #expect(channels.map(\.label) == ["MLII", "ii", "D3", String(long.prefix(16)), "ECG"])
        #expect(try written(record).recording == record.recording)
    }

    @Test("A lead's name is known behind the words and in the case that devices write it in")
    func namesOfLeads() throws {
        for (label, lead) in [
            ("Lead V1", Lead.v1), ("ECG V1", .v1), ("ecg_v1", .v1), ("v1", .v1), ("LEAD: aVR", .aVR),
            ("ECG Lead II", .ii), ("LeadIII", .iii), ("ecg-avl", .aVL),
            ("MLII", .ii), ("ECG MLII", .ii), ("ECG1", .unspecified),
            ("Lead", .unspecified), ("lead V12", .unspecified), ("ECG", .unspecified),
        ] {
            let record = try read("r 1 500 1\nr.dat 16 1 1 0 0 0 0 \(label)", files: ["r.dat": words(0)])
            #expect(record.recording.header.channels.map(\.lead) == [lead], "\(label)")
            #expect(record.doubts.isEmpty == (lead != .unspecified), "\(label): \(record.doubts)")
        }
    }

    @Test("A lead that is named twice, or by no name that is known, is doubted")
    func doubtsOfLeads() throws {
        func doubts(_ first: String, _ second: String) throws -> [String] {
            try read(
                "r 2 500 1\nr.dat 16 1 1 0 0 0 0 \(first)\nr.dat 16 1 1 0 0 0 0 \(second)",
                files: ["r.dat": words(0, 0)]
            ).doubts
        }
        #expect(try doubts("V1", "V2").isEmpty)
        #expect(try doubts("V1", "Lead V1").map { $0.contains("names Lead V1 more than once") } == [true])
        #expect(try doubts("V1", "chest").map { $0.contains("by the name chest:") } == [true])
        #expect(try doubts("", "V2").map { $0.contains("by the name ECG:") } == [true])
    }

    @Test("A rate that the header does not give is doubted, in records of one piece and of several")
    func doubtOfRate() throws {
        let files = ["r.dat": words(0), "s.dat": words(0)]
        func doubts(_ header: String, _ headers: [String: String] = [:]) throws -> [String] {
            let record = try read(header, files: files, headers: headers)
            #expect(record.isGuessed == !record.doubts.isEmpty)
            return record.doubts
        }
        #expect(try doubts("r 1 250 1\nr.dat 16 1 1 0 0 0 0 V1").isEmpty)
        #expect(try doubts("r 1\nr.dat 16 1 1 0 0 0 0 V1").map { $0.contains("no sampling rate: at 250") } == [true])
        let segment = ["s": "s 1\ns.dat 16 1 1 0 0 0 0 V1"]
        #expect(try doubts("r/1 1\ns 1", segment).map { $0.contains("no sampling rate") } == [true])
        #expect(try doubts("r/1 1 250 1\ns 1", segment).isEmpty)
    }

    @Test("What exists and is no WFDB header is told to be that")
    func otherFormats() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ecgnet-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        func error(_ path: String) -> WFDBError? {
            do throws(WFDBError) {
                _ = try WFDBRecord.read(path, id: anyID)
                return nil
            } catch {
                return error
            }
        }
        for name in ["x.scp", "x.xml", "x.dat"] {
            let file = folder.appending(path: name)
            try Data("no header".utf8).write(to: file)
            let refused = try #require(error(file.path))
            #expect(refused.kind == .unsupported && refused.file == name, "\(refused)")
            #expect(refused.description.contains("only WFDB records are read"), "\(refused)")
        }
        #expect(error(folder.appending(path: "y").path)?.kind == .inaccessible)
        #expect(error(folder.appending(path: "x.hea").path)?.kind == .inaccessible)
    }

    @Test("A checksum that does not match is reported, and the samples are read")
    func mismatch() throws {
        let record = try read(
            "r 2 500 2\nr.dat 16 1 1 0 0 4 0 I\nr.dat 16 1 1 0 0 7 0 II", files: ["r.dat": words(1, 2, 3, 4)])
        #expect(record.mismatchedSignals.map(\.signal) == [1])
        #expect(record.mismatchedSignals[0].computed == 6 && record.recording.samples.counts == [1, 2, 3, 4])
    }

    @Test("A skewed signal is moved back; its end is missing unless the file goes on")
    func skew() throws {
        let header = "r 2 500 3\nr.dat 16 1 1 0 1 6 0 I\nr.dat 16:2 1 1 0 2 60 0 II"
        let bytes = words(1, 10, 2, 20, 3, 30)
        let short = try read(header, files: ["r.dat": bytes])
        #expect(short.recording.samples.counts == [1, 30, 2, missing, 3, missing])
        #expect(short.mismatchedSignals.isEmpty)
        let long = try read(header, files: ["r.dat": bytes + words(4, 40, 5, 50)])
        #expect(long.recording.samples.counts == [1, 30, 2, 40, 3, 50])
        #expect(try read("r 1 500 1\nr.dat 16:9", files: ["r.dat": [1, 0]]).recording.samples.counts == [missing])
    }

    @Test("Slower signals hold their samples at the rate of the fastest lead")
    func samplesPerFrame() throws {
        let record = try read(
            "r 3 125 2\nr.dat 16x4 1 1 0 1 36 0 I\nr.dat 16 1 1 0 9 18 0 V1\nr.dat 16x2 1/mmHg 1 0 7 30 0 ABP",
            files: ["r.dat": words(1, 2, 3, 4, 9, 7, 7, 5, 6, 7, 8, 9, 8, 8)])
        #expect(record.recording.header.samplingRate == 500 && record.samplesPerFrame == 4)
        #expect(record.recording.samples.counts == [1, 9, 2, 9, 3, 9, 4, 9, 5, 9, 6, 9, 7, 9, 8, 9])
        #expect(record.mismatchedSignals.isEmpty && record.checksums.count == 3)
    }

    @Test("Signals in several files, one after a prolog of bytes")
    func severalFiles() throws {
        let record = try read(
            "r 3 500 2\na.mat 16x1+3 1 1 0 0 0 0 I\nb.dat 80 1 1 0 0 0 0 II\na.mat 16x1+3 1 1 0 0 0 0 V1",
            files: ["a.mat": [0xAA, 0xBB, 0xCC] + words(1, 2, 3, 4), "b.dat": [138, 0]])
        #expect(record.recording.samples.counts == [1, 10, 2, 3, missing, 4])
        let mixed = "r 2 500 1\na.dat 16\na.dat 80"
        #expect(refusal(mixed, files: ["a.dat": words(1, 2)])?.kind == .malformed)
    }

    @Test("Without a number of samples the file's length decides")
    func unstatedLength() throws {
        let record = try read("r 2 500\nr.dat 212\nr.dat 212", files: ["r.dat": [1, 0, 2, 3, 0, 4, 5, 0]])
        #expect(record.recording.samples.counts == [1, 2, 3, 4])
        #expect(refusal("r 1 500\nr.dat 16", files: ["r.dat": []])?.kind == .truncated)
    }

    @Test("A signal file shorter than promised is refused with both lengths")
    func shortFile() {
        let error = refusal("r 2 500 3\nr.dat 16\nr.dat 16", files: ["r.dat": words(1, 2, 3)])
        #expect(error?.kind == .truncated && error?.file == "r.dat" && error?.place == .byte(6))
        #expect(error?.description.contains("12 bytes") == true)
        #expect(refusal("r 1 500 1\nr.dat 16")?.kind == .inaccessible)
    }

    @Test("Writing keeps counts, gains, baselines, labels, time and comments")
    func roundTrip() throws {
        var original = record([1, missing, -3, 4, missing, missing], leads: [.i, .v1, .unspecified])
        let gains: [Double] = [249, 30061.276794035417, 1 / 3]
        for (channel, gain) in gains.enumerated() {
            original.recording.header.channels[channel].nanovoltsPerCount = 1e6 / gain
            original.recording.header.channels[channel].baseline = [-55, -161_790, Int32.max][channel]
        }
        original.recording.header.channels[2].label = "an odd lead"
        original.recording.header.samplingRate = 333.3
        original.comments = ["Dx: 59118001", "second"]
        for time in ["2026-11-21T08:15:30.250Z", "1999-01-02T03:04:05.000006Z", "1969-12-31T23:59:59.999999Z"] {
            original.recording.header.deviceTime = Timestamp(time)
            let back = try written(original)
            #expect(back.recording == original.recording)
            #expect(back.comments == original.comments && back.mismatchedSignals.isEmpty)
        }
    }

    @Test("The header that is written, by its text")
    func headerText() throws {
        var record = record([5, missing, -7, 9], leads: [.i, .aVR], nanovoltsPerCount: 5000)
        record.recording.header.channels[1].baseline = 1024
        record.recording.header.deviceTime = Timestamp("2026-11-21T08:15:30.250Z")
        record.comments = ["two\nlines"]
        #expect(
            String(decoding: try record.encoded().header, as: UTF8.self) == """
                r 2 500 2 08:15:30.250 21/11/2026
                r.dat 16 200(0)/mV 16 0 5 -2 0 I
                r.dat 16 200(1024)/mV 16 0 -32768 -32759 0 aVR
                #two lines

                """)
    }

    @Test(
        "Names that lead elsewhere and recordings without samples are not written",
        arguments: ["", "../r", "a b", "a.b"])
    func unwritable(name: String) {
        var named = record([1])
        named.name = name
        #expect { try named.encoded() } throws: { ($0 as? WFDBError)?.kind == .inexpressible }
        #expect { try record([]).encoded() } throws: { ($0 as? WFDBError)?.kind == .inexpressible }
    }
}
