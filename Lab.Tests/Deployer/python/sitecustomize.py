"""Python reads this at its start when its folder is in PYTHONPATH: moto answers the same, with less work.

moto_server (5.x) lists the folders of its services at every request, under the lock that all requests share, and writes a line for
each. In the tests, which make some hundred thousand requests, that is most of its work beside the answers themselves.
"""

import sys
from importlib.abc import MetaPathFinder

SERVER = "moto.moto_server.werkzeug_app"


class Quicker(MetaPathFinder):
    """Sees the server's module before it is loaded, and finds nothing."""

    def find_spec(self, name, path=None, target=None):
        if name == SERVER:
            sys.meta_path.remove(self)
            self.change()
        return None

    @staticmethod
    def change():
        import functools
        import logging

        from moto import backends

        if hasattr(backends, "list_of_moto_modules"):
            backends.list_of_moto_modules = functools.cache(functools.partial(frozenset, backends.list_of_moto_modules()))
        # "127.0.0.1 - - [date] request": the line that tells the server's address stays.
        logging.getLogger("werkzeug").addFilter(lambda record: " - - [" not in record.getMessage())


if any(argument.endswith("moto_server") for argument in sys.orig_argv):
    sys.meta_path.insert(0, Quicker())
