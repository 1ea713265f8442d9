import difflib
out = []
s = difflib.SequenceMatcher(None, "abcd", "bcde")
out.append((s.ratio(), s.quick_ratio(), s.real_quick_ratio(), s.get_matching_blocks(), s.get_opcodes(), s.find_longest_match(0, 4, 0, 4)))
out.append(difflib.SequenceMatcher(lambda x: x == " ", "private Thread", "private volatile Thread").ratio())
a, b = "one\ntwo\nthree\n".splitlines(True), "ore\ntree\nemu\n".splitlines(True)
out.append(list(difflib.unified_diff(a, b, "x", "y")))
out.append(list(difflib.context_diff(a, b)))
d = difflib.ndiff(a, b)
out.append(next(d))
out.append("".join(d))
out.append("".join(difflib.restore(difflib.ndiff(a, b), 1)))
out.append(difflib.get_close_matches("appel", ["ape", "apple", "peach"]))
out.append([list(g) for g in s.get_grouped_opcodes(1)])
return out
