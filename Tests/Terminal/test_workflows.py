"""The reference workflows on real repositories: this one, a small one made here, and one without a file.

Every fact of a report is computed again here from the files and from git; models are the simulator.
"""

import collections
import fnmatch
import os
import re
import subprocess

import pytest

from conftest import REPOSITORY

WORKFLOWS = ["security-audit", "bug-predict", "perf-audit", "test-gen", "doc-gen", "refactor-plan", "dependency-check"]
SAMPLES = REPOSITORY / "sample-pipelines"

# What the workflows read as source code where nothing else is said.
SOURCES = set("c cc cpp cs dart ex go h hpp java js jsx kt lua m mm php pl py rb rs scala sh swift ts tsx zig".split())
NAMED_FUNCTIONS = SOURCES - set("c cc cpp cs h hpp java m mm".split())
DECLARING = set("cs go java js jsx kt mjs php py rs scala swift ts tsx".split())
FOREIGN = ["*.min.js", "*node_modules/*", "*vendor/*", "*third_party/*"]

FUNCTION = re.compile(r"(?:^|[ \t])(?:func|function|def|fn|fun|sub)[ \t]+(?:\([^)]*\)[ \t]*)?([A-Za-z_][A-Za-z0-9_]*)")
COMMENT = re.compile(r"[ \t]*(//|#|\*|--)")
TEST_PATH = re.compile(
    r"(^|/)([Tt]ests?|[Ss]pecs?|__tests__|[A-Za-z0-9_]*Tests?)/|(^|/)(test_|conftest)[^/]*$"
    r"|[._-]([Tt]est|[Ss]pec)s?[.][a-z]+$|[a-z0-9](Tests?|Spec)[.][A-Za-z]+$")

# A checkout may belong to another user than the one who tests.
GIT = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}


class Repository:
    """A git repository, read without the workflows."""

    def __init__(self, path):
        self.path = path

    def git(self, *arguments):
        return subprocess.run(
            ["git", *arguments], cwd=self.path, env={**os.environ, **GIT}, check=True, capture_output=True
        ).stdout.decode("utf-8", "surrogateescape")

    def names(self, *arguments):
        return [name for name in self.git(*arguments, "-z").split("\0") if name]

    @property
    def tracked(self):
        return self.names("ls-files")

    def sources(self, suffixes=SOURCES):
        return [
            path for path in self.tracked
            if path.rsplit(".", 1)[-1] in suffixes and not any(fnmatch.fnmatchcase(path, each) for each in FOREIGN)]

    def lines(self, path):
        """The lines of a text file; none of what is no text, no file or a link."""
        file = self.path / path
        if file.is_symlink() or not file.is_file():
            return []
        data = file.read_bytes()
        if b"\0" in data[:8000]:
            return []
        text = data.decode("utf-8", "surrogateescape")
        return text.removesuffix("\n").split("\n") if text else []

    def count(self, pattern, paths):
        """How many lines of `paths` the pattern is in."""
        found = re.compile(pattern)
        return sum(1 for path in paths for line in self.lines(path) if found.search(line))

    def commits(self):
        """How many commits that are no merges changed each file."""
        log = self.git("log", "--since=1040 weeks ago", "--no-merges", "--no-renames", "--raw", "-z", "--format=")
        # A record is `:100644 100644 1111 2222 M`, then the path.
        return collections.Counter(path for mark, path in zip(log.split("\0"), log.split("\0")[1:])
                                   if mark.lstrip("\n").startswith(":"))


class Report:
    """A workflow's report: what the tools found by heading, and what models said."""

    def __init__(self, text):
        self.text = text
        facts, self.judgements = text.split("\n# Judgements\n")
        self.title, facts = facts.split("\n# Facts\n")
        # A block may hold lines that look like headings.
        blocks = re.findall(r"^## (.*)\n(?:(?!## ).*\n)*?~~~text\n((?:.*\n)*?)~~~$", facts, re.MULTILINE)
        self.sections = {heading: [line for line in block.split("\n") if line] for heading, block in blocks}

    def section(self, beginning):
        """The heading that begins so, without that, and its lines."""
        found = [heading for heading in self.sections if heading.startswith(beginning)]
        assert len(found) == 1, (beginning, list(self.sections))
        return found[0].removeprefix(beginning), self.sections[found[0]]

    def number(self, beginning):
        return int(re.match(r"\D*(\d+)", self.section(beginning)[0]).group(1))

    def rows(self, beginning):
        """The lines as numbers with the text behind them."""
        parsed = [re.match(r" *(\d+)  (.*)", line).groups() for line in self.section(beginning)[1]]
        return [(int(number), text) for number, text in parsed]


