import Dispatch
import Glibc
import SwitchyardCore
import SwitchyardTestSupport
import Testing

@testable import SwitchyardTools

@Suite struct BlockingTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func cancellationReachesTheWork() async {
        let begun = Gate()
        let task = Task {
            await Blocking.call { cancellation in
                begun.open()
                while true { try cancellation.check() }
            }
        }
        await begun.wait()
        task.cancel()
        #expect(await task.value == .cancelled)
    }

    @Test func whatWaitsHoldsUpNobodyElse() async {
        let (count, released) = (2 * Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))) + 1, DispatchSemaphore(value: 0))
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                let begun = Gate()
                group.addTask {
                    await Blocking.run { _ in
                        begun.open()
                        released.wait()
                    }
                }
                await begun.wait()
            }
            #expect(await Task.detached { 1 }.value == 1)
            for _ in 0..<count { released.signal() }
        }
    }

    @Test func whatIsDoneAllTheSameCounts() async {
        let (begun, cancelled) = (Gate(), Gate())
        let task = Task {
            await Blocking.call { cancellation in
                begun.open()
                while !cancellation.isCancelled {}
                cancelled.open()
                return ToolOutput(1)
            }
        }
        await begun.wait()
        task.cancel()
        await cancelled.wait()
        #expect(await task.value == .succeeded(ToolOutput(1)))
    }

    static let calls: [(any Tool, Value)] = [
        (FileListTool(), ["path": "."]),
        (FileReadTool(), ["path": "a"]),
        (FileWriteTool(), ["path": "b", "content": ""]),
        (JSONQueryTool(), ["value": [1], "query": "$[0]"]),
        (SQLQueryTool(), ["database": "c.db", "sql": "CREATE TABLE t (a)"]),
    ]

    @Test(arguments: calls)
    func cancelledCallsAreNotBegun(tool: any Tool, arguments: Value) async throws {
        try folder.write("a", "1")
        let result = await Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await tool.call(arguments, in: folder)
        }.value
        #expect(result == .cancelled)
        #expect(try folder.names() == ["a"])
    }

    @Test func readingStops() throws {
        let cancellation = Cancellation()
        cancellation.cancel()
        try folder.write("a", "1")
        #expect(throws: CancellationError.self) {
            try FileContents.read(folder.path + "/a", named: "a", limit: 10, cancellation)
        }
    }
}
