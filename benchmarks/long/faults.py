"""Faults planted one by one into a copy of the code: the named tests must fail over each, and pass without any.

A fault is one line changed as somebody might by mistake: a rule too wide, a condition forgotten, a token in a log.
Where two walls stand one behind the other, each is taken down by itself, and a test must notice that it is gone.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.long.results import Result

ROOT = Path(__file__).parents[2]
COPIED = ("mediator", "templates", "migrations", "tests", "wsgi.py", "pyproject.toml")


@dataclass(frozen=True)
class Fault:
    """What is wrong, where the line stands, what it becomes, and which tests must notice."""

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


FAULTS: tuple[Fault, ...] = (
    Fault("the other reads private rows", "mediator/core/visibility.py",
          "Visibility.PRIVATE: frozenset({Role.AUTHOR, Role.CASE_MEDIATOR})",
          "Visibility.PRIVATE: frozenset({Role.AUTHOR, Role.OTHER, Role.CASE_MEDIATOR})",
          ("tests/core/test_visibility.py",)),
    Fault("all staff read the record", "mediator/core/visibility.py",
          "Visibility.RECORD: frozenset({Role.CASE_MEDIATOR})",
          "Visibility.RECORD: frozenset({Role.CASE_MEDIATOR, Role.STAFF})", ("tests/core/test_visibility.py",)),
    Fault("safety answers shown again", "mediator/core/visibility.py",
          "Visibility.SAFETY: frozenset({Role.CASE_MEDIATOR})",
          "Visibility.SAFETY: frozenset({Role.AUTHOR, Role.CASE_MEDIATOR})", ("tests/core/test_visibility.py",)),
    Fault("a ring that opens everything", "mediator/core/sealed.py",
          "if not may_read(visibility, case, person, _viewer.get()):", "if False:", ("tests/core/test_sealed.py",)),
    Fault("anybody's case", "mediator/cases/queries.py", "CaseMediator.staff_id == bindparam(\"staff\")",
          "CaseMediator.staff_id.is_not(None)", ("tests/rules/test_access.py",)),
    Fault("gates not asked when shown", "mediator/questionnaires/comparing.py", "if gates.showing(facts, item):",
          "if False:", ("tests/questionnaires/test_opening_seen.py", "tests/questionnaires/test_opening.py")),
    Fault("gates not asked when opened", "mediator/questionnaires/opening.py", "if made.closed or (", "if (",
          ("tests/questionnaires/test_opening.py",)),
    Fault("a door opens twice", "mediator/cases/doors.py", "return used_at is None and revoked_at",
          "return revoked_at", ("tests/cases/test_door_rule.py",)),
    Fault("a link's token in the log", "mediator/cases/public.py", "    person = door_actions.use(token)",
          '    __import__("logging").getLogger("mediator").warning("link %s", token)\n'
          "    person = door_actions.use(token)",
          ("tests/cases/test_doors.py",)),
    Fault("reports under a hold", "mediator/reports/actions.py",
          "if session.attendees is Attendees.BOTH and case.hold:", "if False:", ("tests/reports/test_flow.py",)),
    Fault("personal copies before the summary", "mediator/reports/actions.py",
          "if joint is not None and joint.state is not ReportState.RELEASED and joint not in wanted:", "if False:",
          ("tests/reports/test_flow.py",)),
    Fault("who said what not asked when releasing", "mediator/reports/actions.py",
          "[_who_said_what(rows)] if queries.unconfirmed(session, rows) else []", "[]",
          ("tests/reports/test_who_said_what.py",)),
    Fault("who said what not asked of the paper's words", "mediator/reports/queries.py",
          "row.attributed is None or not confirmed.issuperset(row.attributed)", "row.attributed is None",
          ("tests/reports/test_who_said_what.py",)),
    Fault("Read first left out when releasing", "mediator/agreements/queries.py",
          "gate_facts(case, read_first=waiting.to_be_read_first(case))", "gate_facts(case)",
          ("tests/reports/test_flow.py",)),
    Fault("drafts read by the form's state", "mediator/questionnaires/comparing.py",
          "if copy is None or not handed_in(copy):", "if copy is None:",
          ("tests/questionnaires/test_comparison_page.py",)),
    Fault("drafts read by the answer's mark", "mediator/questionnaires/comparing.py",
          "for key, row in rows.items() if row.visibility is Visibility.PRIVATE}",
          "for key, row in rows.items() if row.visibility is not Visibility.SAFETY}",
          ("tests/questionnaires/test_comparison_page.py",)),
    Fault("a document fetches", "mediator/core/layout.py", "        raise FatalURLFetchingError\n",
          "        return super().fetch(url, headers)\n", ("tests/reports/test_papers.py",)),
    Fault("a fetcher that knows everything", "mediator/core/layout.py", 'allowed_protocols={"data"}',
          "allowed_protocols=None", ("tests/reports/test_papers.py",)),
    Fault("the process of a paper keeps its ways out", "mediator/core/apart.py", "    sys.addaudithook(_refuse)\n",
          "    return\n", ("tests/core/test_pdf.py",)),
    Fault("the process of a paper is told everything", "mediator/core/pdf.py",
          "for name in TOLD if name in os.environ}",
          "for name in os.environ}", ("tests/core/test_pdf.py",)),
    Fault("mail to an address that is not safe", "mediator/cases/door_actions.py",
          "(Participant.email_index.is_not(None), Participant.by_mail.is_(True))",
          "(Participant.email_index.is_not(None),)", ("tests/cases/test_not_by_mail.py",)),
    Fault("a reminder by the clock under a hold", "mediator/questionnaires/jobs.py",
          "            Case.hold.is_(False),\n", "", ("tests/questionnaires/test_reminders.py",)),
    Fault("a waiting mail under a hold", "mediator/cases/jobs.py",
          "_recipient(*door_actions.BY_MAIL, *door_actions.GOING_ON),",
          "_recipient(*door_actions.BY_MAIL),", ("tests/rules/test_jobs.py",)),
    Fault("safe contact shown again", "mediator/overview/first_visit.py", "        sent=sent or {},",
          "        sent=sent or getattr(contact_queries.row_of(person), 'answers', {}),",
          ("tests/overview/test_first_visit.py",)),
    Fault("a part measured that has no measure", "mediator/questionnaires/comparison.py",
          "return part.measured and part.type not in IN_WORDS", "return part.type not in IN_WORDS",
          ("tests/questionnaires/test_not_measured.py",)),
    Fault("the words of whoever came first, for every language", "mediator/core/templating.py",
          "_pages_in(self, language(), _root())", '_pages_in(self, "", _root())', ("tests/core/test_folding.py",)),
    Fault("a request that reads changes rows", "mediator/core/signin.py",
          "    if writing.get():\n        row.seen_at = at",
          "    if True:\n        row.seen_at = at", ("tests/core/test_signin.py",)),
    Fault("a phone learns that the other has handed in", "mediator/questionnaires/answering.py",
          '    audit.record("assignment.submitted", case=assignment.case_id, subject=assignment.id)\n    live.bump('
          "assignment.case_id, live.DESK)",
          '    audit.record("assignment.submitted", case=assignment.case_id, subject=assignment.id)\n    live.bump('
          "assignment.case_id, live.BOTH)", ("tests/exercises/test_phone.py",)),
    Fault("what was opened of a locked exercise is shown", "mediator/questionnaires/comparing.py",
          "exercise_allowed=row.subject_id not in locked,", "exercise_allowed=True,",
          ("tests/exercises/test_runs_opening.py",)),
    Fault("an exercise opened without its lock", "mediator/questionnaires/comparing.py",
          "exercise_allowed=bool(allowed) if found.form.run_id is not None else None,", "exercise_allowed=None,",
          ("tests/exercises/test_runs_opening.py", "tests/exercises/test_console.py")),
    Fault("a draft of a text of both is anybody's", "mediator/exercises/together/drafts.py",
          "        return TextDraft.participant_id == writer.person\n",
          "        return TextDraft.participant_id.is_not(None)\n",
          ("tests/exercises/test_drafts.py",)),
    Fault("a page that follows keeps somebody signed in", "mediator/core/signin.py",
          "if at - row.seen_at < SEEN_EVERY or _follows_by_itself():", "if at - row.seen_at < SEEN_EVERY:",
          ("tests/core/test_signin.py",)),
    Fault("a turn is anybody's", "mediator/exercises/modes.py", "and (speaks or act.who == MEDIATOR)", "",
          ("tests/exercises/test_modes.py",)),
    Fault("a mail's link in the log", "mediator/cases/jobs.py", "    return mail.Mail(to=address,",
          '    __import__("logging").getLogger("mediator").warning("mail %s", composed.text)\n'
          "    return mail.Mail(to=address,", ("tests/rules/test_jobs.py",)),
)  # fmt: skip


def run() -> Iterator[Result]:
    """Every fault in turn; first the tests without any, which must pass."""
    with TemporaryDirectory(prefix="mediator-faults-") as name:
        copy = Path(name)
        for one in COPIED:
            source = ROOT / one
            if source.is_dir():
                shutil.copytree(source, copy / one, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / one)
        missed, gone = [], []
        tests = sorted({test for fault in FAULTS for test in fault.tests})
        clean = _failures(copy, tests) == 0
        for fault in FAULTS:
            file = copy / fault.file
            whole = file.read_text(encoding="utf-8")
            if fault.old not in whole:
                gone.append(fault.name)
                continue
            file.write_text(whole.replace(fault.old, fault.new, 1), encoding="utf-8")
            if _failures(copy, fault.tests) == 0:
                missed.append(fault.name)
            file.write_text(whole, encoding="utf-8")
    found = f"{len(FAULTS) - len(gone)} planted, {len(missed)} missed" + "".join(
        f"; {what}: {', '.join(names)}"
        for what, names in (("missed", missed), ("no such line any more", gone))
        if names
    )
    yield Result("planted faults", found if clean else f"{found}; the tests fail without any fault, too",
                 clean and not missed and not gone)  # fmt: skip


def _failures(copy: Path, tests: list[str] | tuple[str, ...]) -> int:
    """0 where all these tests pass; pytest's own status else."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=copy, capture_output=True, check=False, timeout=900,
    )  # fmt: skip
    return done.returncode
