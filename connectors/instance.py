"""Two help desks of one vendor number their tickets alike: which sources of a program share such ids."""

from connectors.catalogue import Catalogue
from connectors.contract import ProgramConfig, SourceConfig


def with_instances(program: ProgramConfig, catalogue: Catalogue) -> tuple[SourceConfig, ...]:
    """The program's sources; where several are of one connector with ids of its own, each is an instance by itself.

    `instance:` in waystage.yaml says otherwise: sources with the same one share their ids.
    """
    alone = supposed_instances(program, catalogue)
    return tuple(
        source.model_copy(update={"instance": source.name}) if source.name in alone else source
        for source in program.sources
    )


def supposed_instances(program: ProgramConfig, catalogue: Catalogue) -> set[str]:
    """Names of the sources that are taken for an instance of their own because nothing says otherwise."""
    unsaid = [
        source
        for source in program.sources
        if source.instance is None
        and source.connector in catalogue.connectors
        and catalogue.connectors[source.connector].has_local_ids
    ]
    connectors = [source.connector for source in program.sources]
    return {source.name for source in unsaid if connectors.count(source.connector) > 1}
