"""From a libcst tree to a WRL tree that may still hold sugar.

project      where modules live on disk
bindings     what the top of a module binds
resolve      what such a name means, followed through imports
signatures   an action's parameters, and whether a call fits them
discover     the workflows of a file and the shape they must have
scope        the names of one `run`
translate    workflows to a WRL module; `expressions`, `calls` and `statements` hold one translator a kind of node
sugar        the nodes that `desugar/` takes away again
"""
