import base64, binascii, codecs, fnmatch, html, shlex, unicodedata, zlib
out = [
    html.escape("<a&b>'\"", quote=False), html.unescape("&lt;&eacute;&#x41;"),
    base64.b64encode(b"abc", altchars=b"-_"), base64.b32decode("MFRGG==="), base64.b85encode(b"abcd"), base64.a85decode(b"9jqo^"),
    binascii.hexlify(b"abc", ":", 1), binascii.crc32(b"x", 5), binascii.b2a_uu(b"cat"),
    codecs.encode("abc", "rot13"), codecs.decode(b"YQ==\n", "base64"), codecs.BOM_UTF8, zlib.MAX_WBITS,
    fnmatch.filter(["a.py", "b.txt"], "*.py"), fnmatch.translate("*.py") != "", shlex.split("a 'b c' d"), shlex.join(["a b", "c"]),
    unicodedata.name("é"), unicodedata.normalize("NFD", "é"), unicodedata.category("a"), zlib.decompress(zlib.compress(b"a" * 1000)) == b"a" * 1000,
]
for call in [
    lambda: base64.b64decode("abc", validate=True), lambda: binascii.unhexlify("0"), lambda: zlib.decompress(b"x"),
    lambda: unicodedata.name("\0"), lambda: shlex.split("'"), lambda: html.escape(5), lambda: codecs.encode("é", "ascii"),
    lambda: codecs.decode(b"\xff", "utf-8"), lambda: "x".encode("nope"), lambda: "é".encode("ascii", "nope"),
]:
    try:
        out.append(call())
    except Exception as e:
        out.append((type(e).__name__, type(e).__module__, str(e), e.args))
    print(len(out))
return out
