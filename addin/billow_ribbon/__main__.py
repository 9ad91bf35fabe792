"""``python -m billow_ribbon`` builds the add-in that is kept beside this file."""

from billow_ribbon import add_in
from billow_ribbon.build import build

if __name__ == "__main__":
    build(add_in())
