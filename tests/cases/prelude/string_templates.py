import string, textwrap
from string import Template, Formatter
out = []
t = Template("$who likes ${what} $$5 $")
for f in [lambda: t.substitute(who="a", what="b"), lambda: t.safe_substitute({"who": "x"}), lambda: Template("$a $b").substitute({"a": 1}, b=2), lambda: Template("$a").substitute({}), lambda: t.is_valid(), lambda: Template("$a ${b} $a").get_identifiers(), lambda: t.template]:
    try:
        out.append(f())
    except Exception as e:
        out.append((type(e).__name__, str(e)))
class My(Template):
    delimiter = "%"
    idpattern = "[a-z]+"
out.append(My("%a $b %%").substitute(a=3))
class F(Formatter):
    def get_value(self, key, args, kwargs):
        if isinstance(key, str):
            return kwargs.get(key, "?" + key)
        return super().get_value(key, args, kwargs)
out.append(F().format("{} {x} {y!r:>5} {1[0]}", 1, [7], x=2) if False else F().format("{0} {x} {y!r:>5} {1[0]}", 1, [7], x=2))
out.append(list(Formatter().parse("a{b!r:c}d")))
w = textwrap.TextWrapper(width=20, initial_indent="* ", subsequent_indent="  ")
out.append(w.wrap("the quick brown fox jumps over the lazy dog"))
out.append(w.fill("the quick brown fox jumps over the lazy dog"))
out.append(textwrap.indent("a\n\nb\n", "> "))
out.append(textwrap.indent("a\n\nb\n", "> ", lambda line: True))
out.append(textwrap.shorten("hello  world!", width=11))
out.append(string.capwords('hello wORLD'))
return out
