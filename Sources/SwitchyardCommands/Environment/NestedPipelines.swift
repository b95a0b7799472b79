import SwitchyardCore
import SwitchyardEngine
import SwitchyardYAML

/// The pipelines that steps name: by a path that counts from the folder of the file that names it, or by the id of a
/// pipeline in that folder.
struct NestedPipelines: PipelineCatalog {
    let assembly: Assembly

    func pipeline(
        _ source: NestedPipeline.Source, inputs: Value, in parent: RunCreated
    ) async -> Result<RunnablePipeline, StepFailure> {
        await OffPool.run { found { () throws(CommandFailure) in try load(source, inputs: inputs, in: parent) } }
    }

    func pipeline(recordedIn created: RunCreated) async -> Result<RunnablePipeline, StepFailure> {
        await OffPool.run {
            found { () throws(CommandFailure) in
                let loaded = try assembly.pipeline(recordedIn: created)
                let secrets = try assembly.secrets(
                    for: loaded.pipeline, recorded: created.secretSources, given: [], asks: false)
                return RunnablePipeline(
                    pipeline: loaded.pipeline, graph: loaded.graph,
                    inputs: RunInputs(created.inputs, secrets: secrets, secretSources: created.secretSources),
                    settings: created.settings)
            }
        }
    }

    private func found(
        _ load: () throws(CommandFailure) -> RunnablePipeline
    ) -> Result<RunnablePipeline, StepFailure> {
        do throws(CommandFailure) {
            return .success(try load())
        } catch {
            return .failure(StepFailure(.invalidInput, ErrorMessage.sentence(error)))
        }
    }

    private func load(
        _ source: NestedPipeline.Source, inputs: Value, in parent: RunCreated
    ) throws(CommandFailure) -> RunnablePipeline {
        let file = try file(of: source, in: folder(of: parent))
        let loaded = try assembly.pipeline(at: file)
        try loaded.checkIsRunnable()
        let resolved = try assembly.inputs(for: loaded.pipeline, given: inputs, parentSecrets: parent.secretSources)
        return RunnablePipeline(
            pipeline: loaded.pipeline, graph: loaded.graph, inputs: resolved, settings: loaded.recordedSettings())
    }

    /// The file of the pipeline that `source` names in a file of `folder`.
    func file(of source: NestedPipeline.Source, in folder: String) throws(CommandFailure) -> String {
        switch source {
        case .path(let path): path.hasPrefix("/") ? path : folder + path
        case .id(let id): try file(ofPipeline: id, in: folder)
        }
    }

    /// The folder of the file that a run was made from, with a slash at its end, as the person named it; of one that was
    /// named from another folder than the current one, the run's own.
    private func folder(of created: RunCreated) -> String {
        // Absolute only where the process stands elsewhere now: messages name files as the person did.
        if let folder = created.folder, folder != assembly.environment.folder(of: created.file) { return folder + "/" }
        let path = created.file
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
        if InputFile.objection(to: assembly.environment.absolute(path)) == nil || path.hasPrefix("/") { return folder }
        return "\(created.workspace)/\(folder)"
    }

    private func file(ofPipeline id: String, in folder: String) throws(CommandFailure) -> String {
        let names = TextFile.names(in: folder.isEmpty ? "." : folder)
        var ids: [String] = []
        for name in names where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            guard case .success(let file) = InputFile.read(folder + name, limit: InputResolver.maximumFileSize) else {
                continue
            }
            guard let found = YAMLText.value(of: file.text, file: name).value?["id"].stringValue else { continue }
            if found == id { return folder + name }
            ids.append(found)
        }
        throw .usage(
            "there is no pipeline \(id) in \(folder.isEmpty ? "this folder" : folder)",
            hint: NearestName.suggestion(for: id, among: ids).map { "did you mean \($0)?" })
    }
}
