"""Steps that models perform, against the simulator in the program's own process."""

import json

from conftest import PROGRAM, eventually

PIPELINE = """\
version: 1
id: asking
steps:
  - {id: facts, run: "echo the sky is blue"}
  - {id: sum, prompt: "Summarize: {{ steps.facts.output }}", model: PROVIDER, stream: STREAM}
  - id: typed
    prompt: "Extract: {{ steps.facts.output }}"
    model: PROVIDER
    output_schema: {type: object, properties: {color: {type: string}}, required: [color], additionalProperties: false}
  - {id: tooled, prompt: "look at the note", model: PROVIDER, tools: [file.read], stream: STREAM}
  - {id: pick, decide: {prompt: "Go or stay?", choices: [go, stay]}, model: PROVIDER}
  - {id: went, when: "${{ steps.pick.output == 'stay' }}", run: "echo stayed"}
"""

SCENARIO = """\
version: 1
rules:
  - {match: {has_tools: true, has_tool_results: false}, reply: {tool_calls: [{name: file_read, arguments: {path: note}}]}}
  - {match: {has_tool_results: true}, reply: {text: "It says hello."}}
  - {match: {contains: Summarize}, reply: {text: "Blue, they say."}}
  - {match: {contains: Extract}, reply: {json: {color: blue}}}
  - {match: {contains: stay}, reply: {json: {choice: stay}}}
"""

MODELS = ["openai/gpt-6-luna", "anthropic/claude-haiku-5-5", "google/gemini-3.8-flash", "ollama/qwen3:8b"]


def events(switchyard):
    return [json.loads(line) for line in switchyard.run("events", "last", "--json").stdout.splitlines()]


def outputs(switchyard):
    return {event["step"]: event["data"]["output"] for event in events(switchyard) if event["type"] == "step.succeeded"}


def test_the_same_pipeline_works_with_every_provider(switchyard):
    switchyard.write(SCENARIO, "scenario.yaml")
    switchyard.write("hello", "note")
    for model in MODELS:
        for stream in ["true", "false"]:
            switchyard.write(PIPELINE.replace("PROVIDER", model).replace("STREAM", stream))
            ran = switchyard.run("run", "pipeline.yaml", "--plain", "--scenario", "scenario.yaml")
            assert ran.returncode == 0, ran.stdout + ran.stderr
            assert outputs(switchyard) == {
                "facts": "the sky is blue", "sum": "Blue, they say.", "typed": {"color": "blue"},
                "tooled": "It says hello.", "pick": "stay", "went": "stayed"}, model
            completed = [event["data"] for event in events(switchyard) if event["type"] == "model.completed"]
            assert {(event["model"], event["simulated"]) for event in completed} == {(model, True)}
            assert "simulated" in ran.stdout
    assert switchyard.run("verify", "--all").returncode == 0
    assert switchyard.run("test", "pipeline.yaml", "--from-run", "last").returncode == 0


def test_without_a_provider_a_step_says_what_to_do_and_a_sample_is_simulated(switchyard):
    switchyard.write(PIPELINE.replace("PROVIDER", MODELS[0]).replace("STREAM", "true"))
    switchyard.write("hello", "note")
    # Nothing listens there: a server that the machine really has must not answer.
    switchyard.environment["OLLAMA_HOST"] = "127.0.0.1:1"
    failed = switchyard.run("run", "pipeline.yaml", "--plain")
    assert failed.returncode == 1
    assert "no model can be asked: openai is not set up; `switchyard doctor` says what is missing" in failed.stdout
    (switchyard.folder / "scenarios").mkdir()
    switchyard.write(SCENARIO, "scenarios/default.yaml")
    assert switchyard.run("run", "pipeline.yaml", "--plain").returncode == 0


def test_a_key_is_nowhere(switchyard):
    key = "sk-canary-5f2e9c71"
    switchyard.write(PIPELINE.replace("PROVIDER", MODELS[0]).replace("STREAM", "true"))
    simulator = switchyard.start("simulator", "--port", "0")
    url = simulator.stdout.readline().removeprefix("listening on ").strip()
    switchyard.environment |= {"OPENAI_API_KEY": key, "OPENAI_BASE_URL": url + "/v1", "OLLAMA_HOST": "127.0.0.1:1"}
    ran = switchyard.run("run", "pipeline.yaml", "--json")
    assert ran.returncode == 0, ran.stderr
    exported = switchyard.run("export", "last", "-o", "run.switchyard")
    assert exported.returncode == 0, exported.stderr
    doctor = switchyard.run("doctor")
    assert "answers" in doctor.stdout
    for text in [ran.stdout, ran.stderr, doctor.stdout, switchyard.run("show", "last").stdout]:
        assert key not in text
    for path in switchyard.folder.rglob("*"):
        if path.is_file():
            assert key.encode() not in path.read_bytes(), path


def test_an_answer_is_shown_while_it_comes(switchyard, tmux):
    switchyard.write("""\
version: 1
id: slowly
steps: [{id: tell, prompt: "tell a tale", model: openai/gpt-6-luna}]
""")
    switchyard.write("""\
version: 1
stream: {chunk_tokens: 1, first_after: 50ms, every: 400ms}
rules: [{match: {}, reply: {text: "Once upon a time, in a yard with many switches and lamps."}}]
""", "scenario.yaml")
    window = tmux(120, 36)
    window.shell(f"{PROGRAM} run pipeline.yaml --scenario scenario.yaml")
    window.eventually("Once upon")
    assert "and lamps" not in window.screen()
    window.eventually("SUCCEEDED", seconds=30)
    window.eventually("many switches and lamps.")


def test_a_killed_conversation_goes_on_where_it_was(switchyard):
    switchyard.write("""\
version: 1
id: talk
steps: [{id: tell, prompt: "look at the note", model: openai/gpt-6-luna, tools: [file.read]}]
""")
    switchyard.write("hello", "note")
    switchyard.write("""\
version: 1
rules:
  - {match: {has_tools: true, has_tool_results: false}, reply: {tool_calls: [{name: file_read, arguments: {path: note}}]}}
  - {match: {has_tool_results: true}, sequence: [{fault: {slow: 60s}}, {text: "It says hello."}]}
""", "scenario.yaml")
    simulator = switchyard.start("simulator", "--scenario", "scenario.yaml", "--port", "0", "--verbose")
    url = simulator.stdout.readline().removeprefix("listening on ").strip()
    switchyard.environment |= {"OPENAI_API_KEY": "any", "OPENAI_BASE_URL": url + "/v1", "OLLAMA_HOST": "127.0.0.1:1"}
    process = switchyard.start("run", "pipeline.yaml", "--plain")
    eventually(lambda: [e["type"] for e in events(switchyard)].count("model.requested") == 2, "the second question")
    process.kill()
    process.wait()
    resumed = switchyard.run("resume", "last", "--plain")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    types = [event["type"] for event in events(switchyard)]
    assert types.count("model.tool_called") == 1 and types.count("model.completed") == 2
    assert outputs(switchyard) == {"tell": "It says hello."}
