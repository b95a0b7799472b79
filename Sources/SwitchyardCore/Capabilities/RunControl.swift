/// A way for other processes to steer the runs that this one owns.
package protocol RunControl: Sendable {
    /// Lets others reach `run` until the door is closed; nil where that cannot be, which keeps no run from going on.
    ///
    /// - Parameters:
    ///   - folder: the folder of the run's own files, absolute.
    ///   - handle: passes a command on; answers why it changed nothing, or nil once it is recorded.
    func open(
        _ run: RunID, folder: String, handle: @escaping @Sendable (RunCommand, Actor) async -> CommandRefusal?
    ) async -> (any RunDoor)?
}

/// The open way to one run.
package protocol RunDoor: Sendable {
    /// Lets nobody in any more, and returns once everybody who was heard has the answer.
    func close() async
}
