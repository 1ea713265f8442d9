"""`textwrap.TextWrapper` and `textwrap.indent` in workflow Python; the wrapping itself is C's machine's."""

from _text_parts import check_own, wrapped

_INSIDE = (
    "_munge_whitespace _split _fix_sentence_endings _handle_long_word _split_chunks _wrap_chunks "
    "unicode_whitespace_trans word_punct letter whitespace nowhitespace wordsep_re wordsep_simple_re sentence_end_re"
)


class TextWrapper:
    """Object for wrapping/filling text."""

    def __init__(
        self,
        width=70,
        initial_indent="",
        subsequent_indent="",
        expand_tabs=True,
        replace_whitespace=True,
        fix_sentence_endings=False,
        break_long_words=True,
        drop_whitespace=True,
        break_on_hyphens=True,
        tabsize=8,
        *,
        max_lines=None,
        placeholder=" [...]",
    ):
        self.width = width
        self.initial_indent = initial_indent
        self.subsequent_indent = subsequent_indent
        self.expand_tabs = expand_tabs
        self.replace_whitespace = replace_whitespace
        self.fix_sentence_endings = fix_sentence_endings
        self.break_long_words = break_long_words
        self.drop_whitespace = drop_whitespace
        self.break_on_hyphens = break_on_hyphens
        self.tabsize = tabsize
        self.max_lines = max_lines
        self.placeholder = placeholder

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        check_own(cls, "textwrap.TextWrapper", _INSIDE)

    def wrap(self, text):
        return wrapped(
            text,
            (
                self.width,
                self.initial_indent,
                self.subsequent_indent,
                self.expand_tabs,
                self.replace_whitespace,
                self.fix_sentence_endings,
                self.break_long_words,
                self.drop_whitespace,
                self.break_on_hyphens,
                self.tabsize,
            ),
            self.max_lines,
            self.placeholder,
        )

    def fill(self, text):
        return "\n".join(self.wrap(text))


def indent(text, prefix, predicate=None):
    lines = []
    for line in text.splitlines(True):
        lines.append(prefix + line if (line.strip() if predicate is None else predicate(line)) else line)
    return "".join(lines)
