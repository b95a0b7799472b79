import TerminalUI
import Testing

@testable import SwitchyardDashboard

struct BoxLayoutTests {
    @Test func layersAreLongestPaths() {
        let layering = Layering(count: 5, edges: [(0, 1), (1, 2), (0, 2), (3, 2), (2, 4)])
        #expect(layering.layers == [0, 1, 2, 0, 3])
        #expect(layering.backEdges.isEmpty)
    }

    @Test func edgesThatLeadBackAreFound() {
        let layering = Layering(count: 4, edges: [(0, 1), (1, 2), (2, 0), (2, 3), (3, 1)])
        #expect(layering.backEdges == [2, 4])
        #expect(layering.layers == [0, 1, 2, 3])
    }

    @Test func edgesWithTheSameTargetsAheadShareTheirPassage() {
        // A chain of 0 to 5; 6, 7 and 8 lead to its end, and 0 to its end and the node before.
        let chain = (0..<5).map { (from: $0, to: $0 + 1, isHeavy: false) }
        let late = [6, 7, 8].map { (from: $0, to: 5, isHeavy: false) }
        let far = [(from: 0, to: 4, isHeavy: false), (from: 0, to: 5, isHeavy: true)]
        let ladder = Ladder(nodeLayers: [0, 1, 2, 3, 4, 5, 0, 0, 0], edges: chain + late + far)
        let passing = ladder.layers.map { $0.count { ladder.entries[$0].node == nil } }
        #expect(passing == [0, 2, 2, 2, 1, 0])
        // The heavy edge is heavy all the way.
        #expect(ladder.links.count { $0.isHeavy } == 5)
    }

    @Test func crossingsAreCounted() {
        let ladder = Ladder(
            nodeLayers: [0, 0, 0, 1, 1, 1],
            edges: [(0, 5, false), (1, 4, false), (2, 3, false)].map { (from: $0.0, to: $0.1, isHeavy: $0.2) })
        var sweeps = CrossingSweeps(ladder, standing: Standing([]))
        #expect(CrossingCount.total(ladder, layers: sweeps.layers, positions: sweeps.positions) == 3)
        sweeps.run()
        #expect(CrossingCount.total(ladder, layers: sweeps.layers, positions: sweeps.positions) == 0)
    }

    @Test func anOrderWithoutCrossingsStays() {
        let ladder = Ladder(
            nodeLayers: [0, 0, 1, 1, 1],
            edges: [(0, 2, false), (0, 3, false), (1, 4, false)].map { (from: $0.0, to: $0.1, isHeavy: $0.2) })
        var sweeps = CrossingSweeps(ladder, standing: Standing([]))
        sweeps.run()
        #expect(sweeps.layers == [[0, 1], [2, 3, 4]])
    }

    // MARK: Channels

    @Test func trunksApartShareATrack() {
        let channel = Channel([
            Channel.Net(sources: [0], targets: [2], isHeavy: false),
            Channel.Net(sources: [4], targets: [6], isHeavy: false),
        ])
        #expect(channel.trackCount == 1)
    }

    @Test func aSourceInLineWithAnothersTargetComesFirst() {
        let channel = Channel([
            Channel.Net(sources: [0], targets: [2], isHeavy: false),
            Channel.Net(sources: [2], targets: [4], isHeavy: false),
        ])
        #expect(channel.trackCount == 2)
        #expect(channel.trunks.map(\.track) == [1, 0])
    }

    @Test func aCircleIsCutInALineOfItsOwn() {
        let channel = Channel(
            [
                Channel.Net(sources: [0], targets: [4], isHeavy: true),
                Channel.Net(sources: [4], targets: [0], isHeavy: false),
            ], otherLines: [2])
        #expect(channel.trunks.count == 3)
        #expect(channel.trunks.filter { $0.net == 0 }.count == 1)
        let halves = channel.trunks.filter { $0.net == 1 }.sorted { $0.track < $1.track }
        #expect(halves.map(\.incoming) == [[4], [3]])
        #expect(halves.map(\.outgoing) == [[3], [0]])
        #expect(channel.trackCount == 3)
    }

    @Test func tracksNestWhereThatSavesCrossings() {
        // Of two that go down at once the lower one turns first, of two that go up the upper one, or they would cross.
        let down = Channel([
            Channel.Net(sources: [0], targets: [5], isHeavy: false),
            Channel.Net(sources: [2], targets: [7], isHeavy: false),
        ])
        #expect(down.trunks.map(\.track) == [1, 0])
        let up = Channel([
            Channel.Net(sources: [5], targets: [0], isHeavy: false),
            Channel.Net(sources: [7], targets: [2], isHeavy: false),
        ])
        #expect(up.trunks.map(\.track) == [0, 1])
        let lowerFirst = Channel([
            Channel.Net(sources: [2], targets: [7], isHeavy: false),
            Channel.Net(sources: [0], targets: [5], isHeavy: false),
        ])
        #expect(lowerFirst.trunks.map(\.track) == [0, 1])
    }

    // MARK: Glyphs

    @Test func armsMakeGlyphs() {
        #expect(LineArms(east: .light, west: .light).glyph(isASCII: false) == "─")
        #expect(LineArms(north: .light, east: .heavy, south: .light, west: .heavy).glyph(isASCII: false) == "┿")
        #expect(LineArms(east: .heavy, south: .heavy).glyph(isASCII: false) == "┏")
        #expect(LineArms(north: .heavy, east: .light, south: .light).glyph(isASCII: false) == "┞")
        #expect(LineArms(east: .heavy, west: .heavy).glyph(isASCII: true) == "=")
        #expect(LineArms(north: .light, west: .light).glyph(isASCII: true) == "+")
        #expect(LineArms().glyph(isASCII: false) == .blank)
    }
}
