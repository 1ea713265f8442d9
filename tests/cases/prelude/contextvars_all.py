import asyncio
from contextvars import ContextVar, copy_context, Context, Token
from waymark import Workflow, action, workflow

@action
async def act(value=None): ...

v = ContextVar("v", default=0)
w = ContextVar("w")
w.set("module")

async def child(n):
    print("child", n, v.get(), w.get())
    v.set(n)
    await act(n)
    print("child", n, v.get(), w.get())
    await asyncio.sleep(0.01)
    t = v.set("x")
    print(t.old_value, t.var is v)
    v.reset(t)
    return v.get()

def cb(fut):
    print("cb", v.get())
    v.set("cb")

@workflow
class Script(Workflow):
    async def run(self):
        print(v.get(), w.get())
        try:
            ContextVar("q").get()
        except LookupError as e:
            print(type(e.args[0]).__name__, e.args[0].name)
        v.set(1)
        t1 = asyncio.create_task(child(10))
        t2 = asyncio.create_task(child(20))
        t1.add_done_callback(cb)
        v.set(2)
        print(await asyncio.gather(t1, t2), v.get())
        ctx = copy_context()
        print(len(ctx) >= 2, ctx[v], w in ctx, [x in ctx for x in (v, w)], sorted(x.name for x in ctx if x is v or x is w))
        def f(a, b=1):
            v.set(a)
            try:
                ctx.run(f, 1)
            except RuntimeError as e:
                print("re", str(e)[:20])
            return v.get(), b
        print(ctx.run(f, 7, b=8), v.get(), ctx[v])
        t3 = asyncio.create_task(child(30), context=ctx)
        await t3
        print(ctx[v], v.get())
        loop = asyncio.get_running_loop()
        loop.call_soon(cb, None)
        loop.call_soon(cb, None, context=ctx)
        loop.call_later(0.001, cb, None)
        await asyncio.sleep(0.1)
        print(v.get(), ctx[v])
        tok = v.set(9)
        print(tok.old_value)
        v.reset(tok)
        for bad in (lambda: v.reset(tok), lambda: v.reset(1), lambda: w.reset(tok), lambda: ctx.run(v.reset, v.set(3)), lambda: ctx[1],
                    lambda: ContextVar(1), lambda: ContextVar(), lambda: Token(), lambda: v.get(1,2)):
            try:
                bad()
            except Exception as e:
                print(type(e).__name__, str(e)[:12])
        print(Token.MISSING, w.set(3).old_value, ContextVar("z").set(1).old_value is Token.MISSING)
        def gen():
            yield v.get()
            v.set("gen")
            yield v.get()
        print(list(gen()), v.get())
        print(ctx == ctx.copy(), ctx == 1, Context() == Context())
