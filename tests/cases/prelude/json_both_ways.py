import json
out = []
class P:
    def __init__(self, x): self.x = x
class E(json.JSONEncoder):
    def default(self, o):
        if isinstance(o, P):
            return {"x": o.x}
        return super().default(o)
data = {"a": [1, 2.5, None, True, "é\n"], "b": {"c": []}, 1: (1, 2), 2.5: 1, None: 0, True: 3}
out.append(json.dumps(data))
out.append(json.dumps(data, indent=2))
out.append(json.dumps({"b": 1, "a": [P(1), P([P(2)])]}, cls=E, sort_keys=True))
out.append(json.dumps([P(1)], default=lambda o: o.x, separators=(",", ":")))
out.append(json.dumps([P(1), {}], default=lambda o: o.x, indent="\t"))
out.append(list(E(indent=1).iterencode({"a": [1, P(2), [], {}], "b": {"q": 1}})))
out.append(list(json.JSONEncoder().iterencode({"a": [1, [2]]})))
for f in [lambda: json.dumps({1, 2}), lambda: json.dumps(float("nan"), allow_nan=False), lambda: json.dumps({(1,): 2}), lambda: json.loads("[1,"), lambda: json.loads("{'a':1}"), lambda: json.loads(""), lambda: json.loads("[1] x"), lambda: json.loads(5), lambda: json.dumps(1, foo=2), lambda: json.loads('"\x01"'), lambda: json.loads('["a' )]:
    try:
        out.append(f())
    except ValueError as e:
        out.append((type(e).__name__, str(e), getattr(e, "pos", None), getattr(e, "lineno", None)))
    except Exception as e:
        out.append((type(e).__name__, str(e)))
c = []
c.append(c)
try:
    json.dumps(c)
except ValueError as e:
    out.append(str(e))
c.append(P(c))
try:
    json.dumps([P(c)], default=lambda o: o.x)
except ValueError as e:
    out.append(str(e))
log = []
def hook(d):
    log.append(d)
    print("hook", d)
    return ("H", sorted(d.items(), key=str))
out.append(json.loads('{"a": {"b": [1, {"c": 2}]}, "d": 1.5}', object_hook=hook))
out.append(json.loads('{"a": {"b": [1, {"c": 2}]}, "d": 1.5}', object_pairs_hook=lambda p: p))
out.append(json.loads('[1, 2.5, NaN, {"a": 3}]', parse_int=lambda s: s + "i", parse_float=lambda s: s + "f", parse_constant=lambda s: s + "c"))
try:
    json.loads('{"a": {"b": 1}, "c" }', object_hook=hook)
except json.JSONDecodeError as e:
    out.append((e.msg, e.pos, e.doc, e.colno, e))
out.append(json.loads(b'{"a": 1}'))
out.append(json.loads('"\\u00e9\\ud83d\\ude00"'))
class D(json.JSONDecoder):
    def decode(self, s):
        return ["D", super().decode(s)]
out.append(json.loads("[1]", cls=D))
out.append(json.JSONDecoder().raw_decode("[1] x"))
class S(str): pass
class I(int):
    def __repr__(self): return "I!"
class L(list): pass
out.append(json.dumps([S("x"), I(3), L([1]), {S("k"): I(1), I(2): 1}]))
return out
