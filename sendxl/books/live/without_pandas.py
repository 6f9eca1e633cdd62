"""xlwings, imported here and nowhere else, so that a click does not wait for what it is never asked to do.

It imports pandas, numpy, matplotlib, Pillow and polars wherever they are installed, for converters and pictures; nothing
here uses these. While it is imported they are hidden from it, unless somebody else has imported them before.
"""

import sys

_HIDDEN = [name for name in ("pandas", "numpy", "matplotlib", "PIL", "polars") if name not in sys.modules]
sys.modules.update(dict.fromkeys(_HIDDEN))  # type: ignore[arg-type]
try:
    import xlwings
finally:
    for _name in _HIDDEN:
        del sys.modules[_name]

__all__ = ["xlwings"]
