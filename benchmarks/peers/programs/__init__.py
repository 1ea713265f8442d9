"""What each contender runs: a small program, started by the contender's own interpreter, that speaks lines of JSON.

Nothing here that a peer's interpreter imports may need more than the standard library and the peer.
"""
