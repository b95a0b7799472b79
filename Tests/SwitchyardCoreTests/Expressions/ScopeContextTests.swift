import OrderedCollections
import Testing

@testable import SwitchyardCore

@Suite struct ScopeContextTests {
    private static let scope: Scope = {
        var scope = sampleScope
        scope.inputs = ["host": "web-1", "header": "Bearer s3cret", "pin": 4711]
        scope.steps = [
            "login": StepResult(status: "succeeded", output: ["cookie": "id=s3cret; path=/", "s3cret": true]),
            "long": StepResult(status: "succeeded", output: "begin", outputBytesCut: 5_000_000),
        ]
        scope.secrets = ["TOKEN": "s3cret", "PIN": "4711"]
        scope.item = ["n": 1]
        scope.index = 0
        return scope
    }()

    @Test func `a scope is one object, in the order of the format, without a secret in it`() {
        let context = Self.scope.context()
        #expect(
            JSON.text(of: context, layout: .indented) == """
                {
                  "inputs": {
                    "host": "web-1",
                    "header": "Bearer ***",
                    "pin": "***"
                  },
                  "steps": {
                    "login": {
                      "status": "succeeded",
                      "output": {
                        "cookie": "id=***; path=/",
                        "***": true
                      },
                      "error": null
                    },
                    "long": {
                      "status": "succeeded",
                      "output": "begin",
                      "error": null,
                      "output_bytes_cut": 5000000
                    }
                  },
                  "item": {
                    "n": 1
                  },
                  "index": 0,
                  "run": {
                    "id": "r1",
                    "started_at": "2026-11-21T07:34:00.000000Z"
                  },
                  "env": {
                    "HOME": "/root"
                  },
                  "secrets": {
                    "PIN": "***",
                    "TOKEN": "***"
                  }
                }
                """)
    }

    @Test(arguments: [
        ("inputs.host ~ steps.login.status", #"{"inputs":{"host":"web-1"},"steps":{"login":{"status":"succeeded"}}}"#),
        ("steps.login.output.cookie", #"{"steps":{"login":{"output":{"cookie":"id=***; path=/","***":true}}}}"#),
        (
            "[steps.long, steps.long.status]",
            #"{"steps":{"long":{"status":"succeeded","output":"begin","error":null,"output_bytes_cut":5000000}}}"#
        ),
        ("secrets.TOKEN ~ env.HOME", #"{"env":{"HOME":"/root"},"secrets":{"TOKEN":"***"}}"#),
        ("[item.n, index, run.id]", #"{"item":{"n":1},"index":0,"run":{"id":"r1"}}"#),
        ("[inputs.nope, steps.nope.output, loop.index, shared.a.b]", #"{"inputs":{},"steps":{}}"#), ("1 + 1", "{}"),
        ("inputs | keys", #"{"inputs":{"host":"web-1","header":"Bearer ***","pin":"***"}}"#),
    ])
    func `an expression sees what it names`(source: String, expected: String) throws {
        let references = try Expression.parse(source).references
        #expect(JSON.text(of: Self.scope.context(of: references)) == expected)
    }

    @Test func `secrets that are not in the scope are masked with a mask that knows them`() throws {
        let references = try Expression.parse("[inputs.host, secrets.TOKEN]").references
        let context = Self.scope.context(of: references, masking: SecretMask(["web"]))
        #expect(JSON.text(of: context) == #"{"inputs":{"host":"***-1"},"secrets":{"TOKEN":"***"}}"#)
    }
}