def ranked(rows):
    """Rows of a number and a path, the greatest number first, then by the bytes of the path."""
    return sorted(rows, key=lambda row: (-row[0], os.fsencode(row[1])))


def examine(switchyard, workflow, path, **inputs):
    """The report of `workflow` about the repository at `path`, in which nothing may change."""
    switchyard.environment |= {**GIT, "OLLAMA_HOST": "127.0.0.1:1"}
    repository = Repository(path)
    before = repository.git("status", "--porcelain", "--ignored"), repository.git("rev-parse", "HEAD")
    given = [part for name, value in {"path": path, **inputs}.items() for part in ("--input", f"{name}={value}")]
    ran = switchyard.run("run", SAMPLES / f"{workflow}.yaml", "--plain", *given)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert not ran.stderr
    assert (repository.git("status", "--porcelain", "--ignored"), repository.git("rev-parse", "HEAD")) == before
    folder = switchyard.folder / "out"
    assert [file.name for file in folder.iterdir()] == [f"{workflow}.md"]
    report = Report((folder / f"{workflow}.md").read_text())
    # Nothing that stands there as a judgement is without its mark.
    for line in report.judgements.splitlines():
        if re.match(r"- |\d\. ", line):
            assert "[simulated]" in line, line
    return report


@pytest.fixture(scope="session")
def here():
    found = subprocess.run(["git", "rev-parse", "--show-toplevel"], cwd=REPOSITORY, env={**os.environ, **GIT},
                           capture_output=True, text=True)
    if found.returncode != 0 or found.stdout.strip() != str(REPOSITORY):
        pytest.skip("the tests do not run in a clone")
    return Repository(REPOSITORY)


APP = '''\
"""An app."""
import json
import os


def add(a, b):
    """The sum."""
    return a + b


def run(text):
    # TODO: read it as JSON
    return eval(text)


def table(rows):
    result = []
    for row in rows:
        for cell in row:
            with open(cell) as file:
                result.append(file.read())
    if result:
        return result
    return None


class _Hidden:
    pass
'''

ODD_NAMES = ["src/-dash.py", "src/a:12:b.py", "src/app.py", 'src/quo"ted.py', "src/über uns.py"]
SECRET = "correct-horse-battery"

SMALL = {
    **{name: APP for name in ODD_NAMES},
    "config.py": f'password = "{SECRET}"\n',
    "gone.py": "x = 1\n",
    "blob.py": "\0TODO eval(x)\n",
    "tests/test_app.py": "from src.app import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n",
    "README.md": "# Small\n\n[more](docs/more.md), [app](src/app.py)\n\n## Usage\n\n```sh\n# no heading\n```\n",
    "requirements.txt": "requests==2.31.0\nflask>=2  # web\n",
    "package.json": '{\n  "dependencies": {\n    "left-pad": "1.3.0",\n    "react": "^18.0.0"\n  }\n}\n',
    "package-lock.json": "{}\n",
    "Dockerfile": "FROM python:3\n",
    "bench/speed.py": "print(1)\n",
    ".github/workflows/ci.yml":
        f"jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: actions/cache@{'0a' * 20} # v4\n",
}


def make(folder, files):
    """A repository with a commit of `files`, which may be none."""
    folder.mkdir()
    repository = Repository(folder)
    repository.git("init", "-q")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    commit(repository, "First")
    return repository


def commit(repository, message):
    repository.git("add", "-A")
    repository.git("-c", "user.name=Ada", "-c", "user.email=ada@example.com",
                   "commit", "-q", "--allow-empty", "-m", message)


@pytest.fixture
def small(tmp_path):
    repository = make(tmp_path / "small", SMALL)
    (repository.path / "link.py").symlink_to("src/app.py")
    (repository.path / "src/app.py").write_text(APP + "# more\n")
    commit(repository, "Fix the app")
    (repository.path / "gone.py").unlink()
    (repository.path / "config.py").chmod(0o666)
    return repository


@pytest.fixture
def empty(tmp_path):
    return make(tmp_path / "empty", {})


# MARK: all of them

