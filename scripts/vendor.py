"""Bring what the pages carry from npm up to date: fonts, the land outlines of the maps, the SPARQL editor.

Run by hand, never at build or run time: `python scripts/vendor.py`. It needs npm, a network, fonttools and brotli; what
it writes is committed. Each package is pinned here, and its licence is copied beside its files.
"""

from __future__ import annotations

import json
import math
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

STATIC = Path(__file__).resolve().parent.parent / "twinld" / "publish" / "pages" / "static"
VENDOR = STATIC / "vendor"

PACKAGES = {
    "@fontsource/newsreader": "5.3.0",
    "@fontsource/source-sans-3": "5.3.1",
    "@zazuko/yasgui": "4.6.2",
    "world-atlas": "2.0.2",
}

FONTS = {
    "@fontsource/newsreader": [f"newsreader-{script}-500-normal" for script in ("latin", "latin-ext")],
    "@fontsource/source-sans-3": [
        f"source-sans-3-{script}-{weight}-normal"
        for script in ("latin", "latin-ext", "cyrillic", "greek")
        for weight in (400, 600)
    ],
}

LETTERS = (
    "U+0100-017F,U+01CD-01DC,U+0218-021B,U+1E0C-1E0F,U+1E24-1E25,U+1E2A-1E2B,U+1E32-1E37,U+1E42-1E47,U+1E5A-1E63,"
    "U+1E6C-1E6F,U+1E80-1E85,U+1E92-1E93,U+1E9E,U+20AC"
)
"""What is kept of `latin-ext`: the languages of Europe, Pinyin, and how Arabic and Indian names are written in Latin
letters. The style sheet has the same ranges."""
BASIC = (
    "U+0020-007E,U+00A0-00FF,U+0131,U+0152-0153,U+02BB-02BC,U+02C6,U+02DA,U+02DC,U+2000-206F,U+2122,U+2190-2193,U+2212"
)
"""What is kept of `latin`: all of its letters, without the figures and forms that the style sheet never asks for."""
SUBSETS = {"-latin-ext-": (LETTERS, "AtlasExtended"), "-latin-": (BASIC, "AtlasBasic")}
FEATURES = ["kern", "liga", "onum", "lnum", "tnum", "ccmp", "locl", "mark"]

MIT = """The MIT License (MIT)

Copyright (c) {holder}, Zazuko GmbH and contributors (https://github.com/rdfjs/Yasgui).
The build carries CodeMirror and other packages under the MIT License or licences as permissive.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
"""The package carries no licence file, only `"license": "MIT"` in its description."""

INLINE_STYLE = ("<strong style='text-decoration:underline'>", "<strong>")
"""The tooltip of a syntax error writes a style that the policy of the pages forbids; editor.css says the same."""

WIDTH = 2000.0
"""Width of the world in map units; `twinld.publish.pages.figures.projection` uses the same number."""
STRIPS = {
    "110m": {"110m": (0.0, WIDTH)},
    "50m": {"50m": (0.0, WIDTH), "50m-west": (0.0, 900.0), "50m-middle": (750.0, 1350.0), "50m-east": (1150.0, WIDTH)},
}
"""Which strips of the world have a file of their own, so that a near map need not load all of it; `figures.map` has the
same numbers."""


def main() -> None:
    """Fetch every package and write what the pages need of it."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, version in PACKAGES.items():
            unpack(name, version, Path(folder))
        for name, files in FONTS.items():
            copy_fonts(Path(folder) / name, files)
        copy_editor(Path(folder) / "@zazuko/yasgui")
        atlas = Path(folder) / "world-atlas"
        target = VENDOR / "world-atlas"
        target.mkdir(parents=True)
        shutil.copy(atlas / "LICENSE", target)
        for scale, tolerance, smallest, shore in (("110m", 0.25, 1.0, 0.8), ("50m", 0.25, 0.8, 0.22)):
            topology = json.loads((atlas / f"land-{scale}.json").read_text("utf-8"))
            for name, strip in STRIPS[scale].items():
                svg = land_svg(topology, tolerance, smallest, shore, strip)
                (target / f"land-{name}.svg").write_text(svg, "utf-8")


