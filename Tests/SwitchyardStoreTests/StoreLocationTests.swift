import SwitchyardCore
import SwitchyardStore
import Testing

@Suite struct StoreLocationTests {
    @Test(
        arguments: [
            ("/srv/store", [:], "/srv/store"),
            ("jsonl:/srv/store", [:], "jsonl:/srv/store"),
            ("jsonl:~/store", ["HOME": "/home/ada"], "jsonl:/home/ada/store"),
            ("~/store", ["HOME": "/home/ada"], "/home/ada/store"),
            ("here", ["SWITCHYARD_STORE": "/there"], "here"),
            (nil, ["SWITCHYARD_STORE": "jsonl:there", "XDG_STATE_HOME": "/state"], "jsonl:there"),
            (nil, ["SWITCHYARD_STORE": "", "XDG_STATE_HOME": "/state", "HOME": "/home/ada"], "/state/switchyard"),
            (nil, ["XDG_STATE_HOME": "relative", "HOME": "/home/ada"], "/home/ada/.local/state/switchyard"),
            (nil, ["HOME": "/home/ada"], "/home/ada/.local/state/switchyard"),
        ] as [(String?, [String: String], String)])
    func theFirstThatIsNamedCounts(_ text: String?, _ environment: [String: String], _ expected: String) throws {
        #expect(try StoreLocation(text, environment: environment).description == expected)
    }

    @Test(arguments: [(nil, [:]), ("jsonl:", ["HOME": "/home/ada"]), ("~/x", [:])] as [(String?, [String: String])])
    func withoutAFolderThereIsNoStore(_ text: String?, _ environment: [String: String]) {
        let error = #expect(throws: EventLogError.self) { try StoreLocation(text, environment: environment) }
        guard case .cannotOpen = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func itOpensWhatItNames() throws {
        let folder = try TemporaryFolder()
        let sqlite = try StoreLocation(folder.path + "/a", environment: [:]).open()
        #expect(sqlite is EventStore)
        let lines = try StoreLocation("jsonl:" + folder.path + "/b", environment: [:]).open(readOnly: true)
        #expect(lines is JSONLinesEventLog)
        #expect(!folder.files().contains("b"))
    }
}
