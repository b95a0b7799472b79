import SwitchyardCore

// What keys do in a replay, beyond what they do in every run's screen.

extension DashboardState {
    mutating func play(_ playing: KeyCommand.Playing) {
        guard let run, var playback = run.playback else { return }
        let timeline = run.timeline
        switch playback.motion {
        // A person who moves does not wait for the rest to be read; only the end is not known before it is.
        case .loading: if playing != .toEnd { playback.pause() }
        case .paused, .playing: break
        }
        switch playing {
        case .togglePlaying: playback.togglePlaying(timeline, now: now)
        case .seekBack: playback.seek(by: .seconds(-5), in: timeline)
        case .seekForward: playback.seek(by: .seconds(5), in: timeline)
        case .previousEvent: playback.step(by: -1, in: timeline)
        case .nextEvent: playback.step(by: 1, in: timeline)
        case .slower: playback.multiplySpeed(by: 1 / 1.1)
        case .faster: playback.multiplySpeed(by: 1.1)
        case .halfSpeed: playback.multiplySpeed(by: 0.5)
        case .doubleSpeed: playback.multiplySpeed(by: 2)
        case .normalSpeed: playback.resetSpeed()
        case .previousMarker, .nextMarker:
            let forward = playing == .nextMarker
            if !playback.moveToFailure(forward: forward, in: timeline) {
                toast = .refusal("nothing failed \(forward ? "after" : "before") this")
            }
        case .toStart: playback.stand(after: min(1, timeline.count), in: timeline)
        case .toEnd: playback.standAtEnd(in: timeline)
        }
        self.run?.playback = playback
    }
}

extension RunState {
    mutating func seekReplay(to time: Duration) {
        playback?.pause()
        playback?.move(to: timeline.origin.advanced(by: time), in: timeline)
    }
}
