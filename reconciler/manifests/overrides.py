"""One environment's overrides over a spec: mappings merge, lists replace, null removes.

The merged tree keeps the place of whichever value won. Knows nothing of what the fields mean.
"""

from reconciler.located_yaml.node import Node


def merged(base: Node, top: Node) -> Node:
    """`top` over `base`; neither is changed. What `top` sets to null is not managed at all."""
    if not (isinstance(base.children, dict) and isinstance(top.children, dict)):
        return _without_nulls(top)
    children = dict(base.children)
    for key, child in top.children.items():
        below = children.get(key)
        if child.value is None:
            children.pop(key, None)
        else:
            children[key] = _without_nulls(child) if below is None else merged(below, child)
    return _mapping_like(base, children)


def _without_nulls(node: Node) -> Node:
    if not isinstance(node.children, dict):
        return node
    kept = {
        key: _without_nulls(child)
        for key, child in node.children.items()
        if child.value is not None
    }
    return _mapping_like(node, kept)


def _mapping_like(node: Node, children: dict[str, Node]) -> Node:
    copy = Node({key: child.value for key, child in children.items()}, node.start, node.end)
    copy.children = children
    copy.key, copy.key_end = node.key, node.key_end
    return copy
