import struct
out = []
S = struct.Struct("<hI")
out.append((S.pack(1, 2), S.size, S.format, S.unpack(S.pack(1, 2)), list(struct.iter_unpack("<h", b"\1\0\2\0")), S.unpack_from(b"xx" + S.pack(3, 4), 2)))
it = S.iter_unpack(S.pack(1, 2) * 2)
out.append(next(it))
buf = bytearray(8)
S.pack_into(buf, 1, 5, 6)
struct.pack_into("<H", buf, 0, 515)
out.append(buf)
out.append(list(it))
for f in [lambda: struct.iter_unpack("<h", b"abc"), lambda: struct.pack("<h"), lambda: struct.pack("<h", 99999), lambda: S.unpack(b""), lambda: struct.Struct("zz")]:
    try:
        out.append(f())
    except Exception as e:
        out.append((type(e).__name__, str(e), type(e).__module__))
return out