def test_every_sample_is_valid_and_nothing_about_it_is_worth_a_warning(switchyard):
    files = sorted(SAMPLES.glob("*.yaml"))
    assert {file.stem for file in files} >= {*WORKFLOWS, "resilience-drill"}
    validated = switchyard.run("validate", *files)
    assert validated.returncode == 0
    assert len(validated.stdout.splitlines()) == len(files) and not validated.stderr
    assert all(": ok, " in line for line in validated.stdout.splitlines()), validated.stdout


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_a_repository_without_a_file_has_a_report(switchyard, empty, workflow):
    report = examine(switchyard, workflow, empty.path)
    assert re.search(r"empty at [0-9a-f]{7,}: ", report.title)
    counts = [count for heading in report.sections for count in re.findall(r": (\d+)", heading)]
    assert set(counts) <= {"0"}
    # Nobody is asked about nothing.
    assert "[simulated]" not in report.judgements


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_without_a_usable_answer_the_facts_are_reported(switchyard, small, workflow):
    refusing = switchyard.write("version: 1\nrules: [{match: {}, reply: {fault: auth}}]\n", "refusing.yaml")
    ran = switchyard.run("run", SAMPLES / f"{workflow}.yaml", "--plain", "--scenario", refusing,
                         "--input", f"path={small.path}", env=GIT)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    report = Report((switchyard.folder / f"out/{workflow}.md").read_text())
    assert any(report.sections.values())
    assert "[simulated]" not in report.judgements


def test_what_is_no_repository_is_refused_in_git_s_words(switchyard):
    (switchyard.folder / "plain").mkdir()
    ran = switchyard.run("run", SAMPLES / "perf-audit.yaml", "--plain", "--input", "path=plain",
                         env={"GIT_CEILING_DIRECTORIES": str(switchyard.folder)})
    assert ran.returncode == 1
    assert "not a git repository" in ran.stdout
    assert not (switchyard.folder / "out").exists()


def test_a_folder_of_a_repository_is_examined_alone(switchyard, small):
    report = examine(switchyard, "perf-audit", small.path / "src")
    assert f"tracked files: {len(ODD_NAMES)}, source files: {len(ODD_NAMES)}" in report.title
    assert sorted(text for _, text in report.rows("The largest files")) == sorted(
        name.removeprefix("src/") for name in ODD_NAMES)


# MARK: security-audit

def test_security_audit_of_this_repository(switchyard, here):
    report = examine(switchyard, "security-audit", here.path, top=100)
    sources = here.sources()
    assert f"tracked files: {len(here.tracked)}, source files: {len(sources)}." in report.title
    kinds = {text: count for count, text in report.rows("Calls that are often misused")}
    assert kinds["unsafe memory"] == here.count(
        r"Unsafe[A-Za-z]*Pointer|unsafeBitCast|unsafeDowncast|(^|[^A-Za-z0-9_])unsafe\s*(\{|fn|impl|extern)|mem::transmute",
        sources) > 0
    assert kinds["C text without bounds"] == here.count(
        r"(^|[^A-Za-z0-9_.])(strcpy|strcat|sprintf|vsprintf|gets|alloca)\s*\(", sources)
    policies = dict(line.split(None, 1) for line in report.section("Policies")[1])
    assert policies["LICENSE"] == "LICENSE" and policies[".gitignore"] == ".gitignore"
    assert (policies["SECURITY"] == "missing") == (
        not any(re.fullmatch(r"(\.github/|docs/)?security(\.[a-z0-9]+)?", path.lower()) for path in here.tracked))
    counts = [count for count, _ in report.rows("Files with most of them")]
    assert counts == sorted(counts, reverse=True)
    found = re.findall(r"^- `(.*):(\d+)` \*\*medium\*\*", report.judgements, re.MULTILINE)
    assert len(found) == 4
    for path, line in found:
        assert path in sources and int(line) <= len(here.lines(path))


def test_security_audit_tells_no_secret(switchyard, small):
    # The secret stands right below a call that a model is asked about.
    (small.path / "config.py").write_text(f'eval("1")\npassword = "{SECRET}"\n')
    report = examine(switchyard, "security-audit", small.path)
    assert report.section("Lines that may hold a secret: 1")[1] == ["config.py:2"]
    assert report.section("Files that everybody may write")[1] == ["./config.py"]
    assert report.rows("Calls that are often misused")[0] == (len(ODD_NAMES) + 1, "text run as code")
    assert [text for _, text in report.rows("Files with most of them")] == ["config.py", *ODD_NAMES]
    assert "- `config.py:1` **medium**" in report.judgements
    assert report.section("Actions and images that are not pinned: 2")[1] == [
        ".github/workflows/ci.yml:4        - uses: actions/checkout@v4", "Dockerfile:1  FROM python:3"]
    for file in [*(switchyard.folder / "store").rglob("*"), *(switchyard.folder / "out").iterdir()]:
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file


