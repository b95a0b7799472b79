import Glibc
import Testing

@testable import SwitchyardCommands

@Suite struct SettingsFilesTests {
    private let folder = TemporaryFolder()
    private var root: String { folder.path }

    private func found(_ pipeline: String?, _ variables: [String: String] = [:], in current: String? = nil) -> [String]
    {
        let environment = ProcessEnvironment(
            variables: variables, workingDirectory: current ?? root, userName: "ada")
        return SettingsFiles.discover(pipelineFile: pipeline, environment: environment).map { file in
            let path = file.path.replacing(root, with: "")
            switch file.content {
            case .success(let text): return "\(file.origin) \(path): \(text)"
            case .failure(let failure): return "\(file.origin) \(path) \(failure.reason)"
            }
        }
    }

    @Test func `the first one upwards from the pipeline's folder`() {
        for name in ["a", "a/b", "a/b/c"] { folder.makeFolder(name) }
        folder.write("outer", to: "switchyard.yaml")
        #expect(found("a/b/c/p.yaml") == ["project /switchyard.yaml: outer"])
        folder.write("inner", to: "a/b/switchyard.yml")
        #expect(found("a/b/c/p.yaml") == ["project /a/b/switchyard.yml: inner"])
        #expect(found("\(root)/a/p.yaml") == ["project /switchyard.yaml: outer"])
        #expect(found("p.yaml", in: "\(root)/a/b/c") == ["project /a/b/switchyard.yml: inner"])
        #expect(found(nil, in: "\(root)/a/b") == ["project /a/b/switchyard.yml: inner"])
        folder.write("first", to: "a/b/switchyard.yaml")
        #expect(found("a/b/p.yaml") == ["project /a/b/switchyard.yaml: first"])
    }

    @Test func `no further than the repository`() {
        for name in ["repository", "repository/.git", "repository/sub", "worktree", "worktree/sub"] {
            folder.makeFolder(name)
        }
        folder.write("gitdir: elsewhere", to: "worktree/.git")
        folder.write("outer", to: "switchyard.yaml")
        #expect(found("repository/sub/p.yaml") == [])
        #expect(found("worktree/sub/p.yaml") == [])
        folder.write("its own", to: "repository/switchyard.yaml")
        #expect(found("repository/sub/p.yaml") == ["project /repository/switchyard.yaml: its own"])
    }

    @Test func `upwards from where the folder really is`() {
        for name in ["real", "real/sub", "other"] { folder.makeFolder(name) }
        folder.write("real", to: "real/switchyard.yaml")
        folder.write("other", to: "other/switchyard.yaml")
        symlink("\(root)/real/sub", "\(root)/other/link")
        #expect(found("other/link/p.yaml") == ["project /real/switchyard.yaml: real"])
    }

    @Test func `the user's file`() {
        for name in [".git", "config", "config/switchyard", ".config", ".config/switchyard"] { folder.makeFolder(name) }
        #expect(found("p.yaml", ["HOME": root]) == [])
        folder.write("home", to: ".config/switchyard/config.yaml")
        folder.write("xdg", to: "config/switchyard/config.yaml")
        #expect(found("p.yaml", ["HOME": root]) == ["user /.config/switchyard/config.yaml: home"])
        let both = ["HOME": root, "XDG_CONFIG_HOME": "\(root)/config"]
        #expect(found("p.yaml", both) == ["user /config/switchyard/config.yaml: xdg"])
        let relative = ["HOME": root, "XDG_CONFIG_HOME": "config"]
        #expect(found("p.yaml", relative) == ["user /.config/switchyard/config.yaml: home"])
        #expect(found("p.yaml", ["HOME": ""]) == [])
        folder.write("project", to: "switchyard.yaml")
        #expect(
            found("p.yaml", both) == [
                "project /switchyard.yaml: project", "user /config/switchyard/config.yaml: xdg",
            ])
    }

    @Test func `a file that cannot be read is not passed over`() {
        for name in [".git", "sub", "sub/switchyard.yaml"] { folder.makeFolder(name) }
        folder.write("outer", to: "switchyard.yaml")
        #expect(found("sub/p.yaml") == ["project /sub/switchyard.yaml is a folder"])
        symlink("nowhere", "\(root)/sub/switchyard.yml")
        rmdir("\(root)/sub/switchyard.yaml")
        #expect(found("sub/p.yaml") == ["project /sub/switchyard.yml is not there"])
    }

    @Test(.enabled(if: getuid() == 0, "giving a file away needs root"))
    func `a file of another user above the pipeline`() {
        for name in [".git", "sub"] { folder.makeFolder(name) }
        folder.write("theirs", to: "switchyard.yaml")
        chown("\(root)/switchyard.yaml", 12_345, 12_345)
        #expect(found("sub/p.yaml") == ["project /switchyard.yaml belongs to another user, and is not read"])
        #expect(found("p.yaml") == ["project /switchyard.yaml: theirs"])
    }
}
