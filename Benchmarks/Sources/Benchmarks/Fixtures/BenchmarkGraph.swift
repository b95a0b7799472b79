import SwitchyardCore

/// Steps that need each other, by number: what the engine and the floors run alike.
struct BenchmarkGraph {
    let name: String
    /// The steps that each step needs.
    let needs: [[Int]]

    var count: Int { needs.count }

    /// Steps that need nothing.
    static func fan(_ count: Int) -> BenchmarkGraph {
        BenchmarkGraph(name: "fan of \(count)", needs: Array(repeating: [], count: count))
    }

    /// Steps one after the other.
    static func chain(_ count: Int) -> BenchmarkGraph {
        BenchmarkGraph(name: "chain of \(count)", needs: (0..<count).map { $0 == 0 ? [] : [$0 - 1] })
    }

    /// `layers` of `width` steps, each needing three neighbours of the layer before.
    static func layers(_ layers: Int, width: Int) -> BenchmarkGraph {
        let needs = (0..<layers * width).map { step -> [Int] in
            let (layer, column) = step.quotientAndRemainder(dividingBy: width)
            return layer == 0 ? [] : (0..<3).map { (layer - 1) * width + (column + $0) % width }
        }
        return BenchmarkGraph(name: "\(layers) layers of \(width)", needs: needs)
    }

    /// The steps that need each step.
    var dependents: [[Int]] {
        var dependents = [[Int]](repeating: [], count: count)
        for (step, needs) in needs.enumerated() {
            for need in needs { dependents[need].append(step) }
        }
        return dependents
    }

    /// The pipeline whose steps are all of `kind`.
    func pipeline(of kind: StepKind, effect: Effect? = nil) throws -> PlannedPipeline {
        let place = SourceLocation(file: "benchmark", line: 1, column: 1)
        let ids = needs.indices.map { "step-\($0)" }
        let steps = needs.enumerated().map { index, needs in
            Step(
                id: ids[index], location: place, kind: kind, needs: needs.map { Located(ids[$0], at: place) },
                effect: effect)
        }
        let pipeline = Pipeline(id: "benchmark", steps: steps)
        return PlannedPipeline(pipeline: pipeline, graph: try PipelineGraph.build(pipeline))
    }
}

/// A pipeline with its graph.
struct PlannedPipeline {
    var pipeline: Pipeline
    var graph: PipelineGraph
}
