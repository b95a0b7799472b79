import SwitchyardCore

extension PipelineReading {
    /// What `fields` say beside the steps: those of a pipeline or of a settings file.
    mutating func settings(_ fields: Fields) -> Settings {
        var settings = Settings()
        if let field = fields["defaults"] { settings.defaults = defaults(field) }
        notes = [:]
        if let field = fields["models"] { models(field, into: &settings) }
        if let field = fields["experts"] { experts(field, into: &settings) }
        settings.strategy = noted(fields["strategy"]).flatMap { choice($0) }.flatMap(ModelStrategy.init)
        if let field = fields["budget"], let limits = self.fields(of: field) {
            settings.budget = budget(limits, of: field)
            spending(limits, into: &settings.routing)
            if settings.budget.onExceed != nil, settings.budget.budget == nil, origin == .pipeline {
                report(
                    field.key, "`budget` limits nothing: it has neither `usd` nor `tokens`",
                    hint: "for example `budget: {usd: 0.50}`", severity: .warning)
            }
        }
        if let field = fields["providers"] { providers(field, into: &settings) }
        if let field = fields["catalogue"] { catalogue(field, into: &settings) }
        if let field = fields["routing"] { routing(field, into: &settings.routing) }
        settings.maxConcurrentSteps = noted(fields["max_concurrent_steps"]).flatMap { integer($0) }
        settings.store = noted(fields["store"]).flatMap { name($0) }
        settings.theme = noted(fields["theme"]).flatMap { name($0) }
        settings.given = notes
        return settings
    }

    private mutating func defaults(_ field: Field) -> Policies {
        guard field.node.map != nil else {
            wrongType(field)
            return Policies()
        }
        let fields = fields(of: field.node, .defaults, prefix: "defaults.") { name in
            guard KeyTable.step[name] != nil else { return nil }
            return ("`\(name)` belongs to one step and cannot stand in `defaults`", nil)
        }
        return policies(fields)
    }

    /// Reads settings from outside: everything below the pipeline into ``base``, flags into ``flags``.
    mutating func read(_ layers: [SettingsLayer]) {
        for layer in layers {
            let settings: Settings
            switch layer.origin {
            case .flag:
                origin = .flag
                settings = flags(layer.text)
                flags = settings.inheriting(flags)
            case .project:
                origin = .project
                settings = file(layer)
                project = settings.inheriting(project)
            case .user:
                origin = .user
                settings = file(layer)
                user = settings.inheriting(user)
            }
        }
        origin = .pipeline
        // A strategy from the command line holds for steps that have one of their own as well.
        if flags.defaults.strategy == nil { flags.defaults.strategy = flags.strategy }
        let all = outerSettings
        let changed = changedCatalogue(all)
        changedCatalogue = changed
        checkProviders(all)
        checkRouting(all, changed?.catalogue ?? .shipped)
    }

    /// Everything from outside of the pipeline.
    var outerSettings: Settings { flags.inheriting(project).inheriting(user) }

    private mutating func file(_ layer: SettingsLayer) -> Settings {
        inDocument(YAMLDocument(layer.text, file: layer.file)) { reading in
            guard let root = reading.document.root, !root.isBroken else { return Settings() }
            guard root.map != nil else {
                reading.report(
                    root, "a settings file is a map of keys, not \(root.described)",
                    hint: "for example `defaults: {timeout: 60s}`")
                return Settings()
            }
            let fields = reading.fields(of: root, .settings) { name in
                if KeyTable.defaults[name] != nil {
                    return ("`\(name)` is a policy of steps", "write `defaults: {\(name): …}`")
                }
                guard KeyTable.pipeline[name] != nil else { return nil }
                return ("`\(name)` belongs to one pipeline and cannot stand in a settings file", nil)
            }
            return reading.settings(fields)
        }
    }

    /// What `body` reads from `document`, with the problems of the document itself reported.
    private mutating func inDocument(_ document: YAMLDocument, _ body: (inout Self) -> Settings) -> Settings {
        let outer = self.document
        self.document = document
        defer { self.document = outer }
        // Settings may be empty.
        if !document.isEmpty { diagnostics += document.diagnostics }
        return body(&self)
    }

    // MARK: Flags

    private mutating func flags(_ text: String) -> Settings {
        var settings = Settings()
        guard !text.isEmpty else { return settings }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let later = flag(String(line), line: number) { settings = later.inheriting(settings) }
        }
        return settings
    }

    /// What `KEY=VALUE` says, the text of line `line`, from 0.
    private mutating func flag(_ text: String, line: Int) -> Settings? {
        let place = SourceLocation(file: SettingsLayer.flagName, line: line + 1, column: 1)
        guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
            diagnostics.append(
                Diagnostic(
                    at: place, "`\(SettingsLayer.flagName)` wants a key and a value",
                    hint: "for example `\(SettingsLayer.flagName) retry.max_attempts=3`"))
            return nil
        }
        let key = String(text[..<equals])
        guard let path = SettingKeys.path(of: key) else {
            diagnostics.append(
                Diagnostic(at: place, "there is no setting `\(key)`", hint: SettingKeys.hint(for: key)))
            return nil
        }
        // What stands before the value is blanked, so that places in the value are places in the line.
        let lead = String(repeating: "\n", count: line) + String(repeating: " ", count: key.unicodeScalars.count + 1)
        let document = YAMLDocument(lead + text[text.index(after: equals)...], file: SettingsLayer.flagName)
        guard !document.isEmpty else {
            diagnostics.append(
                Diagnostic(
                    at: SourceLocation(file: place.file, line: place.line, column: key.count + 2),
                    "nothing stands behind `\(key)=`", hint: "for an empty text, write `\(key)='\"\"'`"))
            return nil
        }
        return inDocument(document) { reading in
            guard var node = document.root else { return Settings() }
            for name in path.reversed() {
                let scalar = YAMLScalar(text: name, style: .plain, value: .string(name))
                let key = YAMLNode(content: .scalar(scalar), offset: line, isFlow: false, size: 1, height: 0)
                node = YAMLNode(
                    content: .map([YAMLEntry(name: name, key: key, value: node)]), offset: line, isFlow: false,
                    size: node.size + 2, height: node.height + 1)
            }
            let fields = reading.fields(of: node, .settings)
            return reading.settings(fields)
        }
    }
}
