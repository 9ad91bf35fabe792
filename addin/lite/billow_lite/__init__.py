"""What xlwings Lite finds in Billow: ``from billow_lite import *`` in its ``main.py``, and nothing else.

Lite runs Python inside Excel, also on the web and on a Mac; the functions are those of every other host.
"""

from billow_udfs.com import *  # noqa: F403 - a host takes what a module holds
from billow_udfs.com import __all__ as __all__
