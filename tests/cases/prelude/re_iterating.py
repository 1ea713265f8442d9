import re
class Text(str):
    def __len__(self):
        return 99
out = []
found = re.finditer(r"(?P<a>\w)(\d)?", "a1 b2 c")
both = [found, found]
for m in found:
    await act(m.group())
    out.append((m.span("a"), m.lastgroup, m.pos, m.endpos))
    if len(out) == 2:
        break
await act()
out.append([m.group(2) for m in both[1]])
def up(m):
    print("up", m.group())
    return m.group().upper() if m.group() != "b" else ""
out.append(re.sub("[a-c]", up, "abcabc", count=4))
out.append(re.subn("", "-", "abc"))
out.append(re.sub("(?P<x>b)", r"[\g<x>\1\n]", "abc"))
out.append([m.span() for m in re.compile("a*?").finditer("aaa", 1, 2)])
out.append(re.split(r"x*", "axbc"))
out.append(re.match("abc", Text("abcd")).group())
out.append(type(re.sub("q", "", Text("abcd"))).__name__)
out.append(re.compile("(a)|b").sub(lambda m: str(m.groups()), "ab"))
pattern = re.compile(r"(?i)x(?#note)y", re.A | re.X)
kept = {pattern: 1}
await act()
out.append((kept[re.compile(r"(?i)x(?#note)y", re.A | re.X)], pattern.flags, repr(pattern), [*kept][0] is pattern))
for call in [
    lambda: re.sub("a", up, 5), lambda: re.sub(5, "", ""), lambda: re.sub("(a)", r"\9", "a"), lambda: re.compile("a", re.L),
    lambda: re.sub("a", b"", "a"), lambda: re.finditer("a", 5), lambda: pattern.match("x", None), lambda: re.match("a", "b", 5.5),
    lambda: re.match("(a)", "a").group(1, 2), lambda: re.match("a", "a").start("x"), lambda: re.Pattern(), lambda: re.compile({}),
]:
    try:
        out.append(call())
    except Exception as e:
        out.append((type(e).__name__, str(e)))
return out
