import ECGFormats
import ECGModel
import Foundation
import Testing

@Suite("Files on disk")
struct FileTests {
    private func inTemporaryFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { #expect(throws: Never.self) { try FileManager.default.removeItem(at: folder) } }
        try body(folder.path)
    }

    @Test("A record and its annotations are written and read, with or without the extension")
    func roundTrip() throws {
        try inTemporaryFolder { folder in
            let original = record([1, 2, 3, Samples.missing], leads: [.i, .ii])
            try record([9]).write(to: folder)
            try original.write(to: folder, format: .format24)
            for path in ["\(folder)/r", "\(folder)/r.hea"] {
                #expect(try WFDBRecord.read(path, id: anyID).recording == original.recording)
            }
            let annotations = [Annotation(sample: 2, code: .normal)]
            try AnnotationFile.write(annotations, to: "\(folder)/r.atr", samplingRate: 500)
            #expect(try AnnotationFile.read("\(folder)/r.atr") == annotations)
            #expect(try AnnotationFile.open("\(folder)/r.atr").samplingRate == 500)
            #expect(
                try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["r.atr", "r.dat", "r.hea"])
        }
    }

    @Test("What cannot be read or written says why, without its folder")
    func inaccessible() throws {
        try inTemporaryFolder { folder in
            #expect { try WFDBRecord.read("\(folder)/none", id: anyID) } throws: { error in
                (error as? WFDBError)?.kind == .inaccessible && "\(error)".hasPrefix("none.hea: ")
            }
            // A folder is no file.
            try FileManager.default.createDirectory(atPath: "\(folder)/d.hea", withIntermediateDirectories: true)
            #expect { try WFDBRecord.read("\(folder)/d", id: anyID) } throws: { error in
                (error as? WFDBError)?.kind == .inaccessible
            }
            #expect { try record([1]).write(to: folder + "/missing") } throws: { error in
                (error as? WFDBError)?.kind == .inaccessible
            }
        }
    }
}
