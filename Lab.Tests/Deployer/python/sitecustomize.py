"""Python reads this at its start when its folder is in PYTHONPATH: moto answers the same, with less work.

At every request moto_server (5.x) lists the folders of its services, under the lock that all requests share, lists the methods of the
service's class, finds out anew under which names an attribute may stand, and writes a line. In the tests, which make some hundred
thousand requests, that is most of its work beside the answers themselves. What a later moto does otherwise is left alone.
"""

import sys
from importlib.abc import MetaPathFinder

SERVER = "moto.moto_server.werkzeug_app"


class Quicker(MetaPathFinder):
    """Sees the server's module before it is loaded, and finds nothing."""

    def find_spec(self, name, path=None, target=None):
        if name == SERVER:
            sys.meta_path.remove(self)
            for change in (folders, methods, names, filters, lines):
                try:
                    change()
                except (ImportError, AttributeError):
                    pass
        return None


def folders():
    import functools

    from moto import backends

    backends.list_of_moto_modules = functools.cache(functools.partial(frozenset, backends.list_of_moto_modules()))


def methods():
    import functools

    from moto.core import responses

    responses.method_names_from_class = functools.cache(responses.method_names_from_class)


def names():
    from moto.core.serialize import XFormedAttributePicker

    find = XFormedAttributePicker.get_possible_keys
    known = {}

    def get_possible_keys(self, context):
        operation = context.operation_model
        shape = context.shape
        place = (operation.service_model.service_name, operation.name, context.key_path, context.key, shape and shape.name, type(context.obj))
        if (found := known.get(place)) is None:
            # Each name once: a second look finds what the first did.
            found = known[place] = tuple(dict.fromkeys(find(self, context)))
        return found

    XFormedAttributePicker.get_possible_keys = get_possible_keys


def filters():
    import fnmatch
    import functools

    fnmatch.translate = functools.lru_cache(maxsize=4096)(fnmatch.translate)


def lines():
    import logging

    # "127.0.0.1 - - [date] request": the line that tells the server's address stays.
    logging.getLogger("werkzeug").addFilter(lambda record: " - - [" not in record.getMessage())


if any(argument.endswith("moto_server") for argument in sys.orig_argv):
    sys.meta_path.insert(0, Quicker())
