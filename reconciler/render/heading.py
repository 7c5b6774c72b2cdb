"""Where a command applies, into the lines above what people decide by."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from reconciler.clock import timestamp
from reconciler.plan.document.changes_hash import changes_sha256
from reconciler.plan.model import Plan
from reconciler.render.style import Painter
from reconciler.render.values import foreign
from reconciler.resources.heading import Account, Heading


def heading_of(plan: Plan) -> Heading:
    """Where a plan applies."""
    return Heading(
        environment=plan.environment,
        is_default=plan.is_default,
        ledger=plan.location,
        accounts=tuple(
            Account(
                target=target.name,
                provider=target.provider,
                host=urlsplit(target.base_url).netloc,
                account=target.account,
                proxy=target.proxy,
            )
            for target in plan.targets
        ),
    )


def heading_text(heading: Heading, painter: Painter) -> str:
    """The environment, a line for each account, and the ledger."""
    lines = [painter.bold(environment_in_words(heading)), *map(_account_line, heading.accounts)]
    if heading.ledger:
        lines.append(f"  ledger: {foreign(heading.ledger)}")
    return "\n".join(lines)


def place_in_words(heading: Heading) -> str:
    """The environment and its accounts in one sentence, to end a report with."""
    accounts = "; ".join(account_in_words(one) for one in heading.accounts)
    return f"{environment_in_words(heading)}: {accounts}." if accounts else ""


def environment_in_words(heading: Heading) -> str:
    """`Environment production (default)`."""
    default = " (default)" if heading.is_default else ""
    return foreign(f"Environment {heading.environment}{default}")


def saved_plan_lines(plan: Plan, sha256: str) -> Iterator[str]:
    """The id, commit, expiry and hashes of a plan that was saved in a file with this `sha256`."""
    commit = f", checked out at {plan.commit}" if plan.commit else ""
    yield foreign(f"  plan: {plan.id}{commit}, expires {timestamp(plan.expires_at)}")
    yield f"  sha256: {sha256}"
    yield f"  changes_sha256: {changes_sha256(plan)}"


def account_in_words(one: Account) -> str:
    """`retention: kore at platform.kore.ai, account 67`."""
    account = f", account {one.account}" if one.account != one.host else ""
    proxy = f", through proxy {one.proxy}" if one.proxy else ""
    return foreign(f"{one.target}: {one.provider} at {one.host}{account}{proxy}")


def _account_line(one: Account) -> str:
    return f"  {account_in_words(one)}"
