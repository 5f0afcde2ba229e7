"""Models in JavaScript and TypeScript: each example says what must be found, and where."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openness.discover import javascript, javascript_tokens, javascript_values
from openness.discover.source import Source
from openness.errors import SourceError

SHA = "0123456789abcdef0123456789abcdef01234567"


def found(text: str, path: str = "a.js") -> list[str]:
    """`line model`, with the kind where it is not the Hub and the revision where there is one."""
    return [
        f"{one.line} {one.model}"
        + (f" {one.kind}" if one.kind != "hub" else "")
        + (f" @{one.revision}" if one.revision else "")
        for one in javascript.find(Source(path, text))
    ]


EXAMPLES = {
    "await pipeline('task', 'acme/a')": ["1 acme/a"],
    "await pipeline(\n  'task',\n  'acme/a',\n  { dtype: 'q8', revision: 'r1' },\n)": ["3 acme/a @r1"],
    f"AutoModel.from_pretrained('acme/a', {{ revision: '{SHA}' }})": [f"1 acme/a @{SHA}"],
    "const R = 'r1'; X.from_pretrained('acme/a', { revision: R })": ["1 acme/a @r1"],
    "const E = 'acme/a'; // 'acme/b'\npipeline('x', E)": ["2 acme/a"],
    "pipeline('x', E)\nconst E = 'acme/a'": ["1 acme/a"],
    "const O = 'acme'\nconst M = `${O}/a`\npipeline('x', M)": ["3 acme/a"],
    "const O = 'acme'\npipeline('x', O + '/' + 'a')": ["2 acme/a"],
    "const model = process.env.MODEL || 'acme/a'": ["1 acme/a"],
    "const modelId = env.FOO ?? 'acme/a'": ["1 acme/a"],
    "pipeline('x', big ? 'acme/a' : 'acme/b')": ["1 acme/a", "1 acme/b"],
    "const M = { chat: 'acme/a', deep: { id: 'acme/b' } } as const\npipeline('x', M.chat); pipeline('x', M.deep.id)": [
        "2 acme/a",
        "2 acme/b",
    ],
    "const M = Object.freeze({ chat: 'acme/a' }); pipeline('x', M['chat'])": ["1 acme/a"],
    "enum M { A = 'acme/a' }\npipeline('x', M.A)": ["2 acme/a"],
    "hf.textGeneration({ model: 'acme/a', inputs: 'x/y' })": ["1 acme/a"],
    "new X({ modelName: \"acme/a\", 'model_id': 'acme/b' })": ["1 acme/a", "1 acme/b"],
    "const models = [\n 'acme/a',\n 'acme/b']": ["2 acme/a", "3 acme/b"],
    "class A { modelId = 'acme/a' }": ["1 acme/a"],
    "function f(model: string = 'acme/a') {}": ["1 acme/a"],
    "generateText({ model: openai('gpt-4o') })": ["1 gpt-4o api"],
    "createOpenAI()('gpt-4o')": ["1 gpt-4o api"],
    "const p = createOpenAI({ k }); p('gpt-4o')": ["1 gpt-4o api"],
    "new ChatOpenAI({ model: 'gpt-4o-mini' })": ["1 gpt-4o-mini api"],
    "ollama.chat({ model: 'llama3.1' })": ["1 llama3.1 ollama"],
    "const c = new Ollama(); c.generate({ model: 'llama3.1:8b' })": ["1 llama3.1:8b ollama"],
    "fetch('http://localhost:11434/api/chat', { body: JSON.stringify({ model: 'llama3' }) })": ["1 llama3 ollama"],
    "fetch('https://huggingface.co/acme/a/resolve/main/x.onnx')": ["1 acme/a @main"],
    "fetch(`https://api-inference.huggingface.co/models/acme/a`)": ["1 acme/a"],
    "const r = /'/.test(x); pipeline('x', 'acme/a')": ["1 acme/a"],
    "const h = a / b; pipeline('x', 'acme/a') / 2": ["1 acme/a"],
    # no uses
    "// pipeline('x', 'acme/a')\n/* model: 'acme/b' */": [],
    "load({ modelUrl: '/x.glb', type: 'application/json', repo: 'acme/code' })": [],
    "pipeline('x', name); pipeline('x', `${org}/a`); pipeline('x', './models/a')": [],
    "import { a } from '@acme/model'; const page = 'https://huggingface.co/acme/a'": [],
    "const other = 'acme/a'": [],
    "function pipeline(a, b) {}": [],
    "log('gpt-4o')": [],
    "const s = 'open\npipeline('x', 'acme/a')": ["2 acme/a"],
}


@pytest.mark.parametrize("text", EXAMPLES)
def test_javascript(text: str) -> None:
    assert [one.split(" ", 1)[1] for one in found(text)] == [one.split(" ", 1)[1] for one in EXAMPLES[text]]
    assert found(text)[:1] == EXAMPLES[text][:1]


def test_the_text_of_jsx_is_not_read() -> None:
    text = "const A = () => <p model=\"acme/a\">It's a model: 'acme/b' {pipeline('x', 'acme/c')}<br/></p>\nconst model = 'acme/d'"
    assert found(text, "a.tsx") == ["1 acme/c", "2 acme/d"]
    assert found(text, "a.jsx") == ["1 acme/c", "2 acme/d"]


def test_types_are_no_elements() -> None:
    assert found("const f = <T>(x: T) => x\nif (a < b) pipeline('x', 'acme/a')", "a.ts") == ["2 acme/a"]
    assert found("const f = <T,>(x: T) => x\npipeline('x', 'acme/a')", "a.tsx") == ["2 acme/a"]


HOSTILE = [
    "(",
    "f(",
    "pipeline('x',",
    "[",
    "`${",
    "(a)=>",
    "<a>",
    "(<a ",
    "(<a {",
    "{model:",
    "a={model:",
    "'\"`${<|;&\n",
    "a?b:",
    "model='a'+",
    "/*",
    "/[",
    "x.",
    "f()",
    "models=['a/b',",
    "\\",
    "}",
    "async<",
    "`",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_programs_end(text: str) -> None:
    list(javascript.find(Source("a.tsx", text * 5000)))


def test_constants_that_refer_to_one_another_end() -> None:
    text = "".join(f"const model{n + 1} = model{n} + model{n};" for n in range(200)) + "const a = b, b = a, model = a"
    assert found(text) == []


def test_a_program_that_is_too_long_is_refused() -> None:
    with pytest.raises(SourceError):
        list(javascript.find(Source("a.js", " " * (javascript_values.MAX_LENGTH + 1))))


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab/$(){}[]<>'\"`\\|&;=:?.,+ \n", max_size=80))
def test_any_text_is_read(text: str) -> None:
    list(javascript.find(Source("a.tsx", text)))
    list(javascript.find(Source("a.ts", "model=" + text)))


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab${}'\"`/*< \n", max_size=60))
def test_lines_are_those_of_the_text(text: str) -> None:
    last = text.count("\n") + 1
    assert all(1 <= token.line <= last for token in javascript_tokens.tokens(text, jsx=True))


def test_constants_of_siblings_are_followed() -> None:
    tree = {
        "web/models.ts": "import { ORG } from './org'\nexport const CHAT: string = `${ORG}/chat`\nexport default 'x'",
        "web/org.js": "export const ORG = 'acme'",
        "web/all.cjs": "const ALL = { a: 'acme/a' }",
    }
    text = (
        "import { CHAT as C } from './models'\nimport * as M from './models.js'\nconst { ALL } = require('./all')\n"
        "pipeline('x', C)\npipeline('x', M.CHAT)\npipeline('x', ALL.a)"
    )
    uses = javascript.find(Source("web/a.ts", text), tree.get)
    assert [f"{one.line} {one.model}" for one in uses] == ["4 acme/chat", "5 acme/chat", "6 acme/a"]


def test_imports_in_a_circle_end() -> None:
    tree = {"a.js": "import { A } from './b'\npipeline('x', A)", "b.js": "import { A } from './a'\nexport const B = A"}
    assert list(javascript.find(Source("a.js", tree["a.js"]), tree.get)) == []


def test_a_member_that_is_not_known_may_be_any() -> None:
    text = "const M: Record<string, string> = { a: 'acme/a', b: 'acme/b' }\npipeline('x', M[kind])"
    assert found(text, "a.ts") == ["2 acme/a", "2 acme/b"]


HUB = {
    "snapshotDownload({ repo: { type: 'model', name: 'acme/a' }, revision: 'r1' })": ["1 acme/a @r1"],
    "snapshotDownload({ repo: { type: 'dataset', name: 'acme/a' } })": [],
    "listFiles({ repo: 'acme/a' }); downloadFile({ repo: 'datasets/acme/b', path })": ["1 acme/a"],
    "uploadFile({ repo: 'acme/a', file }); createRepo({ repo: { type: 'model', name: 'acme/b' } })": [],
    "modelInfo({ name: 'acme/a' })": ["1 acme/a"],
    "pipeline<'task'>('task', 'acme/a')": ["1 acme/a"],
    "openrouter.chat('acme/a')": ["1 acme/a"],
    "resolveModelFile('hf:acme/a/b.gguf')": ["1 acme/a"],
    "engine.reload('Tiny-q4f16_1-MLC'); location.reload('acme/a')": ["1 Tiny-q4f16_1-MLC"],
    "execSync('hf download acme/a --revision r1'); spawn('vllm', ['serve', 'acme/b'])": ["1 acme/a @r1", "1 acme/b"],
    "await $`ollama pull llama3`; /x/.exec('hf download acme/a')": ["1 llama3 ollama"],
    "const MODELS = { a: 'acme/a', b: { id: 'acme/b', label: 'x/y' } }; const routes = [{ id: 'c/d' }]": [
        "1 acme/a",
        "1 acme/b",
    ],
    "const x = { model: 'acme/a', brand: 'B' }; const car = { model: 'acme/b' }; type T = { model: 'acme/c' }": [],
    "const x = { modelPath: 'acme/a', dtype: 'q8' }; const y = { modelPath: 'hulls/tug' }": ["1 acme/a"],
}


@pytest.mark.parametrize("text", HUB)
def test_calls_and_listings(text: str) -> None:
    assert found(text, "a.ts") == HUB[text]


def test_attributes_of_components_and_scripts_in_pages() -> None:
    assert found("const A = () => <A model='acme/a' modelId={'acme/b'} title='x/y' />", "a.tsx") == [
        "1 acme/a",
        "1 acme/b",
    ]
    page = "<p>pipeline('x', 'acme/a')</p>\n<script type='module'>\npipeline('x', 'acme/b')\n</script>"
    assert found(page, "a.html") == ["3 acme/b"]


def test_what_only_a_key_speaks_of_needs_evidence() -> None:
    thing = (
        "export const HALL = [{ model: 'oak/chair', modelUrl: 'chair.glb', light: 'warm' }];\n// " + "x" * 120 + "\n"
    )
    assert found(thing) == []
    assert found(f"{thing}// asks a chatbot\n") == ["1 oak/chair"]


def test_lists_that_are_held() -> None:
    text = "const models = new Map<string, string>([\n['a', 'acme/a'],\n['b', 'acme/b']]);"
    assert found(text, "a.ts") == ["2 acme/a", "3 acme/b"]
    assert found("const modelMap = new Map([['a', {id: 'acme/a'}]])") == ["1 acme/a"]
