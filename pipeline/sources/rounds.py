"""One round over all hosts: conversations interleaved, so that each host is asked at its own pace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from threading import Lock

from pipeline.categories import FailureKind, Outcome
from pipeline.fetch.client import Client
from pipeline.model import Fetch, HostState, Problem, RobotsFile, Source, content_id
from pipeline.read.addresses import host_of
from pipeline.sources.answers import Answers
from pipeline.sources.connections import Connections
from pipeline.sources.conversation import Ask, Conversation, Harvest, Postponed, Reply
from pipeline.sources.lanes import Lanes, Turn
from pipeline.sources.manners import Manners, PoliteLimits
from pipeline.sources.pace import Pace
from pipeline.sources.robots import NONE, origin_of, validators_of

PATIENCE = dt.timedelta(minutes=1)
"""A host that rests no longer than this is waited for within the run."""


@dataclass(frozen=True, slots=True)
class Round:
    """What a round gave, in the order of its sources, and what it learned of hosts.

    `broken` are conversations that ended in an error nobody expected; the others went on.
    """

    harvests: tuple[Harvest, ...] = ()
    hosts: Mapping[str, HostState] = field(default_factory=dict)
    robots: Mapping[str, RobotsFile] = field(default_factory=dict)
    broken: tuple[tuple[Source, Exception], ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Task:
    """A conversation, and what it asks for now."""

    number: int
    source: Source
    conversation: Conversation
    ask: Ask


@dataclass(frozen=True, slots=True)
class _Done:
    """A job that is over. `then` is what the conversation asks for next, or ends in; None for a robots.txt."""

    task: _Task
    asked: Ask
    then: Ask | Harvest | Exception | None
    client: Client | None = None
    fetch: Fetch | None = None
    started: dt.datetime | None = None


def harvest_round(
    conversations: Sequence[tuple[Source, Conversation]],
    manners: Manners,
    limits: PoliteLimits,
    client: Callable[[], Client],
    pace: Pace,
    now: dt.datetime,
    told: Callable[[int], None] = lambda _: None,
) -> Round:
    """Hold the conversations until all have ended or the time of the run (`cycle_budget`) is over.

    `client` makes a client for one host; `now` is the moment of the run, by which every exchange is dated; `told`
    hears how many conversations have ended.
    """
    with ThreadPoolExecutor(max(1, limits.workers), "fetch") as pool:
        running = _Running(manners, limits, client, pace, pool, now, told)
        try:
            return running.run(conversations)
        finally:
            running.close()


class _Running:
    """The state of a round. Only `_onward` and the jobs run in other threads; what they share is under the lock."""

    def __init__(
        self,
        manners: Manners,
        limits: PoliteLimits,
        client: Callable[[], Client],
        pace: Pace,
        pool: ThreadPoolExecutor,
        now: dt.datetime,
        told: Callable[[int], None],
    ) -> None:
        self._manners = manners
        self._limits = limits
        self._client = client
        self._connections = Connections(client)
        self._answers = Answers()
        self._pace = pace
        self._pool = pool
        self._told = told
        self._moment = now
        self._end = pace.now() + limits.cycle_budget
        self._lock = Lock()
        self._lanes: Lanes[_Task] = Lanes(lambda host: manners.opens(host, self._moment), limits.per_host)
        self._done: SimpleQueue[_Done] = SimpleQueue()
        self._active = 0
        self._harvests: dict[int, Harvest] = {}
        self._broken: list[tuple[Source, Exception]] = []

    def run(self, conversations: Sequence[tuple[Source, Conversation]]) -> Round:
        for number, (source, conversation) in enumerate(conversations):
            try:
                self._enlist(_Task(number, source, conversation, next(conversation)))
            except StopIteration as ended:  # nothing was to be asked
                self._harvests[number] = ended.value
                self._told(len(self._harvests) + len(self._broken))
            except Exception as error:  # noqa: BLE001 (a defect that one source met: the others go on)
                self._broken.append((source, error))
        while self._active or self._lanes.waiting:
            with self._lock:
                until = self._dispatch()
            done = self._pace.receive(self._done, until, self._active)
            if done is not None:
                with self._lock:
                    self._finish(done)
        harvests = tuple(harvest for _, harvest in sorted(self._harvests.items()))
        return Round(
            harvests,
            self._manners.changed_hosts,
            self._manners.changed_robots,
            tuple(self._broken),
            tuple(self._left_over(conversations)),
        )

    def close(self) -> None:
        self._connections.close()

    def _left_over(self, conversations: Sequence[tuple[Source, Conversation]]) -> list[Problem]:
        left = sum(not harvest.states for harvest in self._harvests.values())
        if not left:
            return []
        minutes = self._limits.cycle_budget.total_seconds() / 60
        message = (
            f"the time of the run ({minutes:g} min, fetch: cycle_budget) was over before {left} of "
            f"{len(conversations)} sources were asked to the end; the next run goes on with them"
        )
        return [Problem("fetch", "cycle_budget", message)]

    def _enlist(self, task: _Task) -> None:
        self._lanes.add(host_of(task.ask.url), task)

    def _dispatch(self) -> dt.datetime:
        """Starts whatever may start now; gives the moment to look again."""
        now = self._pace.now()
        if now >= self._end:
            for task in self._lanes.withdraw_all():
                self._reply(task, Postponed(now, "the time of the run is over", run_is_over=True))
            return now + PATIENCE
        while self._active < self._limits.workers:
            turn = self._lanes.take(now)
            if not isinstance(turn, Turn):
                return min(turn or self._end, self._end)
            self._start(turn.host, turn.item, now)
        return self._end

    def _start(self, host: str, task: _Task, now: dt.datetime) -> None:
        url = task.ask.url
        given = self._answers.to(task.ask)
        if given is not None:
            self._lanes.done(host)
            self._reply(task, given)
            return
        rest = self._manners.rests_until(host, now)
        if rest is not None:
            self._let_rest(host, task, rest, now)
            return
        robots = self._manners.robots_of(url, now)
        if task.ask.is_exempt or not origin_of(url):
            barred = None
        elif robots is None:
            self._submit(host, now, task, self._ask_robots)
            return
        else:
            barred = self._manners.barred(url, robots)
        if barred is not None and robots is not None:
            self._lanes.done(host)
            self._reply(task, self._refused(task.ask, barred, robots))
            return
        self._submit(host, now, task, self._exchange)

    def _let_rest(self, host: str, task: _Task, rest: dt.datetime, now: dt.datetime) -> None:
        self._lanes.done(host)
        if rest - now <= PATIENCE and rest < self._end:
            self._lanes.hold(host, rest)
            self._lanes.add(host, task, first=True)
            return
        answer = Postponed(rest, self._manners.rest_reason(host))
        for each in (task, *self._lanes.withdraw(host)):
            self._reply(each, answer)

    def _refused(self, ask: Ask, barred: str, robots: RobotsFile) -> Fetch:
        """The answer to a request that is not made because of robots.txt."""
        fetch_id = content_id("fetch", ask.source.source_id, ask.url, self._moment.isoformat())
        outcome = Outcome.ERROR if robots.access == NONE else Outcome.BLOCKED
        asked = (fetch_id, ask.source.source_id, ask.url, ask.url, self._moment, 0, None)
        return Fetch(*asked, outcome, error=barred, failure=FailureKind.ROBOTS)

    def _submit(self, host: str, now: dt.datetime, task: _Task, job: Callable[[_Task, Client], _Done]) -> None:
        self._lanes.started(host, now, self._manners.spacing(host))
        client = self._connections.take(host)
        self._active += 1
        self._pool.submit(self._tell, partial(job, task, client), task, client)

    def _reply(self, task: _Task, answer: Reply) -> None:
        self._active += 1
        self._pool.submit(self._tell, lambda: _Done(task, task.ask, _next(task, answer)), task, None)

    def _tell(self, job: Callable[[], _Done], task: _Task, client: Client | None) -> None:
        try:
            done = job()
        except Exception as error:  # noqa: BLE001 (a defect that one source met: the others go on)
            done = _Done(task, task.ask, error, client)
        self._done.put(done)

    def _exchange(self, task: _Task, client: Client) -> _Done:
        ask, started = task.ask, self._pace.now()
        if ask.collect is not None:
            fetch = ask.collect()
        else:
            onward, asked = partial(self._onward, ask), (ask.source.source_id, ask.url, ask.validators, self._moment)
            fetch = client.fetch(*asked, ask.headers, onward=onward)
        return _Done(task, ask, _next(task, fetch), client, fetch, started)

    def _ask_robots(self, task: _Task, client: Client) -> _Done:
        started = self._pace.now()
        fetch = self._robots_txt(task.ask.url, client)
        return _Done(task, task.ask, None, client, fetch, started)

    def _robots_txt(self, url: str, client: Client) -> Fetch:
        address = f"{origin_of(url)}/robots.txt"
        known = validators_of(self._manners.stale_robots(url))
        return client.fetch("robots", address, known, self._moment, onward=self._wait_turn, archived=False)

    def _onward(self, ask: Ask, target: str) -> str | None:
        """Waits for the turn of the host that a redirect leads to; says why it must not be asked, if so."""
        if ask.is_exempt and host_of(target) == host_of(ask.url):
            self._wait_turn(target)
            return None
        with self._lock:
            robots = self._manners.robots_of(target, self._pace.now())
        if robots is None:
            self._wait_turn(target)
            with self._client() as client:
                fetch = self._robots_txt(target, client)
            with self._lock:
                robots = self._manners.learn_robots(target, fetch, self._pace.now())
        with self._lock:
            barred = self._manners.barred(target, robots)
        if barred is None:
            self._wait_turn(target)
        return barred

    def _wait_turn(self, target: str) -> None:
        host = host_of(target)
        with self._lock:
            start = self._lanes.reserve(host, self._pace.now(), self._manners.spacing(host))
        self._pace.sleep_until(start)

    def _finish(self, done: _Done) -> None:
        self._active -= 1
        task, host = done.task, host_of(done.task.ask.url)
        if done.fetch is not None and done.started is not None:
            self._manners.learn(host, done.fetch, done.started)
            if done.then is None:
                # Before its lane goes on: the rules may ask for a longer spacing.
                found = self._manners.learn_robots(task.ask.url, done.fetch, self._pace.now())
                self._manners.barred(task.ask.url, found)
                self._lanes.add(host, task, first=True)
            else:
                self._answers.keep(done.asked, done.fetch)
            self._lanes.started(host, done.started, self._manners.spacing(host))
        if done.client is not None:
            self._lanes.done(host)
        if isinstance(done.then, Ask):
            task.ask = done.then
            self._enlist(task)
        elif done.then is not None:
            self._conclude(task, done.then)
        if done.client is not None:
            self._connections.put_back(host, done.client, wanted=not self._lanes.is_idle(host))

    def _conclude(self, task: _Task, ended: Harvest | Exception) -> None:
        if isinstance(ended, Harvest):
            self._harvests[task.number] = ended
        else:
            self._broken.append((task.source, ended))
        self._told(len(self._harvests) + len(self._broken))


def _next(task: _Task, answer: Reply) -> Ask | Harvest:
    """What the conversation asks for after `answer`, or what it ends in."""
    try:
        return task.conversation.send(answer)
    except StopIteration as ended:
        harvest: Harvest = ended.value
        return harvest
