import SwitchyardCore
import SwitchyardTestSupport
import SwitchyardTools
import Testing

/// What every tool promises.
@Suite struct ToolRegistryTests {
    static let registry = ToolRegistry()

    @Test func listsEveryTool() {
        #expect(
            Self.registry.names == [
                "file.list", "file.read", "file.write", "http.get", "http.request", "json.query", "process", "shell",
                "sql.query",
            ])
        #expect(Self.registry.tool(named: "file.reed") == nil)
    }

    @Test(arguments: registry.names)
    func describesItself(name: String) throws {
        let tool = try #require(Self.registry.tool(named: name))
        #expect(tool.name == name)
        #expect(tool.summary.hasSuffix("."))
        #expect(Set(tool.parameters.map(\.name)).count == tool.parameters.count)
        #expect(tool.parameters.allSatisfy { !$0.summary.isEmpty })
    }

    @Test(
        arguments: [
            ("shell", Value.null, Effect.unsafe), ("process", .null, .unsafe), ("file.read", .null, .pure),
            ("file.list", .null, .pure), ("file.write", .null, .idempotent),
            ("file.write", ["mode": "append"], .unsafe),
            ("file.write", ["mode": "create"], .unsafe), ("http.get", .null, .pure),
            ("http.request", ["method": "get"], .pure), ("http.request", ["method": "POST"], .unsafe),
            ("http.request", .null, .unsafe), ("json.query", .null, .pure), ("sql.query", ["sql": "SELECT 1"], .pure),
            ("sql.query", ["sql": "DELETE FROM a"], .unsafe), ("sql.query", .null, .unsafe),
        ] as [(String, Value, Effect)])
    func effects(name: String, arguments: Value, effect: Effect) throws {
        #expect(try #require(Self.registry.tool(named: name)).effect(of: arguments) == effect)
    }

    /// A cancelled task gets nothing done that changes the world.
    @Test(arguments: ["shell", "process"])
    func startsNothingWhenCancelled(name: String) async throws {
        let folder = try TemporaryFolder()
        let tool = try #require(Self.registry.tool(named: name))
        let gate = Gate()
        let task = Task {
            await gate.wait()
            return await tool.call(
                name == "shell" ? ["script": "touch a"] : ["argv": ["touch", "a"]], in: folder)
        }
        task.cancel()
        gate.open()
        #expect(await task.value == .cancelled)
        #expect(try folder.names() == [])
    }
}
