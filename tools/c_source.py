"""c_source.py: reads a C file as far as tools/tidy needs it: blanked text, functions, comments."""
import re

TOKEN = re.compile(
    r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.DOTALL
)
WORD = re.compile(r"[A-Za-z_]\w*|[{}()\[\];,=?]|&&|\|\|")
NO_FUNCTION = {"if", "for", "while", "switch", "return", "sizeof", "do", "else", "_Static_assert"}


class Function:
    def __init__(self, name, line, lines, parameters, complexity, asserts):
        self.name, self.line, self.lines = name, line, lines
        self.parameters, self.complexity, self.asserts = parameters, complexity, asserts


class Source:
    """text: as it is. code: the same length, comments and strings and directives blanked."""

    def __init__(self, path, text):
        self.path, self.text = path, text
        self.lines = text.split("\n")
        self.comments = [(m.start(), m.group()) for m in TOKEN.finditer(text)
                         if m.group().startswith(("/*", "//"))]
        no_text = TOKEN.sub(lambda m: blank(m.group()), text)
        self.code = blank_directives(no_text)
        self.functions = list(find_functions(self.code))

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1

    def comment_lines(self):
        return sum(comment.count("\n") + 1 for _, comment in self.comments)

    def code_lines(self):
        return sum(1 for line in self.code.split("\n") if line.strip())


def blank(text):
    if text.startswith('"'):
        return '"' + re.sub(r"[^\n]", " ", text[1:-1]) + '"'
    if text.startswith("'"):
        return "'" + re.sub(r"[^\n]", " ", text[1:-1]) + "'"
    return re.sub(r"[^\n]", " ", text)


def blank_directives(text):
    out, inside = [], False
    for line in text.split("\n"):
        inside = inside or line.lstrip().startswith("#")
        out.append(" " * len(line) if inside else line)
        inside = inside and line.rstrip().endswith("\\")
    return "\n".join(out)


def find_functions(code):
    """Function definitions at the outermost level: a '{' behind a closed parameter list."""
    depth, statement = 0, []  # tokens of the running outermost statement
    tokens = [(m.group(), m.start()) for m in WORD.finditer(code)]
    index = 0
    while index < len(tokens):
        token, offset = tokens[index]
        if depth == 0 and token == "{":
            end = matching(tokens, index, "{", "}")
            head = function_head(statement)
            if head and head[1] > 0 and code[head[1] - 1] != "\n":
                head = None  # a definition has its name at column one; this is a macro's use
            if head:
                yield make_function(code, tokens, head, index, end)
            if head or not is_block(statement):
                statement = []
            index = end + 1
            continue
        if depth == 0 and token == ";":
            statement = []
        else:
            statement.append((token, offset))
        index += 1


def is_block(statement):
    """struct, enum, union and initialisers go on behind their brace until the ';'."""
    words = [token for token, _ in statement]
    return "=" in words or any(word in words for word in ("struct", "enum", "union"))


def matching(tokens, index, opening, closing):
    depth = 0
    for i in range(index, len(tokens)):
        if tokens[i][0] == opening:
            depth += 1
        elif tokens[i][0] == closing:
            depth -= 1
            if depth == 0:
                return i
    return len(tokens) - 1


def function_head(statement):
    """(name, offset, parameter tokens), or None when the statement is no function."""
    words = [token for token, _ in statement]
    if "=" in words or "(" not in words or words[-1] != ")":
        return None
    start, depth = len(words) - 1, 1
    while depth > 0 and start > 0:
        start -= 1
        depth += {")": 1, "(": -1}.get(words[start], 0)
    if words[:1] == ["__attribute__"] or start == 0 or words[start - 1] in NO_FUNCTION:
        return None
    name, offset = statement[start - 1]
    return name, offset, words[start + 1:-1]


def count_parameters(words):
    if words in ([], ["void"]):
        return 0
    depth, count = 0, 1
    for word in words:
        depth += word in "([{"
        depth -= word in ")]}"
        count += word == "," and depth == 0
    return count


def count_branches(words):
    count, before = 1, None
    for word in words:
        if word in ("if", "for", "while", "&&", "||", "?"):
            count += 1
        elif word == "case" and before != ":":
            count += 1
        before = word
    return count


def make_function(code, tokens, head, opening, end):
    name, offset, parameters = head
    line = code.count("\n", 0, offset) + 1
    lines = code.count("\n", offset, tokens[end][1]) + 1
    body = code[tokens[opening][1]:tokens[end][1]]
    # Labels that stand one behind the other are one branch.
    words = re.findall(r"[A-Za-z_]\w*|&&|\|\||\?", re.sub(r"(case\s[^;{}?]*?:\s*)+", "case ", body))
    asserts = sum(word == "assert" for word in words)
    return Function(name, line, lines, count_parameters(parameters), count_branches(words), asserts)
