"""What an expression says of a model that it describes: names in mappings and calls, and who serves the model."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection

from openness.discover import evidence, loaders, names
from openness.discover.callees import called, given
from openness.discover.names import HUB, OLLAMA
from openness.discover.origins import MAX_TEXTS
from openness.discover.scopes import Place
from openness.discover.values import Text, Values


def texts(values: Values, place: Place) -> list[Text]:
    """The strings under a name that speaks, those of mappings and of objects that are made there included."""
    found = values.texts(place)
    for one in values.comes_to(place):
        if isinstance(one.node, ast.List | ast.Tuple | ast.Set):
            for element in one.node.elts[:MAX_TEXTS]:
                found += _part(values, one.to(element))
        elif isinstance(one.node, ast.Dict):
            for key, value in zip(one.node.keys, one.node.values, strict=True):
                name = (
                    key.value if isinstance(key, ast.Constant) else key.attr if isinstance(key, ast.Attribute) else None
                )
                if isinstance(name, str) and loaders.is_elsewhere(name):
                    continue
                if isinstance(name, str) and isinstance(value, ast.Dict | ast.Call) and key is not None and "/" in name:
                    found += [text for text in values.texts(one.to(key)) if evidence.in_name(text.text)]
                if not isinstance(name, str) or not _is_other_key(name) or isinstance(value, ast.Dict):
                    found += _part(values, one.to(value)) or values.texts(one.to(value))
        else:
            found += _part(values, one)
    return found


def _part(values: Values, place: Place) -> list[Text]:
    """The names in a mapping that describes one model, or in a call that makes what describes it."""
    node = place.node
    if isinstance(node, ast.Dict):
        fields = {k.value: v for k, v in zip(node.keys, node.values, strict=True) if isinstance(k, ast.Constant)}
        chosen = [v for k, v in fields.items() if k in loaders.rules().inner and not is_alias(str(k), fields)]
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Attribute) and key.attr.lower() in loaders.rules().inner:
                chosen.append(value)
        found = [text for value in chosen for text in values.texts(place.to(value))]
        return found or _listed(values, place, node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        return [text for one in node.keywords for text in values.texts(place.to(one.value))]
    return made_with(values, place, node) if isinstance(node, ast.Call) else []


def _listed(values: Values, place: Place, node: ast.Dict) -> list[Text]:
    """`{"fast": ["org/name"]}`: names that are known by themselves, in the lists of a mapping."""
    lists = [value for value in node.values if isinstance(value, ast.List | ast.Tuple)]
    found = [text for value in lists for text in values.texts(place.to(value))]
    return [
        one for one in found if (named := names.read(one.text)) and (named.kind != HUB or evidence.in_name(one.text))
    ]


def made_with(values: Values, place: Place, node: ast.Call) -> list[Text]:
    """`model = Spec(name="org/name")`, `model = build("org/name")`: only names that are known by themselves."""
    callee, known = called(place), loaders.rules()
    taken = known.others | known.silent | known.writers | known.lookups.keys()
    first = callee.of.partition(".")[0]
    elsewhere = first in known.registries or first in known.frameworks or first in sys.stdlib_module_names
    if callee.name in taken or elsewhere or loaders.loader(callee):
        return []
    arguments = [
        *_first_on_hub(values, place, node),
        *(keyword.value for keyword in node.keywords if keyword.arg in known.inner),
    ]
    found = [text for argument in arguments for text in _strings(values, place, argument)]
    return [one for one in found if "/" in one.text and names.read(one.text) and evidence.in_name(one.text)]


def _first_on_hub(values: Values, place: Place, node: ast.Call) -> list[ast.expr]:
    """The first argument; of a class whose first field is for another registry the one of the next that speaks."""
    if len(node.args) > 1:
        for one in values.comes_to(place.to(node.func)):
            parts = one.node.body if isinstance(one.node, ast.ClassDef) else []
            fields = [
                part.target.id
                for part in parts
                if isinstance(part, ast.AnnAssign) and isinstance(part.target, ast.Name)
            ]
            if fields and loaders.is_elsewhere(fields[0]):
                return [arg for field, arg in zip(fields, node.args, strict=False) if loaders.speaks(field)][:1]
    return node.args[:1]


def likely(found: list[Text]) -> list[Text]:
    """Texts without those that were put together from an organisation and a name that both may be several.

    Which goes with which is not known then. A name of a closed API is one whatever stands before it.
    """
    together: dict[int, list[Text]] = {}
    for one in found:
        if isinstance(one.place.node, ast.JoinedStr | ast.BinOp | ast.Call) and one.text.count("/") == 1:
            together.setdefault(id(one.place.node), []).append(one)
    guessed = set()
    for node, texts in together.items():
        parts = [one.text.split("/") for one in texts]
        if len({first for first, _ in parts}) > 1 and len({last for _, last in parts}) > 1:
            guessed.add(node)
    return [
        one
        for one in found
        if id(one.place.node) not in guessed or names.api(one.text) or names.api(one.text.rpartition("/")[2])
    ]


def inside(values: Values, place: Place, argument: ast.expr | None, where: loaders.Where) -> list[Text]:
    """`Embeddings({"path": "org/name"})`: keywords in a mapping."""
    found = []
    for one in values.comes_to(place.to(argument)) if isinstance(argument, ast.Dict | ast.Name) else ():
        if isinstance(one.node, ast.Dict):
            for key, value in zip(one.node.keys, one.node.values, strict=True):
                if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value in where:
                    found += values.texts(one.to(value))
    return found


def served_by(values: Values, place: Place, node: ast.Call) -> str:
    """`ollama` where a call says that its model is Ollama's: by its provider, or by the address it goes to."""
    known = loaders.rules()
    if any(one.text == OLLAMA for one in _strings(values, place, given(node, known.providers))):
        return OLLAMA
    calls = [place]
    if isinstance(node.func, ast.Attribute) and given(node, ("model", "json", "data")) is not None:
        calls += values.comes_to(place.to(_first(node.func)))
    for one in calls:
        if isinstance(one.node, ast.Call):
            address = given(one.node, known.addresses) or (one.node.args[0] if one is place and one.node.args else None)
            if any(mark in text.text for text in _strings(values, one, address) for mark in known.ollama):
                return OLLAMA
    return ""


def is_alias(key: str, beside: Collection[object]) -> bool:
    """Whether a name holds a nickname of the model that stands beside it."""
    return any(one in beside for one in loaders.rules().aliases.get(key, ()))


def _strings(values: Values, place: Place, argument: ast.expr | None) -> list[Text]:
    return [] if argument is None else values.texts(place.to(argument))


def _first(node: ast.expr) -> ast.expr:
    """The object that `client.chat.completions.create` begins with; `self.client` with its attribute."""
    while isinstance(node, ast.Attribute) and isinstance(node.value, ast.Attribute | ast.Call):
        if isinstance(node.value, ast.Call) or (
            isinstance(node.value.value, ast.Name) and node.value.value.id in ("self", "cls")
        ):
            return node.value
        node = node.value
    return node.value if isinstance(node, ast.Attribute) else node


def _is_other_key(name: str) -> bool:
    """Whether a key says that its value is no model: `output_dir`, `type`."""
    return not loaders.rules().never.isdisjoint(loaders.plain(name).split("_"))
