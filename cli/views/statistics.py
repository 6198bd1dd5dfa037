"""Show the statistics of a corpus as text."""

from __future__ import annotations

from typing import TextIO

from classmark.cli.console import printable
from classmark.corpus.analysis.statistics import CorpusStatistics


def figures_of(statistics: CorpusStatistics) -> dict[str, str]:
    """Return the single figures by name, as shown."""
    rich = statistics.richness
    without_pairs = {"with too many codes to count their pairs": f"{statistics.without_pairs:,}"}
    return {
        "abstracts": f"{statistics.abstracts:,}",
        "with several codes": f"{statistics.with_several_codes:,}",
        **(without_pairs if statistics.without_pairs else {}),
        "words an abstract": "{} to {}, median {}".format(*(statistics.lengths[i] for i in (0, 2, 1))),
        "language measured on": f"{statistics.sample:,} abstracts",
        "words": f"{rich.words:,}",
        "distinct words": f"{rich.distinct_words:,}",
        "word triples in two abstracts or more": f"{rich.shared_triples:.1%}",
    }


def write_statistics(statistics: CorpusStatistics, out: TextIO) -> None:
    """Write the statistics of a corpus, one per line, then its codes with their numbers of abstracts."""
    out.writelines(f"{name}\t{figure}\n" for name, figure in figures_of(statistics).items())
    out.write("\ncode\tabstracts\n")
    out.writelines(f"{printable(code)}\t{count}\n" for code, count in statistics.codes.items())
    out.write("\ncodes\tabstracts\n")
    out.writelines(f"{printable(';'.join(pair))}\t{count}\n" for pair, count in statistics.pairs.items())
