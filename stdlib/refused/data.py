"""json, struct, base64, binascii, hashlib, hmac, zlib, codecs, uuid and urllib.parse: data as text and bytes.

What reads or writes files is refused with the functions that do the same to bytes.
"""

from __future__ import annotations

from collections.abc import Mapping

_FILES = "a run has no files: do it in an action"
_OLD = "it is deprecated: use `urllib.parse.urlsplit`"
_CODEC = "use `codecs.encode` and `codecs.decode`, or the methods `encode` and `decode`"
_OWN_CODEC = "a run has the codecs and error handlers of its Python: write a function that does it"

TABLE: Mapping[str, Mapping[str, str]] = {
    "base64": {
        "a run has no files: use `base64.encodebytes` and `base64.decodebytes`": "encode decode",
        "it is the module's command line": "main test",
    },
    "hashlib": {
        "they are those of the engine's machine: name the algorithm that you mean": "algorithms_available "
        "algorithms_guaranteed",
        "a run has no files: hash bytes, or do it in an action": "file_digest",
        "it takes as much memory and time as it is told: do it in an action": "scrypt",
    },
    "hmac": {
        "an HMAC has a `digest_size` of its own": "digest_size",
        "it is the module's own: `hmac.new` makes use of it": "trans_36 trans_5C",
    },
    "urllib.parse": {
        _OLD: "splitattr splithost splitnport splitpasswd splitport splitquery splittag splittype splituser splitvalue "
        "to_bytes unwrap",
        "it is a base of the results: ask for `SplitResult` or `ParseResult`": "ResultBase",
        "a run holds no cache of URLs: leave it out": "clear_cache",
    },
    "zlib": {
        "it holds state of C's that cannot be stored: use `zlib.compress` and `zlib.decompress`": "compressobj "
        "decompressobj",
        "it is the engine's machine's": "ZLIB_VERSION ZLIB_RUNTIME_VERSION",
    },
    "codecs": {
        _FILES: "EncodedFile StreamReader StreamReaderWriter StreamRecoder StreamWriter getreader getwriter open",
        _CODEC: "BufferedIncrementalDecoder BufferedIncrementalEncoder Codec CodecInfo IncrementalDecoder "
        "IncrementalEncoder getdecoder getencoder getincrementaldecoder getincrementalencoder iterdecode iterencode "
        "lookup",
        _OWN_CODEC: "backslashreplace_errors ignore_errors lookup_error make_encoding_map make_identity_dict "
        "namereplace_errors register register_error replace_errors strict_errors xmlcharrefreplace_errors unregister",
    },
}
