"""How every provider must report faults. See `reconciler.providers.base.Provider`.

Not tested here, because no tester can cause it at every vendor: redirects, answers above 16 MiB,
and `may_retry=False` once the budget for retries is used up.
"""

import pytest

from reconciler.errors import AuthenticationFailed, BudgetSpent, ReadFailed
from reconciler.resources.capabilities import Ability
from reconciler.resources.outcome import Answer
from reconciler.resources.writes import Operation
from reconciler.testing.account import Account, AccountFault


class FaultConformance:
    """Tests for a class that has a fixture `account`; faults that it cannot cause are skipped."""

    def test_sent_is_denied_only_where_nothing_was_received(self, account: Account) -> None:
        answer = _created(account, AccountFault.REFUSED)
        assert (answer.sent, answer.status, account.received()) == (False, None, 0)

    @pytest.mark.parametrize(
        "fault", [AccountFault.LOST_ANSWER, AccountFault.SERVER_ERROR, AccountFault.UNREADABLE]
    )
    def test_a_create_of_unknown_outcome_is_neither_repeated_nor_denied(
        self, account: Account, fault: AccountFault
    ) -> None:
        answer = _created(account, fault)
        assert (answer.sent, answer.remote_id, answer.live) == (True, None, None)
        assert (account.received(), account.count()) == (1, 1)

    @pytest.mark.parametrize(
        "fault", [AccountFault.LOST_ANSWER, AccountFault.SERVER_ERROR, AccountFault.UNREADABLE]
    )
    def test_an_update_is_not_repeated_either(self, account: Account, fault: AccountFault) -> None:
        remote_id = account.create()
        (request,) = account.planned(account.update(remote_id, "description", "Another text."))
        before = account.received()
        _fail(account, fault)
        assert account.provider.send(request).sent is True
        assert account.received() == before + 1

    def test_a_rate_limit_refusal_is_reported_and_the_request_is_not_repeated(
        self, account: Account
    ) -> None:
        answer = _created(account, AccountFault.RATE)
        assert (answer.rate_limited, answer.remote_id) == (True, None)
        assert (account.received(), account.count()) == (1, 0)

    def test_a_refused_credential_is_an_answer_to_a_write(self, account: Account) -> None:
        answer = _created(account, AccountFault.CREDENTIAL)
        assert (answer.remote_id, account.count()) == (None, 0)
        assert not account.secret or account.secret not in answer.message

    def test_a_write_is_not_sent_after_the_budget_is_used_up(self, account: Account) -> None:
        request = account.planned(account.write(Operation.CREATE))[0]
        _fail(account, AccountFault.BUDGET)
        with pytest.raises(BudgetSpent):
            account.provider.send(request)
        assert account.received() == 0

    @pytest.mark.parametrize(
        "fault",
        [
            AccountFault.REFUSED,
            AccountFault.LOST_ANSWER,
            AccountFault.SERVER_ERROR,
            AccountFault.UNREADABLE,
        ],
    )
    def test_a_read_that_keeps_failing_concludes_nothing(
        self, account: Account, fault: AccountFault
    ) -> None:
        remote_id = account.create()
        _fail(account, fault)
        with pytest.raises(ReadFailed):
            account.provider.list(account.kind.channel)
        with pytest.raises(ReadFailed):
            account.provider.get(account.kind.type, remote_id)
        if account.provider.capabilities.contact_lists is not Ability.NO:
            with pytest.raises(ReadFailed):
                account.provider.contact_lists()

    def test_an_incomplete_listing_is_a_failed_read(self, account: Account) -> None:
        account.seed(f"Campaign {number}" for number in range(3))
        _fail(account, AccountFault.INCOMPLETE)
        with pytest.raises(ReadFailed):
            account.provider.list(account.kind.channel)

    def test_a_refused_credential_fails_reads_and_is_not_repeated(self, account: Account) -> None:
        _fail(account, AccountFault.CREDENTIAL)
        with pytest.raises(AuthenticationFailed) as problem:
            account.provider.list(account.kind.channel)
        told = [str(problem.value), *(found.detail for found in problem.value.diagnostics)]
        assert not account.secret or account.secret not in " ".join(told)

    def test_a_spent_budget_ends_reads(self, account: Account) -> None:
        _fail(account, AccountFault.BUDGET)
        with pytest.raises(BudgetSpent):
            account.provider.list(account.kind.channel)
        with pytest.raises(BudgetSpent):
            account.provider.get(account.kind.type, account.unknown_id)


def _fail(account: Account, fault: AccountFault) -> None:
    if fault not in account.faults:
        pytest.skip(f"this account cannot play {fault}")
    account.fail(fault)


def _created(account: Account, fault: AccountFault) -> Answer:
    """The answer to the first request of a create that meets a fault."""
    request = account.planned(account.write(Operation.CREATE))[0]
    _fail(account, fault)
    return account.provider.send(request)
