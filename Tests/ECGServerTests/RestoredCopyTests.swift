import ECGModel
import ECGStore
import Foundation
import Testing

@testable import ECGServer

@Suite("A server on a backup's copy")
struct RestoredCopyTests {
    @Test("numbers alerts beyond all that any server on another copy can have given out, once")
    func goesOnElsewhere() async throws {
        let hospital = try Hospital()
        let copy = RestoredCopy(dataFolder: hospital.directory.path)
        let mark = hospital.directory.appending(path: RestoredCopy.mark)
        let first = try await hospital.addAlert(1)
        #expect(try await !copy.goOnElsewhere(hospital.store, at: hospital.clock.now))
        #expect(try await hospital.addAlert(2).id == AlertID(first.id.rawValue + 1), "no copy")

        var last = first.id
        for number in 3...4 {
            try Data().write(to: mark)
            hospital.clock.advance(seconds: 60)
            #expect(try await copy.goOnElsewhere(hospital.store, at: hospital.clock.now))
            #expect(!FileManager.default.fileExists(atPath: mark.path))
            let alert = try await hospital.addAlert(UInt64(number))
            #expect(alert.id.rawValue >= last.rawValue + 60)
            #expect(
                try await hospital.store.latestAlertEvent() >= alert.id.rawValue,
                "whoever follows the events misses none")
            last = alert.id
        }
        #expect(try await hospital.addAlert(5).id == AlertID(last.rawValue + 1))
    }

    @Test("goes on so too where its clock has lost its battery")
    func clockBehind() async throws {
        let hospital = try Hospital()
        try Data().write(to: hospital.directory.appending(path: RestoredCopy.mark))
        let first = try await hospital.addAlert(1)
        let copy = RestoredCopy(dataFolder: hospital.directory.path)
        #expect(try await copy.goOnElsewhere(hospital.store, at: Timestamp(microsecondsSince1970: 0)))
        #expect(try await hospital.addAlert(2).id == AlertID(first.id.rawValue + 1))
    }
}
