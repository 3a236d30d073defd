import ECGServer
import Testing

@Suite("Waiting for room in the queue for the disk")
struct RoomQueueTests {
    @Test("urgent connections come in as soon as there is room for them, the others when there is for all")
    func urgentFirst() {
        var queue = RoomQueue<Int>()
        for number in 1...6 { queue.add(number, isUrgent: number.isMultiple(of: 2)) }
        var ready = queue.next { _ in true }
        #expect(ready == [])
        ready = queue.next { !$0 }
        #expect(ready == [2, 4, 6])
        ready = queue.next { !$0 }
        #expect(ready == [])
        queue.add(8, isUrgent: true)
        ready = queue.next { _ in false }
        #expect(ready == [1, 3, 5, 8])
        #expect(queue.isEmpty)
    }
}
