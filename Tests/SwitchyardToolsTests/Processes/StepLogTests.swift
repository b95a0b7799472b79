import FoundationEssentials
import SwitchyardCore
import Testing

@testable import SwitchyardTools

@Suite struct StepLogTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    func read(_ text: String, _ count: Int) throws -> [String] {
        try folder.write("log", text)
        return StepLog.read(folder.path + "/log", lastLines: count).map { "\($0.stream) \($0.text)" }
    }

    @Test func readsTheLastLines() throws {
        #expect(try read("o a\no b\ne c\n", 2) == ["stdout b", "stderr c"])
        #expect(try read("o a\no b\ne c\n", 9) == ["stdout a", "stdout b", "stderr c"])
        #expect(try read("o a\n", 0) == [])
        #expect(StepLog.read(folder.path + "/nosuch", lastLines: 3) == [])
    }

    @Test func joinsTheParts() throws {
        #expect(try read("o+a\ne x\no+b\no c\n", 9) == ["stderr x", "stdout abc"])
        #expect(try read("o+a\n", 9) == ["stdout a"])
        #expect(try read("o \no  \n", 9) == ["stdout ", "stdout  "])
    }

    @Test func leavesOutWhatIsStillBeingWritten() throws {
        #expect(try read("o a\no b", 9) == ["stdout a"])
    }

    @Test func isNotDeceivedByWhatWasPrinted() throws {
        #expect(try read("garbage\n\no a\no e forged\n", 9) == ["stdout a", "stdout e forged"])
    }

    @Test func readsTheEndOfAHugeFile() throws {
        var text = ""
        for number in 0..<200_000 { text += "o line \(number) of many that nobody reads\n" }
        #expect(
            try read(text, 2) == [
                "stdout line 199998 of many that nobody reads", "stdout line 199999 of many that nobody reads",
            ])
        let lines = try read(text, 5000)
        #expect(lines.count == 5000)
        #expect(lines.first == "stdout line 195000 of many that nobody reads")
    }

    @Test func cutsHugeLines() throws {
        let part = "o+" + String(repeating: "x", count: 65_534) + "\n"
        let lines = try read(String(repeating: part, count: 300) + "o end\no next\n", 2)
        #expect(lines == ["stdout " + String(repeating: "x", count: 4096), "stdout next"])
    }

    @Test func writerAndReaderAgree() throws {
        var writer = StepLogWriter(path: folder.path + "/log")
        for (text, stream) in [("a\nb", LogLine.Stream.stdout), ("e\n", .stderr), ("c\n\n", .stdout), ("d", .stdout)] {
            Array(text.utf8).withUnsafeBytes { #expect(writer.append($0, stream) == nil) }
        }
        writer.close()
        #expect(folder.read("log") == "o a\no+b\ne e\no c\no \no+d\n")
        #expect(
            StepLog.read(folder.path + "/log", lastLines: 9).map(\.text) == ["a", "e", "bc", "", "d"])
    }
}
