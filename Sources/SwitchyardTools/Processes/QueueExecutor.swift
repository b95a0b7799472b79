import Dispatch

/// Runs an actor on a queue instead of the threads that run tasks: for one that waits for a disk.
final class QueueExecutor: SerialExecutor {
    private let queue = Blocking.queue()

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
