import SwitchyardCore

/// Where a replay stands, and whether it moves.
struct Playback: Hashable, Sendable {
    enum Motion: Hashable, Sendable {
        /// Events are still coming; the cursor stands at the end of what there is. `paused` or `playing` follows.
        case loading(then: Opening)
        /// Nothing moves. `playing` may follow.
        case paused
        /// The cursor was moved last at `since` of the clock on the wall. `paused` may follow.
        case playing(since: Timestamp)
    }

    /// What happens once the events are there.
    enum Opening: Hashable, Sendable {
        case standAtEnd
        case play(from: Duration)
    }

    static let speeds = 0.1...100.0

    private(set) var motion: Motion
    /// How many events have happened at the cursor.
    private(set) var count = 0
    /// The cursor's moment, not before the last of those events.
    private(set) var time = Timestamp(microseconds: 0)
    private(set) var snapshot: RunSnapshot
    private(set) var speed: Double

    init(run: RunID, opening: Opening, speed: Double = 1) {
        motion = .loading(then: opening)
        snapshot = RunSnapshot(run: run)
        self.speed = min(max(speed, Self.speeds.lowerBound), Self.speeds.upperBound)
    }

    var isPlaying: Bool {
        switch motion {
        case .playing: true
        case .loading, .paused: false
        }
    }

    // MARK: Events

    /// More events are there.
    mutating func extend(_ timeline: RunTimeline) {
        switch motion {
        case .loading(.standAtEnd): stand(after: timeline.count, in: timeline)
        case .loading(.play), .paused, .playing: break
        }
    }

    /// All events are there.
    mutating func finishLoading(_ timeline: RunTimeline, now: Timestamp) {
        guard case .loading(let opening) = motion else { return }
        switch opening {
        case .standAtEnd:
            motion = .paused
            stand(after: timeline.count, in: timeline)
        case .play(let from):
            motion = .playing(since: now)
            move(to: timeline.origin.advanced(by: from), in: timeline)
        }
    }

    // MARK: Moving

    mutating func togglePlaying(_ timeline: RunTimeline, now: Timestamp) {
        if isPlaying {
            motion = .paused
            return
        }
        if count >= timeline.count { stand(after: 1, in: timeline) }
        motion = .playing(since: now)
    }

    mutating func pause() {
        motion = .paused
    }

    /// Lets the wall clock's time pass.
    mutating func advance(_ timeline: RunTimeline, now: Timestamp) {
        guard case .playing(let since) = motion else { return }
        let passed = Double(max(0, now.since(since).wholeMicroseconds)) * speed
        motion = .playing(since: now)
        move(to: time.advanced(by: .microseconds(Int64(passed))), in: timeline)
        if count >= timeline.count { motion = .paused }
    }

    /// Moves to a time, within the run.
    mutating func move(to target: Timestamp, in timeline: RunTimeline) {
        let first = min(timeline.events.first?.time ?? timeline.origin, timeline.origin)
        let last = timeline.head.lastTime ?? timeline.origin
        let target = min(max(target, first), last)
        count = timeline.count(at: target)
        time = target
        snapshot = timeline.snapshot(after: count, near: snapshot)
    }

    mutating func seek(by duration: Duration, in timeline: RunTimeline) {
        move(to: time.advanced(by: duration), in: timeline)
    }

    /// Stands right after the first `number` events.
    mutating func stand(after number: Int, in timeline: RunTimeline) {
        count = min(max(0, number), timeline.count)
        time = count > 0 ? timeline.events[count - 1].time : timeline.origin
        snapshot = timeline.snapshot(after: count, near: snapshot)
    }

    /// Stands after the last event, or will once all are there.
    mutating func standAtEnd(in timeline: RunTimeline) {
        switch motion {
        case .loading: motion = .loading(then: .standAtEnd)
        case .paused, .playing: break
        }
        stand(after: timeline.count, in: timeline)
    }

    /// Moves by events and stops there.
    mutating func step(by events: Int, in timeline: RunTimeline) {
        motion = .paused
        stand(after: max(min(1, timeline.count), count + events), in: timeline)
    }

    /// Moves to the next or the previous failure and stops there; false if there is none.
    mutating func moveToFailure(forward: Bool, in timeline: RunTimeline) -> Bool {
        let target =
            forward
            ? timeline.failures.first { $0 + 1 > count } : timeline.failures.last { $0 + 1 < count }
        guard let target else { return false }
        motion = .paused
        stand(after: target + 1, in: timeline)
        return true
    }

    mutating func multiplySpeed(by factor: Double) {
        let changed = (speed * factor * 100).rounded() / 100
        speed = min(max(changed, Self.speeds.lowerBound), Self.speeds.upperBound)
    }

    mutating func resetSpeed() {
        speed = 1
    }
}
