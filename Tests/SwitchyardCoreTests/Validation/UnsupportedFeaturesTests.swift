import SwitchyardCore
import Testing

/// What a run refuses is said at the key where it was asked for.
struct UnsupportedFeaturesTests {
    @Test func `a valid pipeline may ask for more than a run does`() {
        let place = SwitchyardCore.SourceLocation(file: "p", line: 3, column: 3)
        var step = Step(id: "a", location: place, kind: .argv([Template(literal: "ls")]), executor: "ray")
        step.allowPaths = []
        let pipeline = Pipeline(id: "p", steps: [step], file: "p")
        var places = SourceMap()
        places.recordKey("steps[0].executor", at: SwitchyardCore.SourceLocation(file: "p", line: 7, column: 5))
        let found = UnsupportedFeatures.diagnostics(for: pipeline, places: places)
        #expect(
            found.map(\.message) == [
                "`executor` is part of the format, but this version of Switchyard does not run it yet"
            ])
        #expect(found.map(\.location.line) == [7])
        #expect(UnsupportedFeatures.diagnostics(for: pipeline).map(\.location) == [place])
    }
}