# MARK: bug-predict

def test_bug_prediction_of_this_repository(switchyard, here):
    report = examine(switchyard, "bug-predict", here.path, weeks=1040)
    commits = here.commits()
    changed = report.rows("Files that change most")
    assert changed == ranked((count, path) for path, count in commits.items())[:10]
    words = r"\b(if|elif|else|for|while|until|case|switch|when|guard|catch|except|rescue)\b"
    score = {path: commits[path] * branches for path in here.sources()
             if commits[path] and (branches := here.count(words, [path]))}
    hottest = report.section("Hot spots")[1][1].split(None, 4)
    assert int(hottest[0]) == commits[hottest[4]]
    assert int(hottest[3]) == score[hottest[4]] == max(score.values())
    assert report.number("Lines that put something off: ") == here.count(r"\b(TODO|FIXME|XXX|HACK)\b", here.tracked)


def test_bug_prediction_counts_what_was_mended(switchyard, small):
    report = examine(switchyard, "bug-predict", small.path, top=100)
    assert report.section("Hot spots")[1][1].split() == ["2", "1", "3", "6", "src/app.py"]
    assert (2, "src/app.py") in report.rows("Files that change most")
    assert report.number("Lines that put something off: ") == len(ODD_NAMES)
    dated = report.section("Lines that put something off: ")[1]
    assert dated == [f"     0 days  {path}:12" for path in ODD_NAMES]


def test_bug_prediction_sees_what_changes_together(switchyard, small):
    for number in range(3):
        for name in ["config.py", "bench/speed.py"]:
            (small.path / name).write_text(f"x = {number}\n")
        commit(small, f"Number {number}")
    report = examine(switchyard, "bug-predict", small.path)
    assert report.rows("Files that change together") == [(4, "bench/speed.py  +  config.py")]


# MARK: perf-audit

def test_performance_audit_of_this_repository(switchyard, here):
    report = examine(switchyard, "perf-audit", here.path, top=50)
    entries = [entry.split("\t", 1) for entry in here.names("ls-tree", "-r", "-l", "HEAD")]
    sizes = [(int(facts.split()[3]), path) for facts, path in entries if facts.split()[1] == "blob"]
    assert report.rows("The largest files") == ranked(sizes)[:50]
    loops = report.rows("Loops in loops")
    assert loops and loops[0][0] == max(depth for depth, _ in loops) >= 2
    for heading in ["Loops in loops", "Slow calls in loops"]:
        for _, text in report.rows(heading):
            path, line, shown = re.match(r"(.*?):(\d+)  (.*)", text).groups()
            assert here.lines(path)[int(line) - 1].strip().startswith(shown.strip()[:60].rstrip()), text
    assert report.number("Files that measure: ") == sum(
        1 for path in here.tracked
        if re.search(r"(^|/|[._-])(bench|benchmarks?|perf|load-?tests?)([._/-]|$)", path, re.IGNORECASE))


def test_performance_audit_finds_the_loop_in_the_loop(switchyard, small):
    report = examine(switchyard, "perf-audit", small.path)
    assert report.rows("Loops in loops, with their depth: 5") == [(2, f"{path}:19  for cell in row:") for path in ODD_NAMES]
    assert report.rows("Slow calls in loops, with the loops' depth: 5") == [
        (2, f"{path}:20  with open(cell) as file:") for path in ODD_NAMES]
    assert report.section("Files that measure: 1")[1] == ["bench/speed.py"]


# MARK: test-gen

def test_missing_tests_of_this_repository(switchyard, here):
    report = examine(switchyard, "test-gen", here.path, top=100)
    sources = here.sources(NAMED_FUNCTIONS)
    tests = [path for path in sources if TEST_PATH.search(path)]
    assert f"source files: {len(sources) - len(tests)}, files of tests: {len(tests)}." in report.title
    mentioned = {word for path in tests for line in here.lines(path) for word in re.split(r"[^A-Za-z0-9_]+", line)}
    functions = [
        (path, name.group(1)) for path in sources if path not in set(tests) for line in here.lines(path)
        if not COMMENT.match(line) and (name := FUNCTION.search(line)) and not re.match(r"__|(main|init)$", name.group(1))]
    tested = sum(name in mentioned for _, name in functions)
    assert f"{len(functions)} functions,\n{tested} of them mentioned in tests." in report.text
    gaps = collections.Counter(path for path, name in functions if name not in mentioned)
    assert report.number("Files of which no test mentions any function: ") == sum(
        gaps[path] == count for path, count in collections.Counter(path for path, _ in functions).items())
    assert report.rows("Files with most functions that no test mentions")[0][0] == max(gaps.values())
    by_folder = collections.Counter(os.path.dirname(path) or "." for path in tests)
    assert dict((folder, count) for count, folder in report.rows("Files of tests by folder")) == by_folder