def unpack(name: str, version: str, folder: Path) -> None:
    """Download one package through npm and unpack it to `folder/name`."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.split()[-1]
    target = folder / name
    target.mkdir(parents=True)
    with tarfile.open(folder / packed) as archive:
        for member in archive.getmembers():
            if member.isfile() and ".." not in member.name:
                path = target / member.name.partition("/")[2]
                path.parent.mkdir(parents=True, exist_ok=True)
                source = archive.extractfile(member)
                assert source is not None
                path.write_bytes(source.read())


def copy_fonts(package: Path, files: list[str]) -> None:
    """Copy the named font files and the licence."""
    target = VENDOR / package.name
    target.mkdir(parents=True)
    shutil.copy(package / "LICENSE", target)
    for file in files:
        source = package / "files" / f"{file}.woff2"
        subset = next((kept for part, kept in SUBSETS.items() if part in file), None)
        if subset is None:
            shutil.copy(source, target)
        else:
            write_subset(source, target / source.name, *subset)


def write_subset(source: Path, target: Path, letters: str, name: str) -> None:
    """Write some letters of a font alone, under a name of its own as its licence asks."""
    from fontTools.subset import Options, Subsetter, load_font, parse_unicodes, save_font

    options = Options(flavor="woff2", name_IDs=[1, 2, 4, 6, 13, 14], layout_features=FEATURES)
    font = load_font(source, options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=parse_unicodes(letters.replace("U+", "")))
    subsetter.subset(font)
    for entry in font["name"].names:
        if entry.nameID in (1, 4, 6):
            entry.string = name
    save_font(font, target, options)


def copy_editor(package: Path) -> None:
    """Copy the ready build of the SPARQL editor and the licences that it carries."""
    target = VENDOR / "yasgui"
    target.mkdir(parents=True)
    for name in ("yasgui.min.js", "yasgui.min.css"):
        text = (package / "build" / name).read_text("utf-8")
        (target / name).write_text(text.partition("//# sourceMappingURL")[0].replace(*INLINE_STYLE), "utf-8")
    described = json.loads((package / "package.json").read_text("utf-8"))
    (target / "LICENSE").write_text(MIT.format(holder=described["author"].partition(" <")[0]), "utf-8")


def land_svg(
    topology: dict, tolerance: float, smallest: float, shore: float, strip: tuple[float, float] = (0.0, WIDTH)
) -> str:
    """Return the land of a TopoJSON file as one SVG path in the Natural Earth projection, simplified.

    `strip` is from where to where it goes, in map units.
    `shore` is the width of the shore line in map units: it grows with the map, so the detailed one is thinner.
    """
    arcs = decoded_arcs(topology)
    rings = []
    for geometry in topology["objects"]["land"]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for polygon in polygons:
            rings += [joined(arcs, ring) for ring in polygon]
    paths = []
    for ring in rings:
        if all(latitude < -60 for _, latitude in ring):
            continue  # Antarctica has no city halls, and the map ends above it
        for part in cut(ring):
            points = within(simplified([project(*point) for point in part], tolerance), strip)
            if len(points) > 3 and area(points) >= smallest:
                paths.append(path_of(points))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {project(0, -90)[1]:.0f}">'
        f"<style>path{{fill:#e6dfcd;stroke:#c9bfa6;stroke-width:{shore}}}"
        "@media (prefers-color-scheme:dark){path{fill:#2b3a40;stroke:#3c4e55}}"
        "@media print{path{fill:#eee;stroke:#999}}</style>"
        f'<path d="{"".join(paths)}"/></svg>\n'
    )


def within(ring: list[tuple[float, float]], strip: tuple[float, float]) -> list[tuple[float, float]]:
    """Return what of a ring is in a strip. Source: Sutherland and Hodgman, Reentrant polygon clipping, 1974."""
    for edge, sign in ((strip[0], 1.0), (strip[1], -1.0)):
        kept: list[tuple[float, float]] = []
        for (x0, y0), (x1, y1) in zip(ring, ring[1:] + ring[:1], strict=True):
            inside, after = (x0 - edge) * sign >= 0, (x1 - edge) * sign >= 0
            if inside:
                kept.append((x0, y0))
            if inside != after:
                kept.append((edge, y0 + (y1 - y0) * (edge - x0) / (x1 - x0)))
        ring = kept
    return ring


def decoded_arcs(topology: dict) -> list[list[tuple[float, float]]]:
    """Return the arcs as longitudes and latitudes: TopoJSON stores differences of quantized coordinates."""
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for arc in topology["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * sx + tx, y * sy + ty))
        arcs.append(points)
    return arcs


def joined(arcs: list[list[tuple[float, float]]], ring: list[int]) -> list[tuple[float, float]]:
    """Return the points of a ring; a negative index is an arc run backwards."""
    points: list[tuple[float, float]] = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points += arc[1:] if points else arc
    return points


def cut(ring: list[tuple[float, float]]) -> Iterator[list[tuple[float, float]]]:
    """Yield the parts of a ring on either side of the 180th meridian; most rings do not cross it."""
    unrolled = [ring[0]]
    for longitude, latitude in ring[1:]:
        turns = round((unrolled[-1][0] - longitude) / 360)
        unrolled.append((longitude + 360 * turns, latitude))
    for shift in (-360, 0, 360):
        part = [(longitude + shift, latitude) for longitude, latitude in unrolled]
        part = one_side(one_side(part, -180, 1), 180, -1)
        if part:
            yield part


def one_side(points: list[tuple[float, float]], meridian: float, sign: int) -> list[tuple[float, float]]:
    """Return what of a ring lies on one side of a meridian (Sutherland and Hodgman)."""
    kept: list[tuple[float, float]] = []
    for (x0, y0), (x1, y1) in zip(points, points[1:] + points[:1], strict=True):
        inside, next_inside = sign * (x0 - meridian) >= 0, sign * (x1 - meridian) >= 0
        if inside:
            kept.append((x0, y0))
        if inside != next_inside:
            kept.append((meridian, y0 + (y1 - y0) * (meridian - x0) / (x1 - x0)))
    return kept


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return map units of a place; x grows to the east, y to the south."""
    x, y = natural_earth(math.radians(longitude), math.radians(latitude))
    half, top = natural_earth(math.pi, 0)[0], natural_earth(0, math.pi / 2)[1]
    scale = WIDTH / 2 / half
    return WIDTH / 2 + x * scale, (top - y) * scale


