import re
out = []
RX = re.compile(r"(?P<word>\w+)\s*(?P<num>\d+)?", re.IGNORECASE | re.M)
m = RX.match("hello 12 world")
out += [m, repr(m), repr(RX), m.group(), m.group(1, "num"), m["word"], m.groups(), m.groupdict(), m.span(), m.span("num"), m.start(1), m.end(), m.re is RX, m.string, m.pos, m.endpos, m.lastindex, m.lastgroup, m.regs, RX.flags, RX.groups, dict(RX.groupindex)]
out.append(RX.findall("a1 b2 c"))
out.append([x.span() for x in re.finditer("x*", "axb")])
it = re.finditer("", "ab")
out.append(next(it).span())
print("pause")
out.append([x.span() for x in it])
out.append(re.sub("(a)(b)?", r"<\1\2>", "abaab"))
out.append(re.sub("a", lambda m: m.group().upper() + str(m.start()), "banana"))
out.append(re.subn("a", "\\g<0>x", "banana", 2))
out.append(re.split("(,)", "a,b,c", maxsplit=1))
out.append(re.escape("a.b"))
out.append((re.I, repr(re.I | re.M), str(re.I), re.I.name, re.I.value, re.I | re.M is re.I | re.M, re.I & re.M, bool(re.I & re.M), isinstance(re.I, int)))
for bad in ["(", "[a", "a**", "(?P<1>a)", r"\1", "(?<=a*)b"]:
    try:
        re.compile(bad)
    except re.error as e:
        out.append((str(e), e.msg, e.pattern, e.pos, e.lineno, e.colno))
for f in [lambda: re.match(1, "a"), lambda: re.match("a", 1), lambda: re.match("a", b"a"), lambda: RX.match("a").group(5), lambda: RX.match("a").group("x"), lambda: re.sub("a", r"\2", "a"), lambda: re.sub("a", lambda m: 5, "a"), lambda: re.sub("a", r"\g<x>", "a"), lambda: re.compile(RX, re.I)]:
    try:
        out.append(f())
    except Exception as e:
        out.append((type(e).__name__, str(e)))
out.append(re.compile("a") is re.compile("a"))
out.append(re.compile("a") == re.compile("a", re.I))
out.append({re.compile("a"): 1}[re.compile("a")])
out.append(re.fullmatch("a+", "aaa").expand(r"[\g<0>]"))
out.append(type(m).__name__)
out.append(isinstance(m, re.Match))
out.append(isinstance(RX, re.Pattern))
out.append(re.search(b"b+", b"abbc").group())
out.append(re.findall(r"(\w)(\d)?", "a1b"))
return out