def test_missing_tests_are_drafted_for_functions_that_have_none(switchyard, small):
    report = examine(switchyard, "test-gen", small.path)
    assert f"{3 * len(ODD_NAMES)} functions,\n{len(ODD_NAMES)} of them mentioned in tests." in report.text
    assert report.rows("Files with most functions that no test mentions") == [(2, path) for path in ODD_NAMES]
    assert report.judgements.count("\n## `") == 3
    assert report.judgements.count("Tests `run` with [simulated]") == 3
    assert "[simulated] A test of run would stand here:" in report.judgements


# MARK: doc-gen

def test_missing_documentation_of_this_repository(switchyard, here):
    report = examine(switchyard, "doc-gen", here.path)
    sources = [path for path in here.sources(DECLARING)
               if not re.search(r"[Tt]ests?/|test_|_test\.|\.test\.|\.spec\.", path)]
    assert f"source files without tests: {len(sources)}," in report.title
    declared = documented = 0
    for path in sources:
        if not path.endswith(".swift"):
            continue
        is_documented = False
        for line in here.lines(path):
            text = line.strip(" \t")
            if re.match(r"//|/\*|\*", text):
                is_documented = True
            elif re.match(r"@|#\[|\[", text) and not re.search(r"(func|class|struct|def|let|var) ", text):
                pass
            else:
                if re.match(r"(@[A-Za-z()]+ +)*(public|open|package) +([a-z]+ +)*(func|struct|class|enum|protocol|actor|var"
                            r"|let|init|typealias|subscript)[ (<?]", text) and "override " not in text:
                    declared += 1
                    documented += is_documented
                is_documented = False
    swift = next(line.split() for line in report.section("Public declarations: ")[1] if line.endswith(".swift"))
    assert swift == [str(declared), str(documented), ".swift"]
    prose = re.sub(r"^```.*?^```", "", (here.path / "README.md").read_text(), flags=re.DOTALL | re.MULTILINE)
    headings = [line for line in prose.split("\n") if re.match("#+ ", line)]
    assert report.section("The README's headings: ") == (str(len(headings)), headings[:40])
    broken = [line for path in here.tracked if path.endswith(".md") for line in here.lines(path)
              for target in re.findall(r"\]\(([^) #?]+)", re.sub("`[^`]*`", "", line))
              if not re.match(r"[a-z+]+:|<|/", target) and not (here.path / os.path.dirname(path) / target).exists()]
    assert report.number("Links in Markdown that lead to no file: ") == len(broken)


def test_missing_documentation_of_a_small_repository(switchyard, small):
    report = examine(switchyard, "doc-gen", small.path)
    # add is documented, run and table are not, _Hidden is nobody's business.
    assert report.section("Public declarations: ")[0] == f"{3 * len(ODD_NAMES)}, documented: {len(ODD_NAMES)}"
    assert report.rows("Files with most that are not documented") == [(2, path) for path in ODD_NAMES]
    assert report.section("The README's headings: 2")[1] == ["# Small", "## Usage"]
    assert report.section("Links in Markdown that lead to no file: 1")[1] == ["README.md:3  docs/more.md"]
    said = dict(re.split(r"\s{2,}", line) if "  " in line else line.rsplit(None, 1)
                for line in report.section("What the README")[1])
    assert said["README"] == "README.md" and said["using"] == "in README.md" and said["CHANGELOG"] == "missing"


# MARK: refactor-plan

