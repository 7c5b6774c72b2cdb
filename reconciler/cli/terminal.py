"""What apply shows a person: the plan, the question, and progress while it runs."""

from collections.abc import Callable
from dataclasses import replace
from types import TracebackType
from typing import Self, assert_never

from reconciler.apply.events import Event, Finished, Progress, Started, Waiting
from reconciler.cli.approval import ask
from reconciler.cli.expected_line import expected_line
from reconciler.cli.heartbeat import Heartbeat
from reconciler.cli.live_line import LiveLine
from reconciler.cli.locks import waiting_line
from reconciler.cli.options import Shared
from reconciler.cli.output import print_diagnostics, say
from reconciler.clock import SystemClock
from reconciler.errors import Declined
from reconciler.ledger.base import LockInfo
from reconciler.plan.model import Plan
from reconciler.render import progress
from reconciler.render.heading import heading_of, heading_text, place_in_words
from reconciler.render.outreach import plan_outreach
from reconciler.render.style import Painter
from reconciler.render.text import plan_text
from reconciler.safe_text import safe_text
from reconciler.workflow.conversation import Conversation
from reconciler.workflow.expected import Expected
from reconciler.workflow.session import Session

_QUESTION = """\
Do you want to perform these actions?
  reconciler will perform the actions described above.{also}
  {place}
  Only '{word}' will be accepted to approve.

  Enter a value"""
_OPENS_NEW = "\n  Your answer also opens gate new-ledger: you say that this environment is new."
_WITHOUT_TERMINAL = "Review a saved plan and apply that, or use --auto-approve. Nothing was sent."


class Terminal:
    """Prints the plan on standard output and progress on error, as a live line if possible."""

    def __init__(self, shared: Shared, *, as_json: bool) -> None:
        self._shared = shared
        self._as_json = as_json
        self._live: LiveLine | None = None
        self._heartbeat = Heartbeat(SystemClock(), self._line)

    def __enter__(self) -> Self:
        if self._shared.live:
            self._live = LiveLine(color=self._shared.live_color)
            self._live.words("Reading live campaigns...")
        self._heartbeat.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._heartbeat.stop()
        self._quieten()

    def reading(self, session: Session) -> Session:
        """The session, which shows its reads here if possible."""
        return session if self._live is None else replace(session, on_read=self._live.read)

    def conversation(
        self, interrupted: Callable[[], bool], *, approval_word: Callable[[], str]
    ) -> Conversation[Plan]:
        """The callbacks for a workflow; a person approves by typing the word."""
        return Conversation(
            show=self._show,
            approve=lambda plan: self._approve(plan, approval_word()),
            remind=self._remind,
            on_wait=self._on_wait,
            interrupted=interrupted,
        )

    def _show(self, plan: Plan) -> None:
        self._quieten()
        print_diagnostics(() if plan.errored else plan.diagnostics)
        if not self._as_json:
            text = plan_text(plan, color=self._shared.color, verbose=self._shared.verbose)
            say(text, nl=plan.applyable)

    def _remind(self, plan: Plan) -> None:
        self._quieten()
        if not self._as_json:
            heading = heading_text(heading_of(plan), Painter(self._shared.color))
            say(f"{heading}\n\n{plan_outreach(plan)}\n")

    def _approve(self, plan: Plan, word: str) -> None:
        opens = any(not gate.by_name for gate in plan.gates)
        question = _QUESTION.format(
            also=_OPENS_NEW if opens else "",
            place=place_in_words(heading_of(plan)),
            word=word,
        )
        if ask(question, otherwise=_WITHOUT_TERMINAL) != word:
            raise Declined("apply was declined", "Nothing was sent.")

    def _on_wait(self, holder: LockInfo) -> None:
        self._line(waiting_line(holder))

    def on_expected(self, one: Expected) -> None:
        """Print how long applying takes, right before the question or the first request."""
        if not self._shared.quiet:
            say(f"{expected_line(one)}\n", err=True)

    def on_event(self, event: Event) -> None:
        """Print what apply is doing."""
        match event:
            case Started():
                self._heartbeat.took_off(event.address, event.action)
                self._line(progress.started(event.address, event.action))
            case Progress():
                message = safe_text(event.message)
                self._line(f"{event.address}: {message} [{event.elapsed:.0f}s elapsed]")
            case Waiting():
                reason = safe_text(event.reason)
                self._line(f"{event.target}: waiting {event.seconds:.0f}s: {reason}")
            case Finished():
                self._heartbeat.landed(event.outcome.address)
                self._line(progress.finished(event.outcome))
            case _:
                assert_never(event)

    def _line(self, text: str) -> None:
        if self._shared.quiet:
            return
        if self._live is not None:
            self._live.print(text)
            self._live.words(text)
        else:
            say(text, err=True)

    def _quieten(self) -> None:
        if self._live is not None:
            self._live.stop()
