"""Waivers of a workspace that excuse nothing: of conditions or models that are not in force."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.nearest import nearest
from pipelines.complaint import Complaint
from pipelines.workspace import Workspace
from rules.load import LoadedPack


def waiver_complaints(workspace: Workspace, packs: Sequence[LoadedPack]) -> list[Complaint]:
    """One for each waiver that names what the models in force do not have."""
    of_model = {pack.pack.name: {condition.id for condition in pack.pack.conditions} for pack in packs}
    found = []
    for place, waiver in enumerate(workspace.model.waivers):
        if waiver.model is not None and waiver.model not in of_model:
            seen, hint = f"unknown model {waiver.model!r}", nearest(waiver.model, of_model)
            found.append(workspace.complaint(("waivers", place, "model"), seen, ", ".join(of_model), hint))
            continue
        chosen = [waiver.model] if waiver.model else list(of_model)
        conditions = set().union(*(of_model[name] for name in chosen))
        if waiver.condition not in conditions:
            of = f" of {waiver.model}" if waiver.model else ""
            found.append(
                workspace.complaint(
                    ("waivers", place, "condition"),
                    f"unknown condition {waiver.condition!r}{of}",
                    f"a condition of {' or '.join(chosen)}: waystage describe model NAME",
                    nearest(waiver.condition, conditions),
                )
            )
    return found
