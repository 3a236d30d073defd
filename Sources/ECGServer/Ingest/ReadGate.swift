/// Why a connection's socket is not being read, if it is not.
struct ReadGate {
    /// Whether the channel wants to be read and has not been.
    var isAsked = false
    /// Whether the device, or its address, has had its share for now.
    var isPaused = false
    /// Whether what was received waits for its turn on the loop, and whether more has come since: one more read is taken, since
    /// turns mostly come at once and to stop and begin again costs two system calls.
    var isWaitingForTurn = false
    var hasMoreThanOneTurn = false
    /// Whether what was received waits for room in the queue for the disk.
    var isWaitingForRoom = false
    /// Whether the server is stopping: nothing new comes in, so that the last acknowledgement can be given.
    var isDraining = false

    /// Whether nothing on this side speaks against reading.
    var isOpen: Bool { !isPaused && !hasMoreThanOneTurn && !isWaitingForRoom && !isDraining }
}
