"""What xlwings Lite finds in Billow: ``from billow_lite import *`` in its ``main.py``, and nothing else.

Lite runs Python inside Excel, also on the web and on a Mac. The functions are those of every other host; the
scripts are the commands that need the open sheets and nothing beside them.
"""

from billow_udfs import com
from billow_udfs.com import *  # noqa: F403 - a host takes what a module holds

from billow_lite.scripts import billow_check, billow_explain, billow_help

__all__ = [*com.__all__, "billow_check", "billow_explain", "billow_help"]  # noqa: PLE0604 - names of functions
