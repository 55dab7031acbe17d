"""What of a description of an API breaks the clients of another one.

What a client sends by the old description has to be allowed by the new one, and what the new one answers has to be what the old
one says. Where that cannot be decided, as of two patterns, it is a break: to say too much is cheaper than to say too little.
"""

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# Sets of words that grow: the description says so, and clients have a way for words that they do not know.
OPEN_SETS = {"ProblemCode"}
LEAST = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")
MOST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")


class Comparison:
    """The breaks between two descriptions: where, and what. One in a component is one, wherever it is used."""

    def __init__(self, old, new):
        self.old, self.new = old, new
        self.found, self.seen = [], set()

    def breaks(self):
        for path, item in self.old["paths"].items():
            for method in [method for method in METHODS if method in item]:
                place = f"{method.upper()} {path}"
                now = self.new["paths"].get(path, {}).get(method)
                if now is None:
                    self.note(place, "is gone")
                else:
                    self.operation(place, item[method], now)
        schemes = self.new["components"].get("securitySchemes", {})
        for name, scheme in self.old["components"].get("securitySchemes", {}).items():
            now = schemes.get(name, {})
            if any(scheme.get(key) != now.get(key) for key in ("type", "scheme", "in", "name")):
                self.note(f"security {name}", "is another")
        return self.found

    def note(self, place, what):
        if (place, what) not in self.found:
            self.found.append((place, what))

    def operation(self, place, old, new):
        if old.get("operationId") != new.get("operationId"):
            self.note(place, f"is no longer called {old.get('operationId')}")
        self.security(place, old, new)
        self.parameters(place, old, new)
        self.body(place, old.get("requestBody"), new.get("requestBody"))
        for status, response in old["responses"].items():
            now = new["responses"].get(status)
            if now is None:
                self.note(f"{place} {status}", "is gone")
            else:
                self.response(f"{place} {status}", self.whole(self.old, response), self.whole(self.new, now))

    def security(self, place, old, new):
        """Each way to say who is calling is one still."""
        ways = [set(way) for way in new.get("security") or [{}]]
        for way in old.get("security") or [{}]:
            if not any(now <= set(way) for now in ways):
                self.note(place, f"can no longer be called with {' and '.join(way) or 'nothing'}")

    def parameters(self, place, old, new):
        keyed = lambda document, operation: {
            (parameter["in"], parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]): parameter
            for parameter in (self.whole(document, parameter) for parameter in operation.get("parameters", []))
        }
        before, after = keyed(self.old, old), keyed(self.new, new)
        for key, parameter in before.items():
            at = f"{place} {' '.join(key)}"
            if key not in after:
                self.note(at, "is gone")
                continue
            if after[key].get("required") and not parameter.get("required"):
                self.note(at, "is required")
            self.sent(at, parameter.get("schema", {}), after[key].get("schema", {}))
        for key, parameter in after.items():
            if key not in before and parameter.get("required"):
                self.note(f"{place} {' '.join(key)}", "is required")

    def body(self, place, old, new):
        place = f"{place} body"
        if new is None:
            if old is not None:
                self.note(place, "is gone")
            return
        new = self.whole(self.new, new)
        if new.get("required") and not (old and self.whole(self.old, old).get("required")):
            self.note(place, "is required")
        for kind, content in (self.whole(self.old, old)["content"] if old else {}).items():
            if kind not in new["content"]:
                self.note(f"{place} {kind}", "is gone")
            else:
                self.sent(place, content.get("schema", {}), new["content"][kind].get("schema", {}))

    def response(self, place, old, new):
        for kind, content in old.get("content", {}).items():
            if kind not in new.get("content", {}):
                self.note(f"{place} {kind}", "is gone")
            else:
                self.answered(place, content.get("schema", {}), new["content"][kind].get("schema", {}))
        headers = {name.lower(): header for name, header in new.get("headers", {}).items()}
        for name, header in old.get("headers", {}).items():
            now = headers.get(name.lower())
            if now is None:
                self.note(f"{place} header {name}", "is gone")
                continue
            if header.get("required") and not now.get("required"):
                self.note(f"{place} header {name}", "may be missing")
            self.answered(f"{place} header {name}", header.get("schema", {}), now.get("schema", {}))

    def sent(self, place, old, new):
        self.covers(place, self.new, new, self.old, old, True)

    def answered(self, place, old, new):
        self.covers(place, self.old, old, self.new, new, False)

    def whole(self, document, schema):
        """What a reference is for, with what stands beside it."""
        while "$ref" in schema:
            found = document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                found = found[part.replace("~1", "/").replace("~0", "~")]
            schema = {key: value for key, value in schema.items() if key != "$ref"} | found
        return schema

    def plain(self, document, schema):
        """The schema without references and null, the name of its component, and the kinds that it may be."""
        name = schema["$ref"].rsplit("/", 1)[1] if "$ref" in schema else None
        schema = self.whole(document, schema)
        kinds = schema.get("type")
        kinds = {kinds} if isinstance(kinds, str) else set(kinds) if kinds else None
        for union in ("oneOf", "anyOf"):
            choices = schema.get(union)
            real = [choice for choice in choices or [] if choice.get("type") != "null"]
            if choices and len(real) == 1:
                inner, name_inside, inside = self.plain(document, real[0])
                nothing = {"null"} if len(real) < len(choices) else set()
                return inner, name_inside or name, inside and inside | nothing
        if "allOf" in schema:
            merged = {key: value for key, value in schema.items() if key != "allOf"}
            merged["properties"], merged["required"] = dict(schema.get("properties", {})), list(schema.get("required", []))
            for part in schema["allOf"]:
                part, _, inside = self.plain(document, part)
                merged["properties"] |= part.get("properties", {})
                merged["required"] += part.get("required", [])
                kinds = kinds or inside
            schema = merged
        if kinds is None and "properties" in schema:
            kinds = {"object"}
        return schema, name, kinds

    def covers(self, place, of_wide, wide, of_narrow, narrow, sent):
        """Whether all that `narrow` allows is allowed by `wide`."""
        wide, wide_name, wide_kinds = self.plain(of_wide, wide)
        narrow, narrow_name, narrow_kinds = self.plain(of_narrow, narrow)
        name = wide_name if wide_name == narrow_name else None
        if name:
            # A component is compared once, and reported by its own name.
            place = name
            if (name, sent) in self.seen:
                return
            self.seen.add((name, sent))
        self.kinds(place, wide_kinds, narrow_kinds, sent)
        self.words(place, wide, narrow, name, sent)
        self.bounds(place, wide, narrow, sent)
        self.unions(place, of_wide, wide, of_narrow, narrow, sent)
        if "items" in wide or "items" in narrow:
            self.covers(f"{place}[]", of_wide, wide.get("items", {}), of_narrow, narrow.get("items", {}), sent)
        self.fields(place, of_wide, wide, of_narrow, narrow, sent)

    def kinds(self, place, wide, narrow, sent):
        if wide is None:
            return
        wide = wide | {"integer"} if "number" in wide else wide
        if narrow is None:
            self.note(place, f"must be {' or '.join(sorted(wide))}" if sent else "may be of any type")
        elif narrow - wide:
            kinds = " or ".join(sorted(narrow - wide))
            self.note(place, f"can no longer be {kinds}" if sent else f"may be {kinds}")

    def words(self, place, wide, narrow, name, sent):
        allowed = lambda schema: [schema["const"]] if "const" in schema else schema.get("enum")
        known, used = allowed(wide), allowed(narrow)
        if known is None or (not sent and name in OPEN_SETS):
            return
        if used is None:
            self.note(place, "is a list of words" if sent else "may be any word")
        for word in used or []:
            if word not in known:
                self.note(place, f"can no longer be {word}" if sent else f"may be {word}")

    def bounds(self, place, wide, narrow, sent):
        for rule in ("pattern", "format", "multipleOf"):
            # A list of words needs no pattern besides.
            if rule in wide and wide[rule] != narrow.get(rule) and not (not sent and "enum" in narrow):
                self.note(place, f"has another {rule}")
        for rule in LEAST:
            if rule in wide and narrow.get(rule, float("-inf")) < wide[rule]:
                self.note(place, f"has another {rule}")
        for rule in MOST:
            if rule in wide and narrow.get(rule, float("inf")) > wide[rule]:
                self.note(place, f"has another {rule}")

    def unions(self, place, of_wide, wide, of_narrow, narrow, sent):
        """Each choice of the narrow one is a choice of the wide one."""
        choices = lambda schema: schema.get("oneOf") or schema.get("anyOf")
        ways = choices(wide)
        if not ways:
            if choices(narrow):
                self.note(place, "has other choices")
            return
        for choice in choices(narrow) or [narrow]:
            if not any(self.fits(of_wide, way, of_narrow, choice, sent) for way in ways):
                self.note(place, "has other choices")

    def fits(self, of_wide, wide, of_narrow, narrow, sent):
        trial = Comparison(self.old, self.new)
        trial.covers("", of_wide, wide, of_narrow, narrow, sent)
        return not trial.found

    def fields(self, place, of_wide, wide, of_narrow, narrow, sent):
        old, new = (narrow, wide) if sent else (wide, narrow)
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, field in before.items():
            at = f"{place}.{name}"
            if name not in after:
                self.note(at, "is gone")
            elif sent:
                self.covers(at, of_wide, after[name], of_narrow, field, True)
            else:
                self.covers(at, of_wide, field, of_narrow, after[name], False)
        for name in sorted(set(wide.get("required", [])) - set(narrow.get("required", []))):
            if sent or name in after:
                self.note(f"{place}.{name}", "is required" if sent else "may be missing")
        if wide.get("additionalProperties") is False and narrow.get("additionalProperties") is not False and sent:
            self.note(place, "takes no other fields")


def breaks(old, new):
    """Where the new description breaks clients of the old one, and how."""
    return Comparison(old, new).breaks()
