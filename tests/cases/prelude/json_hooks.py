import json
class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y
    def __repr__(self):
        return f"P({self.x}, {self.y})"
class Encoder(json.JSONEncoder):
    def __init__(self, *args, mark="*", **kwargs):
        super().__init__(*args, **kwargs)
        self.mark = mark
    def default(self, o):
        print("default", o)
        if isinstance(o, Point):
            return {self.mark: [o.x, o.y]}
        if isinstance(o, (set, range)):
            return list(o)
        return super().default(o)
class Items(dict):
    def items(self):
        print("items")
        return [("k", Point(0, 0)), ("z", 1)]
def made(pairs):
    print("made", pairs)
    if len(pairs) == 1 and pairs[0][0] == "*":
        return Point(*pairs[0][1])
    return dict(pairs)
data = {"p": Point(1, 2), "deep": [[Point(3, {4, 5})], (Point(6, range(2)),)], "n": None}
out = []
text = json.dumps(data, cls=Encoder)
out.append(text)
await act(text)
back = json.loads(text, object_pairs_hook=made)
await act()
out.append(str(back))
out.append(json.dumps(data, cls=Encoder, mark="!", indent=1, sort_keys=True))
out.append(json.dumps(Items(a=1), cls=Encoder))
chunks = Encoder().iterencode([1, Point(1, 2), {"a": Point(3, 4)}])
out.append(next(chunks))
await act()
out.append([*chunks])
def steps():
    def float_of(text):
        steps.append(text)
        return text
    steps = []
    try:
        json.loads('[1.5, {"a": 2.5}, 3.5, x]', parse_float=float_of, object_hook=lambda d: steps.append(d))
    except json.JSONDecodeError as error:
        return steps, str(error), error.doc, error.colno
out.append(steps())
for call in [
    lambda: json.dumps(Point(1, 2)), lambda: json.dumps({Point(1, 2): 1}), lambda: json.dumps({Point(1, 2): 1, "a": 2}, skipkeys=True),
    lambda: json.dumps([float("inf")]), lambda: json.dumps([float("inf"), Point(1, 1)], cls=Encoder, allow_nan=False),
    lambda: json.loads("[1, 2", parse_int=str), lambda: json.loads("NaN", parse_constant=lambda c: 1 / 0), lambda: json.loads("\ufeff1"),
    lambda: json.dumps({1: 1, "a": Point(1, 2)}, sort_keys=True, cls=Encoder), lambda: json.dumps("é\u2028", ensure_ascii=False),
    lambda: json.JSONDecoder(strict=False).decode('"\n"'), lambda: json.JSONDecoder().raw_decode("  1"), lambda: json.loads("1" * 5000),
]:
    try:
        out.append(call())
    except Exception as e:
        out.append((type(e).__name__, str(e)))
return out
