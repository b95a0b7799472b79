import Foundation
import SwitchyardCore
import SwitchyardYAML
import Testing

/// A file that cannot be read is a diagnostic like any other.
struct FileTests {
    private static func inFolder(_ body: (String) throws -> Void) throws {
        let folder = NSTemporaryDirectory() + "switchyard-yaml-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private static func read(_ path: String) -> String {
        PipelineReader.read(path: path, tools: StubTools()).text
    }

    @Test func `a file that is not there, and a folder`() throws {
        try Self.inFolder { folder in
            #expect(Self.read("\(folder)/p.yaml") == "\(folder)/p.yaml:1:1: error: there is no such file\n")
            #expect(
                Self.read(folder)
                    == "\(folder):1:1: error: this is a folder, not a file\n  hint: name the pipeline file inside it\n")
        }
    }

    @Test func `a file inside a file`() throws {
        try Self.inFolder { folder in
            try Data().write(to: URL(fileURLWithPath: "\(folder)/p"))
            #expect(
                Self.read("\(folder)/p/q.yaml")
                    == "\(folder)/p/q.yaml:1:1: error: there is no such file: a part of the path is no folder\n")
        }
    }

    @Test func `bytes that are no text`() throws {
        try Self.inFolder { folder in
            let path = "\(folder)/p.yaml"
            try Data([0x61, 0x0A, 0x62, 0xFF, 0x0A]).write(to: URL(fileURLWithPath: path))
            #expect(Self.read(path) == "\(path):2:1: error: the file is not UTF-8 text\n  hint: save it as UTF-8\n")
            try Data([0xFF, 0xFE, 0x61, 0x00]).write(to: URL(fileURLWithPath: path))
            #expect(Self.read(path) == "\(path):1:1: error: the file is UTF-16, not UTF-8\n  hint: save it as UTF-8\n")
        }
    }

    @Test func `a file without end is not read to its end`() {
        #expect(
            Self.read("/dev/zero") == "/dev/zero:1:1: error: the file is larger than 4 MiB, the most Switchyard reads\n"
        )
    }

    @Test func `a file that is fine`() throws {
        let result = PipelineReader.read(path: Fixtures.path("valid/ci_report.yaml"), tools: StubTools())
        #expect(result.text == "")
        #expect(result.pipeline?.file.hasSuffix("ci_report.yaml") == true)
    }
}