def test_refactoring_plan_of_this_repository(switchyard, here):
    report = examine(switchyard, "refactor-plan", here.path)
    lengths = {path: length for path in here.sources() if (length := len(here.lines(path)))}
    assert f"source files: {len(lengths)}, lines: {sum(lengths.values())}." in report.title
    assert report.rows("The longest files") == ranked((length, path) for path, length in lengths.items())[:10]
    for length, text in report.rows("The longest functions"):
        path, line, name = re.match(r"(.*?):(\d+)  (.*)", text).groups()
        body = here.lines(path)[int(line) - 1:int(line) - 1 + length]
        assert FUNCTION.search(body[0]).group(1) == name
        if path.endswith(".swift"):
            assert re.match(r"\s*", body[0]).group() + "}" == body[-1].rstrip(), text
    length, places = report.rows("Blocks of 6 or more equal lines")[0]
    first, second = (meaningful(here, place)[:length] for place in places.split("  =  "))
    assert first == second and len(first) == length >= 6
    imports = r"^\s*(?:@[a-z]+ +)?(?:(?:public|package|internal|private|pub|export) +)?import +SwitchyardCore\b"
    files = sum(1 for path in here.sources() if here.count(imports, [path]))
    assert (files, "SwitchyardCore") in report.rows("Modules by how many files import them")


def meaningful(repository, place):
    """The lines from a place on that count for blocks."""
    path, line = place.rsplit(":", 1)
    stripped = [text.strip(" \t\r") for text in repository.lines(path)[int(line) - 1:]]
    return [text for text in stripped
            if len(text.encode()) >= 4 and not re.match(r"import|from|use|using|#include|package|//|#|\*", text)]


def test_refactoring_plan_of_a_small_repository(switchyard, small):
    report = examine(switchyard, "refactor-plan", small.path)
    assert report.rows("The longest files")[0] == (len(APP.splitlines()) + 1, "src/app.py")
    assert [text for _, text in report.rows("Blocks of 6 or more equal lines: 4")] == [
        f"{path}:1  =  {ODD_NAMES[0]}:1" for path in ODD_NAMES[1:]]
    assert report.rows("Modules by how many files import them")[:2] == [(5, "json"), (5, "os")]
    assert "1. [simulated] Split the longest function." in report.judgements


# MARK: dependency-check

def test_dependency_check_of_this_repository(switchyard, here):
    report = examine(switchyard, "dependency-check", here.path, top=200)
    manifests = [path for path in here.tracked
                 if re.fullmatch(r"Package\.swift|package\.json|requirements.*\.txt|pyproject\.toml|go\.mod|Cargo\.toml",
                                 os.path.basename(path))]
    heading, rows = report.section("Manifests: ")
    assert int(heading) == len(manifests) == len(rows) - 1
    for path, row in zip(manifests, rows[1:]):
        assert row.split()[:2] == [here.git("log", "-1", "--format=%as", "--", path).strip(), path]
    required = {}
    for path in manifests:
        if path.endswith("Package.swift"):
            wanted = [line for line in here.lines(path) if re.match(r"\s*\.package\(.*url:", line)]
            required[path] = (len(wanted), sum("exact" in line or "revision:" in line for line in wanted))
        elif path.endswith(".txt"):
            wanted = [line for line in here.lines(path) if re.match("[A-Za-z0-9]", line)]
            required[path] = (len(wanted), sum("==" in line for line in wanted))
    shown = {path: (int(count), int(pinned)) for count, pinned, path in
             (row.split(None, 2) for row in report.section("Requirements: ")[1][1:])}
    for path, counts in required.items():
        assert shown.get(path, (0, 0)) == counts, path
    loose = sum(count - pinned for count, pinned in shown.values())
    assert report.number("Not pinned: ") == loose == len(report.section("Not pinned: ")[1])


def test_dependency_check_of_a_small_repository(switchyard, small):
    report = examine(switchyard, "dependency-check", small.path)
    today = small.git("log", "-1", "--format=%as", "--", "package.json").strip()
    assert [row.split(None, 2)[1:] for row in report.section("Manifests: 2")[1][1:]] == [
        ["package.json", f"package-lock.json of {today}"], ["requirements.txt", "none"]]
    assert report.section("Requirements: 7, pinned: 3")[1][1:] == [
        f"{count:12} {pinned:6}  {path}" for count, pinned, path in
        [(2, 1, ".github/workflows/ci.yml"), (1, 0, "Dockerfile"), (2, 1, "package.json"), (2, 1, "requirements.txt")]]
    assert report.section("Not pinned: 4")[1] == [
        ".github/workflows/ci.yml:4  actions/checkout  v4", "Dockerfile:1  python:3  FROM python:3",
        "package.json:4  react  ^18.0.0", "requirements.txt:2  flask  >=2"]
    assert "`left-pad`: [simulated]" in report.judgements
