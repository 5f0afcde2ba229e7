"""Shell text → its simple commands, each with words and lines; the reading half of `shell.py`. Nothing is executed.

One pass, forwards only. What a shell would refuse (an open quote, a stray bracket) still yields the commands before and
around it, as snippets in other files hold marks of their own: `${{ matrix.model }}`, `{{ .Values.model }}`.
Source: the grammar of POSIX.1-2024, Shell Command Language, and bash's arrays and here-strings.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

MAX_NESTING = 12
"""Deepest `$( … "${ … }" )` that is looked into; what lies deeper is skipped as text."""

MAX_ARITHMETIC = 200
"""Longest `$(( … ))`, in characters."""

_PLAIN = re.compile(r"[^\s\\'\"$`;&|()<>{}]+")
_WITHIN_QUOTES = re.compile(r"[^\"\\$`{]+")
_BLANK = re.compile(r"(?:[ \t\r\f\v]|\\\n)+")
_PARAMETER = re.compile(r"([!#]?)([A-Za-z_]\w*|\d+|[@*])(\[[^\]\n]{0,80}\])?(:?[-=?]|(?=\}))")
_CUT = re.compile(r"\$\{([A-Za-z_]\w*|\d+)(%%?|##?)([^{}$\n\"'`\\?]{1,40})\}")
_REST = re.compile(r"\$\{[@*]:(\d{1,3})\}")
_ASSIGNED = re.compile(r"([A-Za-z_]\w*)(?:\[[^\]\s]{0,80}\])?(\+?)=")
_REDIRECT = re.compile(r"<<<|&>>?|[<>]&|>>|>\||<>|[<>]")
_HEREDOC = re.compile(r"<<(-?)[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|\\?([\w.%@+-]+))")
_TEMPLATE = re.compile(r"\{\{(.{0,400}?)\}\}")
_LITERAL = re.compile(r"(?:\|\||&&|\bdefault\s*\(?|\bor\b)\s*(?:'([^'\n]*)'|\"([^\"\n]*)\")")
_FUNCTION = re.compile(r"\(\s*\)(?:\s|#[^\n]*\n)*")
_GROUP = re.compile(r"\{\s")
_NAME = re.compile(r"[A-Za-z_][\w:.-]*")
_ENVIRONMENT = re.compile(r"\s*env\.(\w+)\s*")
_OPENS = frozenset({"if", "case", "while", "until", "for", "select"})
_CLOSES = frozenset({"fi", "esac", "done"})
_PASSED = frozenset({"if", "then", "else", "elif", "while", "until", "do", "{", "}", "!", "time"}) | _CLOSES
_LOOPS = frozenset({"while", "until", "for", "select"})
_DECLARES = frozenset({"export", "declare", "local", "readonly", "typeset"})


class Variable(NamedTuple):
    """`$X` in a word, or something else whose value may be known."""

    name: str
    """With the index, if any: `X[0]`. Empty for what has none: a substitution, a mark of a template language."""

    fallback: tuple[Word, ...] = ()
    """What it may be if unset: `${X:-fallback}`."""

    sets: bool = False
    """Whether the fallback is its value from then on: `${X:=fallback}`."""

    cut: str = ""
    """What is taken away from its value: `%@*` in `${X%@*}`."""


class Word(NamedTuple):
    """A word of a command."""

    parts: tuple[str | Variable, ...]
    line: int
    """1-based, where it begins."""

    quoted: bool = False
    """Whether any of it stands in quotes; only a word without is split where a variable holds spaces."""

    @property
    def plain(self) -> str:
        """Its text if it is one without quotes and variables, else empty."""
        return self.parts[0] if len(self.parts) == 1 and isinstance(self.parts[0], str) and not self.quoted else ""


class Assignment(NamedTuple):
    """`X=value`, or `X=(several values)`."""

    name: str
    values: tuple[Word, ...]
    line: int
    array: bool = False
    adds: bool = False
    """Whether the value so far may still hold: in a branch, and for `+=`."""


class Command(NamedTuple):
    """A simple command; `for X in …` counts as one."""

    words: tuple[Word, ...]
    assigned: tuple[Assignment, ...] = ()
    target: Word | None = None
    """The file that it writes to: `> file`."""

    heredoc: tuple[int, str] | None = None
    """The text that it reads, after its first line."""

    literal: bool = False
    """Whether variables in that text stay as they are: `<<'END'`."""

    reads: Word | None = None
    """A text that it reads (`<<< text`), or the file (`< file`), which `from_file` tells apart."""

    from_file: bool = False
    fed: tuple[int, int] | None = None
    """The commands whose output it reads, `< <( … )`: indices into the list, the second one behind the last."""

    piped: bool = False
    """Whether its output goes to the command that follows."""

    body: tuple[int, int] | None = None
    """The commands of the function that begins here, or of the loop that ends here."""

    ends: int = 0
    """Of the first command of a loop: the one that ends it."""

    function: str = ""
    """The name of the function that begins here; its commands follow."""


def commands(text: str) -> list[Command]:
    """The simple commands of a shell text in order; those in `$( … )` before the command that holds them. Linear."""
    reader = _Reader(text)
    while reader.at < len(text):
        reader.read("")
    return reader.found


class _Heredoc(NamedTuple):
    end: str
    tabs: bool
    """Whether tabs before a line do not count."""

    literal: bool


class _Reader:
    """A position in a shell text, and what was read up to there."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.branches = 0
        self.found: list[Command] = []
        self.starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self.loops: list[int] = []
        """Where the commands of the loops begin that are open."""
        self.waiting: list[tuple[_Heredoc, int]] = []
        """Here-documents whose text begins after this line, and the index of the command."""
        self.last: dict[str, int] = {}
        """The last line on which each line's text stands; filled at the first here-document."""
        self.in_backticks = False
        self.broken = False
        """Whether a quote without an end was met: from then on a quote ends with its line at the latest."""

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def read(self, end: str) -> None:
        """Commands up to `end`, a bracket that closes; all where it is empty."""
        maybe = False
        while self.at < len(self.text):
            self._blank()
            char = self.peek()
            if char and char in end and not self.text.startswith("}}", self.at):
                self.at += 1
                return
            if char == "\n":
                self.at += 1
                self._heredocs()
                maybe = False
            elif char and char in ";()&|" and not self.text.startswith("&>", self.at):
                maybe = self.text.startswith(("&&", "||"), self.at)
                if char == "|" and not maybe and self.found:
                    self.found[-1] = self.found[-1]._replace(piped=True)
                self.at += 2 if maybe else 1
            elif _GROUP.match(self.text, self.at) and self.depth < MAX_NESTING:
                self._within("}")
            elif char:
                begun = self.at
                self._command(maybe)
                self.at += self.at == begun

    def _blank(self) -> None:
        """Past blanks, continued lines and a comment."""
        blank = _BLANK.match(self.text, self.at)
        if blank:
            self.at = blank.end()
        if self.peek() == "#":
            self.at = self._line_end(self.at)

    def _ends(self) -> bool:
        """Whether no word and no redirection begins here."""
        char = self.peek()
        if char == "`":
            return self.in_backticks
        return not char or (char in "\n;|()&" and not self.text.startswith("&>", self.at))

    def _within(self, end: str) -> None:
        """The commands of a group or function, whose bracket stands here."""
        self.at += 1
        self.depth += 1
        self.read(end)
        self.depth -= 1

    def _command(self, maybe: bool) -> None:
        words: list[Word] = []
        assigned: list[Assignment] = []
        heredocs: list[_Heredoc] = []
        built = Command(())
        while not self._ends():
            if self.peek() in "<>&":
                built = self._redirection(built, heredocs)
            elif not words or words[0].plain in _DECLARES:
                built = self._first(built, words, assigned, maybe)
            elif len(words) == 2 and words[0].plain == "function" and self.peek() == "{":
                break
            else:
                word = self._word()
                words += [word] if word.parts or word.quoted else []
            self._blank()
        if self._function(words, assigned):
            return
        self.waiting += [(one, len(self.found)) for one in heredocs]
        if words or assigned or heredocs or built.body:
            self.found.append(built._replace(words=tuple(words), assigned=tuple(assigned)))

    def _function(self, words: list[Word], assigned: list[Assignment]) -> bool:
        """Whether these words begin a function; then its commands are read."""
        named = len(words) == 2 and words[0].plain == "function"
        if assigned or not (named or len(words) == 1) or self.depth >= MAX_NESTING:
            return False
        brackets = _FUNCTION.match(self.text, self.at)
        begins = brackets.end() if brackets else self.at
        if not (brackets or named) or self.text[begins : begins + 1] not in ("{", "("):
            return False
        name = words[-1].plain
        if not _NAME.fullmatch(name):
            return False
        index = len(self.found)
        self.found.append(Command((), function=name))
        self.at = begins
        self._within("}" if self.peek() == "{" else ")")
        self.found[index] = self.found[index]._replace(body=(index + 1, len(self.found)))
        return True

    def _first(self, built: Command, words: list[Word], assigned: list[Assignment], maybe: bool) -> Command:
        """An assignment, a word of the grammar, or the command's name; the command, told which loop ends with it."""
        assignment = self._assignment(maybe or self.branches > 0)
        if assignment:
            assigned.append(assignment)
            return built
        word = self._word()
        if not words and not assigned:
            if word.plain in _LOOPS:
                self.loops.append(len(self.found))
            elif word.plain == "done" and self.loops:
                begun = self.loops.pop()
                built = built._replace(body=(begun, len(self.found)))
                if begun < len(self.found):
                    self.found[begun] = self.found[begun]._replace(ends=len(self.found))
            self.branches += word.plain in _OPENS
            self.branches = max(self.branches - (word.plain in _CLOSES), 0)
        if words or assigned or word.plain not in _PASSED:
            words.append(word)
        return built

    def _assignment(self, adds: bool) -> Assignment | None:
        found = _ASSIGNED.match(self.text, self.at)
        if not found:
            return None
        line, name = self.line(), found[1]
        self.at = found.end()
        if self.peek() != "(":
            return Assignment(name, (self._word(),), line, adds=adds or bool(found[2]))
        self.at += 1
        values: list[Word] = []
        while self.at < len(self.text):
            self._blank()
            char = self.peek()
            if char == ")":
                self.at += 1
                break
            if char and char in "\n;&|(<>":
                self.at += 1
            elif char:
                values.append(self._word())
        return Assignment(name, tuple(values), line, array=True, adds=adds or bool(found[2]))

    def _redirection(self, built: Command, heredocs: list[_Heredoc]) -> Command:
        """Past a redirection; the command with what it reads and the file that it writes to."""
        mark = None if self.text.startswith("<<<", self.at) else _HEREDOC.match(self.text, self.at)
        if mark:
            self.at = mark.end()
            plain = mark[4] is not None and "\\" not in mark[0]
            heredocs.append(_Heredoc(mark[2] or mark[3] or mark[4] or "", bool(mark[1]), not plain))
            return built
        found = _REDIRECT.match(self.text, self.at)
        self.at = found.end() if found else self.at + 1
        self._blank()
        if found and found[0] == "<" and self.text.startswith(("<(", "("), self.at) and self.depth < MAX_NESTING:
            self.at += self.peek() == "<"
            start = len(self.found)
            self._within(")")
            return built._replace(fed=(start, len(self.found)))
        if self._ends() or self.peek() in "<>" or not found:
            return built
        word = self._word()
        if found[0] in ("<", "<<<"):
            return built._replace(reads=word, from_file=found[0] == "<")
        return built._replace(target=word) if found[0] in (">", ">>", ">|", "&>", "&>>") else built

    def _heredocs(self) -> None:
        """Past the texts that follow a line with `<<END`; each goes to its command. One without end is none."""
        if self.waiting and not self.last:
            self.last = {line.strip("\t\r"): number for number, line in enumerate(self.text.split("\n"), 1)}
        for (end, tabs, literal), index in self.waiting:
            first, last = self.line(), self.last.get(end, 0)
            if last < first:
                continue
            lines = []
            while self.at < len(self.text):
                stop = self._line_end(self.at)
                line = self.text[self.at : stop]
                self.at = stop + 1
                if (line.lstrip("\t") if tabs else line).rstrip("\r") == end:
                    break
                lines.append(line.lstrip("\t") if tabs else line)
            if index < len(self.found):
                self.found[index] = self.found[index]._replace(heredoc=(first, "\n".join(lines)), literal=literal)
        self.waiting = []

    def _word(self) -> Word:
        """The word that begins here; at least one character is consumed."""
        line, quoted, parts = self.line(), False, list[str | Variable]()
        begun = self.at
        while self.at < len(self.text):
            plain = _PLAIN.match(self.text, self.at)
            char = self.peek()
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            elif char in "'\"" or self.text.startswith(("$'", '$"'), self.at):
                quoted = True
                self._quote(parts)
            elif char == "`" and self.in_backticks:
                break
            elif char in "$`\\" or self.text.startswith("{{", self.at):
                self._expansion(parts)
            elif char in "{}":
                parts.append(char)
                self.at += 1
            else:
                break
        if self.at == begun:
            self.at += 1 if self.peek() and self.peek() not in " \t\r\f\v\n;|&()<>" else 0
        if self.peek() and self.peek() in "<>" and len(parts) == 1 and str(parts[0]).isdigit():
            parts = []  # `2>`: the number belongs to the redirection
        return Word(_joined(parts), line, quoted)

    def _quote(self, parts: list[str | Variable]) -> None:
        self.at += self.peek() == "$"
        if self.peek() == '"':
            self._double(parts)
            return
        end = self.text.find("'", self.at + 1)
        if end < 0:
            end = self._line_end(self.at)
        parts.append(self.text[self.at + 1 : end])
        self.at = min(end + (self.text[end : end + 1] == "'"), len(self.text))

    def _line_end(self, at: int) -> int:
        """Where the line that holds a position ends."""
        number = bisect_right(self.starts, at)
        return self.starts[number] - 1 if number < len(self.starts) else len(self.text)

    def _double(self, parts: list[str | Variable]) -> None:
        """A text in double quotes; where it has no end, it is read again up to the end of its line."""
        begun, known, size, branches = self.at, len(self.found), len(parts), self.branches
        whole = not self.broken
        limit = len(self.text) if whole else self._line_end(begun)
        self.at += 1
        while self.at < limit:
            plain = _WITHIN_QUOTES.match(self.text, self.at, limit)
            if plain:
                parts.append(plain[0])
                self.at = plain.end()
            elif self.peek() == '"':
                self.at += 1
                return
            else:
                self._expansion(parts, in_quotes=True)
        if whole:
            self.broken = True
            del self.found[known:], parts[size:]
            self.at, self.branches, self.waiting = begun, branches, []
            self._double(parts)

    def _expansion(self, parts: list[str | Variable], *, in_quotes: bool = False) -> None:
        """What begins with a backslash, `$`, a backtick or a brace."""
        text, char = self.text, self.peek()
        following = text[self.at + 1 : self.at + 2]
        template = _TEMPLATE.match(text, self.at + (char == "$")) if text.startswith(("{{", "${{"), self.at) else None
        if template:
            parts.append(_of_template(template[1], self.line()))
            self.at = template.end()
        elif char == "\\":
            keeps = in_quotes and following not in '"\\$`\n'
            parts.append("" if following == "\n" else ("\\" + following if keeps else following))
            self.at = min(self.at + 2, len(text))
        elif char == "`" or text.startswith("$(", self.at):
            self._substitution(parts)
        elif text.startswith("${", self.at):
            self._parameter(parts)
        elif char == "$" and (following.isalnum() or following in ("_", "@", "*")):
            name = re.compile(r"\d|[@*]|\w+").match(text, self.at + 1)
            parts.append(Variable(name[0] if name else ""))
            self.at = name.end() if name else self.at + 2
        else:
            parts.append(char)
            self.at += 1

    def _substitution(self, parts: list[str | Variable]) -> None:
        """`$( … )`, `$(( … ))` or backticks: the commands in it are read, its value is not known."""
        parts.append(Variable(""))
        backtick = self.peek() == "`"
        if self.text.startswith("$((", self.at):
            end = self.text.find("))", self.at, self.at + MAX_ARITHMETIC)
            self.at = end + 2 if end >= 0 else self.at + 3
            return
        self.at += 1 if backtick else 2
        if self.depth < MAX_NESTING and not (backtick and self.in_backticks):
            self.depth += 1
            outer, self.in_backticks = self.in_backticks, backtick
            self.read("`" if backtick else ")")
            self.in_backticks = outer
            self.depth -= 1

    def _parameter(self, parts: list[str | Variable]) -> None:
        """`${X}` and its forms; what changes the value (`${X##*/}`) makes it unknown."""
        cut = _CUT.match(self.text, self.at)
        if cut:
            parts.append(Variable(cut[1], cut=cut[2] + cut[3]))
            self.at = cut.end()
            return
        rest = _REST.match(self.text, self.at)
        if rest:
            parts.append(Variable(f"@:{rest[1]}"))
            self.at = rest.end()
            return
        found = _PARAMETER.match(self.text, self.at + 2)
        line = self.line()
        self.at = found.end() if found else self.at + 2
        known = found is not None and not found[1]
        inner: list[str | Variable] = []
        quoted = False
        nested = self.depth < MAX_NESTING
        self.depth += 1
        while nested and self.at < len(self.text) and self.peek() not in "}\n":
            if self.peek() in "\"'":
                quoted = True
                self._quote(inner)
            elif self.peek() in "\\$`":
                self._expansion(inner)
            else:
                inner.append(self.peek())
                self.at += 1
        self.depth -= 1
        self.at += self.peek() == "}"
        if not found or not known:
            parts.append(Variable(""))
            return
        fallback = (Word(_joined(inner), line, quoted),) if inner and found[4] and not found[4].endswith("?") else ()
        parts.append(Variable(found[2] + (found[3] or ""), fallback, found[4].endswith("=")))


def _joined(parts: list[str | Variable]) -> tuple[str | Variable, ...]:
    """The parts with neighbouring texts as one."""
    joined: list[str | Variable] = []
    texts: list[str] = []
    for part in [*parts, Variable("")]:
        if isinstance(part, str):
            texts.append(part)
            continue
        if texts:
            joined.append("".join(texts))
            texts = []
        joined.append(part)
    return tuple(joined[:-1])


def _of_template(text: str, line: int) -> Variable:
    """`${{ env.X }}` is X; `${{ inputs.x || 'name' }}` and `{{ .Values.x | default "name" }}` may be the name."""
    environment = _ENVIRONMENT.fullmatch(text)
    literals = [single or double for single, double in _LITERAL.findall(text)]
    return Variable(environment[1] if environment else "", tuple(Word((one,), line) for one in literals))
