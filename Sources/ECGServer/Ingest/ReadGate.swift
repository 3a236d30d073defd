/// Why a connection's socket is not being read, if it is not.
struct ReadGate {
    enum Turn {
        /// The connection has not been put off.
        case notNeeded
        case waiting
        case taken
    }

    /// Whether the channel wants to be read and has not been.
    var isAsked = false
    /// Whether the device, or its address, has had its share for now.
    var isPaused = false
    /// Whether what was received waits for room in the queue for the disk.
    var isWaitingForRoom = false
    /// Whether the server is stopping: nothing new comes in, so that the last acknowledgement can be given.
    var isDraining = false
    /// Its place among the connections of a loop that is behind.
    var turn = Turn.notNeeded

    /// Whether nothing on this side speaks against reading but the order of turns.
    var isOpen: Bool { !isPaused && !isWaitingForRoom && !isDraining }
}
