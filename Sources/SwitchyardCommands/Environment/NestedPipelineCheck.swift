import Glibc
import OrderedCollections
import SwitchyardCore
import SwitchyardYAML

/// Finds what is wrong with the pipelines that the steps of a file name, before anything runs: one that is not there or
/// not valid, one that stands in itself, and inputs that it does not take or that are missing.
struct NestedPipelineCheck {
    let assembly: Assembly
    /// The files around the one that is looked at, the outermost first, that one the last.
    let files: [String]
    let places: SourceMap
    private var diagnostics: [Diagnostic] = []

    init(_ assembly: Assembly, files: [String], places: SourceMap) {
        self.assembly = assembly
        self.files = files
        self.places = places
    }

    /// What is wrong with those that `pipeline`, of the last of the files, names.
    static func diagnostics(
        for pipeline: Pipeline, files: [String], places: SourceMap, assembly: Assembly
    ) -> [Diagnostic] {
        var check = NestedPipelineCheck(assembly, files: files, places: places)
        check.visit(pipeline.steps, place: "steps")
        check.visit(pipeline.finally, place: "finally")
        return check.diagnostics
    }

    private mutating func visit(_ steps: [Step], place: String) {
        for (index, step) in steps.enumerated() {
            let place = "\(place)[\(index)]"
            switch step.kind {
            case .pipeline(let nested): check(nested, step, place: place + ".pipeline")
            case .group(let steps): visit(steps, place: place + ".steps")
            case .run, .argv, .tool, .prompt, .agent, .decide, .approval, .wait: break
            }
            for undo in step.compensate {
                if case .pipeline(let nested) = undo.kind { check(nested, undo, place: place + ".compensate.pipeline") }
            }
        }
    }

    private mutating func check(_ nested: NestedPipeline, _ step: Step, place: String) {
        let source = if case .path = nested.source { place + ".path" } else { place + ".id" }
        let location = places.location(of: source) ?? places.key(of: place) ?? step.location
        let file: String
        do throws(CommandFailure) {
            file = try NestedPipelines(assembly: assembly).file(of: nested.source, in: folder)
        } catch {
            diagnostics.append(Diagnostic(at: location, ErrorMessage.sentence(error)))
            return
        }
        let real = realPath(file)
        if let first = files.firstIndex(where: { realPath($0) == real }) {
            let chain = (files[first...] + [file]).joined(separator: " → ")
            diagnostics.append(Diagnostic(at: location, "these pipelines stand in one another: \(chain)"))
            return
        }
        let reading = assembly.reading(of: file, inside: files)
        guard let pipeline = reading.pipeline, !reading.diagnostics.hasErrors else {
            let first = reading.diagnostics.first { $0.severity == .error }
            // What is wrong with a file as a whole has no place in it.
            let place = first.flatMap { problem in
                reading.source == nil ? nil : ":\(problem.location.line):\(problem.location.column)"
            }
            diagnostics.append(
                Diagnostic(
                    at: location, "\(file)\(place ?? ""): \(first?.message ?? "the file is not valid")",
                    hint: first?.hint ?? Self.hint(for: nested.source, in: folder)))
            return
        }
        checkInputs(nested.inputs, of: pipeline, at: location, place: place + ".inputs")
    }

    /// The file that was meant by a path to nothing.
    private static func hint(for source: NestedPipeline.Source, in folder: String) -> String? {
        guard case .path(let path) = source, !path.hasPrefix("/") else { return nil }
        let inner = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        let whole = folder + inner
        let names = TextFile.names(in: whole.isEmpty ? "." : whole)
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        let nearest = NearestName.suggestion(for: String(path.dropFirst(inner.count)), among: names)
        return nearest.map { "did you mean `\(inner)\($0)`?" } ?? "a path counts from the folder of this file"
    }

    private mutating func checkInputs(
        _ given: OrderedDictionary<String, ValueTemplate>, of pipeline: Pipeline, at location: SourceLocation,
        place: String
    ) {
        for (name, value) in given {
            let location = places.location(of: "\(place).\(name)") ?? location
            guard let definition = pipeline.inputs[name] else {
                let hint = NearestName.suggestion(for: name, among: pipeline.inputs.keys).map {
                    "did you mean `\($0)`?"
                }
                diagnostics.append(
                    Diagnostic(at: location, "pipeline \(pipeline.id) has no input `\(name)`", hint: hint))
                continue
            }
            guard definition.kind != .secret else {
                diagnostics.append(
                    Diagnostic(
                        at: location,
                        "input `\(name)` of pipeline \(pipeline.id) is a secret, and a step cannot give it",
                        hint: "declare a secret `\(name)` in this pipeline too: it is passed on by its name"))
                continue
            }
            guard !value.references.contains(where: { $0.root == .secrets }) else {
                diagnostics.append(
                    Diagnostic(
                        at: location, "a secret cannot be given as the input `\(name)`: inputs are recorded",
                        hint: "declare a secret in pipeline \(pipeline.id): it is passed on by its name"))
                continue
            }
            guard case .literal(let literal) = value,
                let objection = InputResolver.objection(to: literal, as: definition)
            else { continue }
            diagnostics.append(
                Diagnostic(at: location, "input `\(name)` of pipeline \(pipeline.id) \(objection)"))
        }
        for (name, definition) in pipeline.inputs
        where definition.isRequired && definition.defaultValue == nil && definition.kind != .secret
            && given[name] == nil
        {
            diagnostics.append(
                Diagnostic(
                    at: location, "pipeline \(pipeline.id) wants the input `\(name)`",
                    hint: "give it under `inputs:` of the step"))
        }
    }

    /// Where the file at `path` is, by whichever of its names it is called.
    private func realPath(_ path: String) -> String {
        let path = assembly.environment.absolute(path)
        guard let real = realpath(path, nil) else { return path }
        defer { free(real) }
        return String(cString: real)
    }

    private var folder: String {
        files.last.flatMap { file in file.lastIndex(of: "/").map { String(file[...$0]) } } ?? ""
    }
}
