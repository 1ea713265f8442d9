import hashlib, hmac
out = []
h = hashlib.sha256(b"abc")
h.update(b"def")
g = h.copy()
g.update(b"x" * 5000)
print(h.hexdigest(), g.hexdigest(), h.name, h.digest_size, h.block_size)
out.append([hashlib.md5(b"a").hexdigest(), hashlib.new("SHA1", b"a").hexdigest(), hashlib.sha3_256(b"").hexdigest(), hashlib.blake2b(b"a", digest_size=8).hexdigest(), hashlib.shake_128(b"a").hexdigest(4), hashlib.sha512().digest()[:4]])
for f in [lambda: hashlib.sha256("a"), lambda: hashlib.new("nope"), lambda: h.update(5)]:
    try:
        out.append(f())
    except Exception as e:
        out.append((type(e).__name__, str(e)))
m = hmac.new(b"key", b"msg", "sha256")
out.append((m.hexdigest(), m.name, m.digest_size, m.block_size, hmac.digest(b"k" * 100, b"m", "md5"), hmac.compare_digest("a", "a"), hmac.new(b"key", b"msg", hashlib.sha1).hexdigest()))
try:
    hmac.new(b"a")
except TypeError as e:
    out.append(str(e))
out.append(hashlib.pbkdf2_hmac("sha256", b"p", b"s", 100).hex())
kept = {"h": h, "also": [h]}
await act()
kept["also"][0].update(b"more")
out.append((kept["h"] is kept["also"][0], h.hexdigest()))
return out
