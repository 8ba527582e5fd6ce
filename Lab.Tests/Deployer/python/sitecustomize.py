"""Python reads this at its start when its folder is in PYTHONPATH: moto answers the same, with less work.

At every request moto_server (5.x) lists the folders of its services, under the lock that all requests share, lists the methods of the
service's class, finds out anew under which names an attribute may stand, compares its path with a list of them, looks at each letter of
each element's name, draws 52 letters, and writes a line. In the tests, which make some hundred thousand requests, that is most of its
work beside the answers themselves. What a later moto does otherwise is left alone.

One thing it does not answer the same: nine in ten of the images that it knows are for ECS, which no lab asks for, and all of them are made
anew in each account and listed with each account's snapshots. They are left out.
"""

import sys
from importlib.abc import MetaPathFinder

SERVER = "moto.moto_server.werkzeug_app"


class Quicker(MetaPathFinder):
    """Sees the server's module before it is loaded, and finds nothing."""

    def find_spec(self, name, path=None, target=None):
        if name == SERVER:
            sys.meta_path.remove(self)
            for change in (folders, methods, names, transformers, elements, identifiers, filters, images, tags, lines, garbage):
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


def transformers():
    from moto.core.serialize import MISSING, AttributePicker, get_value

    known = {}

    def transformer(transformers, path):
        place = (id(transformers), len(transformers), path)
        if place not in known:
            known[place] = next((transform for end, transform in transformers.items() if path.endswith(end)), None)
        return known[place]

    def __call__(self, context):
        value = None
        for key in self.get_possible_keys(context):
            found = get_value(context.obj, key, MISSING)
            if found is not MISSING:
                value = found
                break
        transform = self.response_transformers and transformer(self.response_transformers, f"{context.key_path}.{context.key}")
        return transform(value) if transform else value

    AttributePicker.__call__ = __call__


def elements():
    import functools

    import xmltodict

    xmltodict._validate_name = functools.lru_cache(maxsize=4096)(xmltodict._validate_name)


def identifiers():
    import random

    from moto.core import responses

    def gen_amzn_requestid_long(headerdict=None):
        identifier = f"{random.getrandbits(208):052x}"
        if isinstance(headerdict, dict):
            headerdict["x-amzn-requestid"] = identifier
        return identifier

    responses.gen_amzn_requestid_long = gen_amzn_requestid_long


def filters():
    import fnmatch
    import functools

    fnmatch.translate = functools.lru_cache(maxsize=4096)(fnmatch.translate)


def images():
    from moto.utilities import utils

    load = utils.load_resource

    def load_resource(package, resource):
        return [] if "/ecs/optimized_amis/" in resource else load(package, resource)

    # Before the module that takes it from there is loaded.
    utils.load_resource = load_resource


def tags():
    from moto.ec2.models.tags import TagBackend
    from moto.ec2.utils import EC2_PREFIX_TO_RESOURCE, get_prefix

    describe = TagBackend.describe_tags

    def describe_tags(self, filters=None):
        match filters:
            # Each resource asks for its own whenever it is looked at. An id that is no pattern is that of one resource.
            case {"resource-id": [str(resource)]} if len(filters) == 1 and resource.replace("-", "").isalnum():
                kind = EC2_PREFIX_TO_RESOURCE.get(get_prefix(resource), "")
                found = self.tags.get(resource, {}).items()
                return [{"resource_id": resource, "key": key, "value": value, "resource_type": kind} for key, value in found]
        return describe(self, filters)

    TagBackend.describe_tags = describe_tags


def lines():
    import logging

    # "127.0.0.1 - - [date] request": the line that tells the server's address stays.
    logging.getLogger("werkzeug").addFilter(lambda record: " - - [" not in record.getMessage())


def garbage():
    import gc

    # What is loaded stays, and what a request leaves is little.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)


if any(argument.endswith("moto_server") for argument in sys.orig_argv):
    sys.meta_path.insert(0, Quicker())
