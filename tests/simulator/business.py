"""What the product and the CRM record: use, account months, and opportunities."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tests.simulator.facts import pick, whole
from tests.simulator.people import bounds
from tests.simulator.scene import Scene

Array = NDArray[Any]


def record(scene: Scene) -> None:
    """One use per active user; revenue and value only where outcomes are measured."""
    draw, program, people, using = scene.draw, scene.program, scene.people, scene.using
    is_measured = scene.has("measures")
    known = people.is_known[using]
    scene.facts.add(
        "usage_event",
        occurred_at=scene.during(len(using)),
        email=np.where(known, people.email[using], None),
        user_id=np.where(known, None, np.char.add(f"{program.program_id}-p", using.astype(str)).astype(object)),
        account_id=people.account_id[people.account[using]],
        feature=draw.choice(["board", "export", "editor"], len(using)),
        is_value_event=(draw.random(len(using)) < 0.4) if is_measured else None,
    )
    there = people.accounts_at(program, scene.month)
    per_account = np.bincount(people.account[using], minlength=len(people.account_id))[there]
    arr = 900.0 * (1 + there % 40)
    _, end = bounds(program, scene.month)
    ends = people.account_end[there] < end + np.timedelta64(31, "D")
    scene.facts.add(
        "account_month",
        account_id=people.account_id[there],
        month=program.months[scene.month],
        active_users=per_account,
        seats=np.bincount(people.account[people.account >= 0], minlength=len(people.account_id))[there],
        start_arr=arr if is_measured else None,
        expansion_arr=np.where(draw.random(len(there)) < 0.05, 300.0, 0.0) if is_measured else None,
        contraction_arr=0.0 if is_measured else None,
        churned_arr=np.where(ends, arr, 0.0) if is_measured else None,
    )
    _opportunities(scene)


def _opportunities(scene: Scene) -> None:
    """Sales opportunities; where the market learns, some of them with a learner of its own."""
    draw, program, people = scene.draw, scene.program, scene.people
    there = people.accounts_at(program, scene.month)
    account = there[draw.integers(0, len(there), whole(draw, 2.0))] if len(there) else there
    contact = np.array([f"buyer{one}@{program.program_id}-other.example" for one in account], dtype=object)
    owner = people.account_id[account]
    if scene.has("market"):
        outside = np.flatnonzero(people.account < 0)
        chosen = outside[pick(draw, people.keenness[outside] ** 2, 1 + whole(draw, 1.5))]
        contact = np.concatenate([contact, people.email[chosen]])
        owner = np.concatenate([owner, np.full(len(chosen), None)])
    scene.facts.add(
        "opportunity",
        opportunity_id=[f"{program.program_id}-o{scene.month}-{one}" for one in range(len(contact))],
        created_at=scene.during(len(contact)),
        account_id=owner,
        contact_email=contact,
        amount=5000.0,
        is_won=draw.random(len(contact)) < 0.3,
    )
