from urllib import parse
out = []
u = parse.urlparse("http://user:pw@Host.com:80/path;p?q=1#f")
out.append((u, u.scheme, u.netloc, u.hostname, u.port, u.username, u.password, u.geturl(), u._replace(path="/x").geturl(), tuple(u), repr(u)))
out.append((parse.urlsplit(b"//a/b?c"), parse.urldefrag("a#b"), parse.urlunsplit(("http", "a", "/b", "", "")), parse.urlencode({"a": [1, 2], "b": "c d"}, doseq=True), parse.urlencode([("a", 1)]), parse.quote("é/ "), parse.unquote("%C3%A9"), u.encode()))
return out
