"""`urllib.parse` in workflow Python: results are named tuples of the parts of a URL; C takes the URL apart."""

from typing import NamedTuple

from _url_parts import decoded, defragged, encoded, netloc_part, parsed, splitted, unsplit


class DefragResult(NamedTuple):
    url: str
    fragment: str

    def geturl(self):
        return self.url + "#" + self.fragment if self.fragment else self.url

    def encode(self, encoding="ascii", errors="strict"):
        return DefragResultBytes(*encoded(self, encoding, errors))


class DefragResultBytes(NamedTuple):
    url: bytes
    fragment: bytes

    def geturl(self):
        return self.url + b"#" + self.fragment if self.fragment else self.url

    def decode(self, encoding="ascii", errors="strict"):
        return DefragResult(*decoded(self, encoding, errors))


class SplitResult(NamedTuple):
    scheme: str
    netloc: str
    path: str
    query: str
    fragment: str

    @property
    def username(self):
        return netloc_part(self.netloc, "username")

    @property
    def password(self):
        return netloc_part(self.netloc, "password")

    @property
    def hostname(self):
        return netloc_part(self.netloc, "hostname")

    @property
    def port(self):
        return netloc_part(self.netloc, "port")

    def geturl(self):
        return unsplit(self)

    def encode(self, encoding="ascii", errors="strict"):
        return SplitResultBytes(*encoded(self, encoding, errors))


class SplitResultBytes(NamedTuple):
    scheme: bytes
    netloc: bytes
    path: bytes
    query: bytes
    fragment: bytes

    @property
    def username(self):
        return netloc_part(self.netloc, "username")

    @property
    def password(self):
        return netloc_part(self.netloc, "password")

    @property
    def hostname(self):
        return netloc_part(self.netloc, "hostname")

    @property
    def port(self):
        return netloc_part(self.netloc, "port")

    def geturl(self):
        return unsplit(self)

    def decode(self, encoding="ascii", errors="strict"):
        return SplitResult(*decoded(self, encoding, errors))


class ParseResult(NamedTuple):
    scheme: str
    netloc: str
    path: str
    params: str
    query: str
    fragment: str

    @property
    def username(self):
        return netloc_part(self.netloc, "username")

    @property
    def password(self):
        return netloc_part(self.netloc, "password")

    @property
    def hostname(self):
        return netloc_part(self.netloc, "hostname")

    @property
    def port(self):
        return netloc_part(self.netloc, "port")

    def geturl(self):
        return unsplit(self)

    def encode(self, encoding="ascii", errors="strict"):
        return ParseResultBytes(*encoded(self, encoding, errors))


class ParseResultBytes(NamedTuple):
    scheme: bytes
    netloc: bytes
    path: bytes
    params: bytes
    query: bytes
    fragment: bytes

    @property
    def username(self):
        return netloc_part(self.netloc, "username")

    @property
    def password(self):
        return netloc_part(self.netloc, "password")

    @property
    def hostname(self):
        return netloc_part(self.netloc, "hostname")

    @property
    def port(self):
        return netloc_part(self.netloc, "port")

    def geturl(self):
        return unsplit(self)

    def decode(self, encoding="ascii", errors="strict"):
        return ParseResult(*decoded(self, encoding, errors))


def urlsplit(url, scheme="", allow_fragments=True):
    parts = splitted(url, scheme, allow_fragments)
    return SplitResult(*parts) if isinstance(parts[0], str) else SplitResultBytes(*parts)


def urlparse(url, scheme="", allow_fragments=True):
    parts = parsed(url, scheme, allow_fragments)
    return ParseResult(*parts) if isinstance(parts[0], str) else ParseResultBytes(*parts)


def urldefrag(url):
    parts = defragged(url)
    return DefragResult(*parts) if isinstance(parts[0], str) else DefragResultBytes(*parts)
