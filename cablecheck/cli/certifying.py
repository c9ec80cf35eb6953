"""What `cablecheck certificate` does: read run folders, judge them, add up where their faults struck. Import it late."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cablecheck.checker.phases import Certificate
from cablecheck.cli.judging import read_run
from cablecheck.cli.screen import answer
from cablecheck.errors import BadInputError, ExitCode
from cablecheck.report.certificate import certificate_json, certificate_text, required_cells


def certify(folders: Sequence[Path], required: Sequence[str], *, as_json: bool) -> ExitCode:
    """Print the certificate of these runs. Raises BadInputError, with every finding."""
    cells = required_cells(required)
    certificate = Certificate()
    findings: list[str] = []
    for folder in dict.fromkeys(folders):
        try:
            rejudged = read_run(folder)
        except BadInputError as error:
            findings += error.findings
        else:
            certificate.add(rejudged.events, rejudged.judgement.verdict)
    if findings:
        raise BadInputError(*findings)
    answer(
        certificate_json(certificate, cells) if as_json else "\n".join(certificate_text(certificate, cells))
    )
    return ExitCode.INCONCLUSIVE if certificate.missing(cells) else ExitCode.VERIFIED
