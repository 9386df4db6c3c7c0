"""Equal cells are asked about once: many programs and months are alike in what an answer depends on."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from rules.grid import Bools

Places = NDArray[np.int64]


def alike(columns: Sequence[np.ndarray]) -> tuple[Places, Places]:
    """Of rows given by their columns: the first of each kind, and of which kind each row is."""
    kinds = pd.util.hash_pandas_object(pd.DataFrame(dict(enumerate(columns))), index=False)
    _, first, back = np.unique(kinds.to_numpy(), return_index=True, return_inverse=True)
    return first, back


def alike_in(facts: Sequence[Bools]) -> tuple[Places, Places]:
    """The same of rows by what is true of them."""
    return alike(list(np.packbits(np.stack(facts), axis=0)))
