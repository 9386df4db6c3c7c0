"""What is wrong with the shape of a rule pack, in words: where, what was seen, what is legal."""

import re

from connectors.declaration import Fault
from connectors.nearest import nearest

PATTERNS = {
    "version": "three numbers such as 1.0.0",
    "fixes": "a friction such as F01",
    "id": "lower-case letters, digits and _",
}
A_NAME = "lower-case letters, digits and _, a letter first"
SHAPES = {
    "float_type": "a number such as 0.6, without quotes",
    "int_type": "a whole number, without quotes",
    "int_from_float": "a whole number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text; put a number or a word such as no in quotes",
    "list_type": "a list, each item after `- `",
    "dict_type": "keys and values, `key: value`",
    "model_type": "keys and values, `key: value`",
    "string_too_short": "at least one character",
    "too_short": "at least one",
}
LONGEST_SEEN = 60


def told(fault: Fault) -> str:
    """One fault as an instruction."""
    if fault.kind in ("extra_forbidden", "missing", "value_error"):
        return str(fault)
    seen = repr(fault.seen)
    seen = seen if len(seen) <= LONGEST_SEEN else seen[:LONGEST_SEEN] + "…"
    return f"{fault.where or 'the file'}: seen {seen}; legal: {_legal(fault)}"


def _legal(fault: Fault) -> str:
    if fault.kind == "literal_error":
        names = re.findall(r"'([^']+)'", fault.message)
        hint = nearest(str(fault.seen), names)
        return ", ".join(names) + (f"; {hint}" if hint else "")
    if fault.kind == "string_pattern_mismatch":
        key = next((str(part) for part in reversed(fault.path) if isinstance(part, str)), "")
        return PATTERNS.get(key, A_NAME)
    return SHAPES.get(fault.kind, fault.message.removeprefix("Input should be "))
