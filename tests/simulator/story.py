"""Everything that happened to a program, from its practices."""

from __future__ import annotations

import numpy as np

from tests.simulator.business import record
from tests.simulator.facts import Facts, Frames
from tests.simulator.learning import guide, read, search, study
from tests.simulator.people import populate
from tests.simulator.program import Program
from tests.simulator.scene import Memory, Scene
from tests.simulator.support import ask, expected_tickets, send
from tests.simulator.writing import write


def tell(program: Program) -> Frames:
    """The program's facts by entity, in the canonical names; identities in clear."""
    draw = np.random.default_rng(list(program.program_id.encode()))
    facts, memory = Facts(), Memory()
    people = populate(draw, program, facts)
    library = write(draw, program, people, facts)
    for month in range(len(program.months)):
        scene = Scene(draw, program, people, library, facts, memory, month)
        readers = read(scene, askers=round(0.85 * expected_tickets(scene)))
        asked = search(scene, readers)
        guide(scene)
        study(scene)
        ask(scene, asked)
        send(scene)
        record(scene)
    return facts.frames()
