"""The functions of `hmac` in workflow Python."""

from hmac import HMAC


def new(key, msg=None, digestmod=""):
    return HMAC(key, msg, digestmod)


def digest(key, msg, *given, **named):  # the third one may be given by its name, which is that of this function
    (kind,) = given or (named["digest"],)
    return HMAC(key, msg, kind).digest()
