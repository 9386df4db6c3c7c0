"""What every endpoint of one run shares."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from connectors.pull_contract import Endpoint, Pull
from connectors.pull_http import Answer, Client, Paused
from connectors.pull_pages import Pages
from connectors.pull_paging import Position, call_for
from connectors.pull_settings import Given

Say = Callable[[str], None]


@dataclass(frozen=True)
class Run:
    """One run over one source. `clock` gives seconds since 1970."""

    source: str
    pull: Pull
    given: Given
    pages: Pages
    client: Client
    say: Say
    clock: Callable[[], float]

    def ask(
        self, endpoint: Endpoint, position: Position, begun_at: float | None, more: Mapping[str, str] | None = None
    ) -> Answer:
        """One page. PullFault where there is none, Paused where the run has had its pages."""
        if self.client.asked >= self.given.max_pages:
            raise Paused
        settings = {**self.given.settings, **(more or {})}
        return self.client.ask(call_for(endpoint, settings, position, begun_at))

    def tell(self, name: str, text: str) -> None:
        """Progress of an endpoint."""
        self.say(f"pulling {self.source} {name}: {text}")
