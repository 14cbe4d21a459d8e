"""Where a place is on the map: Tom Patterson's Natural Earth projection, in units of a world 2,000 wide.

`scripts/vendor.py` draws the land with the same numbers.
"""

from __future__ import annotations

import math

WIDTH = 2000.0
_HALF = math.pi * 0.8707
_SCALE = WIDTH / 2 / _HALF


def _plane(longitude: float, latitude: float) -> tuple[float, float]:
    s = latitude * latitude
    q = s * s
    x = longitude * (0.8707 - 0.131979 * s + q * (-0.013791 + q * (0.003971 * s - 0.001529 * q)))
    y = latitude * (1.007226 + s * (0.015085 + q * (-0.044475 + 0.028874 * s - 0.005916 * q)))
    return x, y


_TOP = _plane(0, math.pi / 2)[1]
HEIGHT = 2 * _TOP * _SCALE


def project(longitude: float, latitude: float) -> tuple[float, float]:
    """Return map units of a place given in degrees; x grows to the east, y to the south.

    Source: https://doi.org/10.1559/152304011798057944
    """
    x, y = _plane(math.radians(longitude), math.radians(latitude))
    return WIDTH / 2 + x * _SCALE, (_TOP - y) * _SCALE
