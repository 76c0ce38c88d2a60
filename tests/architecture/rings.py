#!/usr/bin/env python3
"""Finds rings of imports: between the files of a room, and between rooms.

A file that imports from another one can be understood only with it. In a ring, each file can be understood only with
all the others. Who takes a name from where it was re-exported counts as importing the file that defines it; a
re-export and a `mod` line alone import nothing. Tests are left out.
"""

import pathlib
import re
import sys

USE = re.compile(r"(?P<public>\bpub(?:\([^)]*\))?\s+)?\buse\s+(?P<tree>[^;]+);")
INLINE = re.compile(r"\b(?:crate|self|super)(?:::\w+)+")


def code_of(path):
    """The code of a file without comments, texts and its tests."""
    text = path.read_text()
    text = re.sub(r"//[^\n]*", "", text)
    text = re.sub(r'r#".*?"#|"(?:\\.|[^"\\])*"', '""', text, flags=re.S)
    return re.split(r"#\[cfg\([^\]]*\btest\b[^\]]*\)\]\s*mod \w+ \{", text)[0]


def expanded(tree):
    """The single paths of a use tree."""
    tree = re.sub(r"\s+", " ", tree).strip()
    brace = tree.find("{")
    if brace < 0:
        return [re.sub(r" as (\w+)$", r"@\1", tree).replace(" ", "")]
    head, depth, parts, start = tree[:brace], 0, [], brace + 1
    for place in range(brace, len(tree)):
        character = tree[place]
        depth += (character == "{") - (character == "}")
        if (character == "," and depth == 1) or depth == 0:
            parts.append(tree[start:place])
            start = place + 1
        if depth == 0:
            break
    return [head.replace(" ", "") + path for part in parts if part.strip() for path in expanded(part)]


class Crate:
    """The modules of a crate and what they import."""

    def __init__(self, root):
        self.files, self.imports, self.reexports = {}, {}, {}
        for path in sorted(root.rglob("*.rs")):
            module = path.relative_to(root).with_suffix("").parts
            if module[-1] in ("mod", "lib", "main"):
                module = module[:-1]
            if "tests" in module or "conformance" in module:
                continue
            self.files[module] = min(path, self.files.get(module, path))
        for module, path in self.files.items():
            code = code_of(path)
            plain = self.imports[module] = set()
            named = self.reexports[module] = {}
            for use in USE.finditer(code):
                for one in expanded(use["tree"]):
                    one, _, alias = one.partition("@")
                    target = self.absolute(module, one)
                    if target is None:
                        continue
                    if use["public"]:
                        named[alias or target[-1]] = target
                    else:
                        plain.add(target)
            for one in INLINE.findall(USE.sub("", code)):
                target = self.absolute(module, one)
                if target is not None:
                    plain.add(target)

    def absolute(self, module, path):
        """A path from the crate's root; none when it leaves the crate."""
        parts = [part for part in path.split("::") if part]
        if parts[0] == "crate":
            return tuple(parts[1:])
        place = module
        if parts[0] == "self":
            parts = parts[1:]
        elif parts[0] == "super":
            while parts and parts[0] == "super":
                place, parts = place[:-1], parts[1:]
        elif module + (parts[0],) not in self.files:
            return None
        return place + tuple(part for part in parts if part != "self")

    def definer(self, target, seen=()):
        """The module whose file defines what a path names."""
        module = target
        while module not in self.files:
            module = module[:-1]
        if len(target) == len(module) or target in seen:
            return module
        name = target[len(module)]
        reexport = self.reexports[module].get(name)
        if reexport is None:
            return module
        return self.definer(reexport + target[len(module) + 1 :], (*seen, target))

    def edges(self):
        """Which module imports from which."""
        return {
            module: {self.definer(target) for target in targets if target} - {module, ()}
            for module, targets in self.imports.items()
            if module
        }


def rings(edges):
    """The strongly connected parts with more than one node (Tarjan)."""
    index, low, stack, found, count = {}, {}, [], [], 0

    def visit(node):
        nonlocal count
        index[node] = low[node] = count
        count += 1
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            part = []
            while not part or part[-1] != node:
                part.append(stack.pop())
            if len(part) > 1:
                found.append(sorted(part))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


# Rings that were there before this check. Take out what is mended; add nothing.
KNOWN = {
    "src": [
        {"assistant::weather::gazetteer", "assistant::weather::time_zone"},
        {"agent::tool_loop"},
        {"assistant::weather::open_meteo"},
        {"http"},
        {"model::provider::failure", "model::provider::retry"},
        {"store::disk"},
        {"store::sqlite"},
    ],
    "crates/demo-model/src": [{"context", "weather", "wishes"}],
    "crates/pictures/src": [{"decode", "small"}],
    "crates/protocol/src": [{"widget"}],
}


def is_known(root, ring):
    """Whether each member is, or stands below, one of the modules of a known ring."""
    names = ["::".join(module) + "::" for module in ring]
    return any(
        all(any(name.startswith(member + "::") for member in known) for name in names)
        for known in KNOWN.get(str(root), [])
    )


def report(root, edges):
    """One line for each new ring and each of its members."""
    for ring in rings(edges):
        if is_known(root, ring):
            continue
        yield f"{root}: a ring of {len(ring)}"
        for module in ring:
            others = sorted("::".join(other) for other in edges[module] & set(ring))
            yield f"  {'::'.join(module)} imports {', '.join(others)}"


def main():
    faults = []
    for root in map(pathlib.Path, sys.argv[1:]):
        edges = Crate(root).edges()
        files, rooms = {}, {}
        for module, targets in edges.items():
            files[module] = {target for target in targets if target[0] == module[0]}
            rooms.setdefault(module[:1], set()).update(target[:1] for target in targets if target[0] != module[0])
        faults += [*report(root, files), *report(root, rooms)]
    print("\n".join(faults) if faults else "no new rings of imports")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