def natural_earth(longitude: float, latitude: float) -> tuple[float, float]:
    """Return plane coordinates of a place in radians: Tom Patterson's projection, in the polynomial of Šavrič et al.

    Source: https://doi.org/10.1559/152304011798057944
    """
    s = latitude * latitude
    q = s * s
    x = longitude * (0.8707 - 0.131979 * s + q * (-0.013791 + q * (0.003971 * s - 0.001529 * q)))
    y = latitude * (1.007226 + s * (0.015085 + q * (-0.044475 + 0.028874 * s - 0.005916 * q)))
    return x, y


def simplified(points: list[tuple[float, float]], tolerance: float) -> list[tuple[float, float]]:
    """Return fewer points, none of the left out further than `tolerance` from the line (Douglas and Peucker)."""
    keep = {0, len(points) - 1}
    stack = [(0, len(points) - 1)]
    while stack:
        first, last = stack.pop()
        farthest, distance = first, tolerance
        for at in range(first + 1, last):
            away = offset(points[at], points[first], points[last])
            if away > distance:
                farthest, distance = at, away
        if farthest != first:
            keep.add(farthest)
            stack += [(first, farthest), (farthest, last)]
    return [points[at] for at in sorted(keep)]


def offset(point: tuple[float, float], start: tuple[float, float], end: tuple[float, float]) -> float:
    """Return the distance of a point from a segment."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    share = max(0.0, min(1.0, share))
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


def area(points: list[tuple[float, float]]) -> float:
    """Return the area of a ring in square map units."""
    pairs = zip(points, points[1:] + points[:1], strict=True)
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)) / 2


def path_of(points: list[tuple[float, float]]) -> str:
    """Return SVG path data with relative moves of a tenth of a unit: a third shorter than absolute ones."""
    tenths = [(round(x * 10), round(y * 10)) for x, y in points]
    text = f"M{number(tenths[0][0])} {number(tenths[0][1])}l"
    steps = []
    for (x0, y0), (x1, y1) in pairwise(tenths):
        if (x0, y0) != (x1, y1):
            steps.append(f"{number(x1 - x0)} {number(y1 - y0)}")
    return text + " ".join(steps).replace(" -", "-") + "z"


def number(tenths: int) -> str:
    """Return tenths as the shortest decimal."""
    text = f"{tenths / 10:.1f}".removesuffix(".0")
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


if __name__ == "__main__":
    main()
