"""The import rule and the house rules that a reader could overlook, held over every module by its syntax tree."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("pipeline", "warehouse", "flows")
MAX_LINES = 400

WAREHOUSE_MAY_IMPORT = {
    f"pipeline.{name}" for name in ("model", "ledger", "standing", "memory", "categories", "intervals", "errors")
}
# Whatever can open a connection: in the modules that are the gate, and in no other but those named with their reason.
NETWORK_PACKAGES = (
    *("socket", "_socket", "socketserver", "httpx", "httpcore", "h11", "urllib.request", "http.client", "requests"),
    *("urllib3", "aiohttp", "pycurl", "ftplib", "imaplib", "poplib", "smtplib", "nntplib", "telnetlib", "xmlrpc"),
    *("websockets", "websocket", "paramiko", "slack_sdk", "aiosmtplib", "dns", "trio", "anyio"),
)
GATE = {
    f"pipeline/fetch/{name}.py"
    for name in (
        *("gate", "sockets"),  # these look names up and connect
        *("connection", "failures"),  # these read what h11 says
        *("addresses", "cookies"),  # these ask libraries how an address reads, and which cookies are for it
    )
}
BESIDE_THE_GATE: Mapping[str, tuple[str, ...]] = {
    # Alerts go to the servers that the operator configured, which may stand in an intranet.
    "pipeline/notify/slack.py": ("slack_sdk",),
    "pipeline/notify/slack_bot.py": ("slack_sdk",),
    "pipeline/notify/smtp.py": ("smtplib",),
    # A mailbox is the operator's own, too, and speaks no HTTP.
    "pipeline/fetch/imap.py": ("imaplib",),
    # The embedded Prefect server gets a free port of loopback.
    "flows/server_process.py": ("socket",),
    # The page and the API of `serve` are listened for, and ask nobody.
    "flows/live/listening.py": ("socket",),
}
SHORTCUTS = {
    *(("httpx", name) for name in ("Client", "AsyncClient", "get", "post", "put", "request", "stream")),
    *(("request", name) for name in ("urlopen", "urlretrieve", "build_opener")),
    *(("asyncio", name) for name in ("open_connection", "open_unix_connection")),
}
WALL_CLOCK = {
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
    ("time", "time"),
    ("time", "time_ns"),
    ("time", "localtime"),
    ("time", "gmtime"),
    ("time", "ctime"),
}


@dataclass(frozen=True)
class Module:
    path: Path

    @property
    def name(self) -> str:
        return self.path.relative_to(ROOT).as_posix()

    @property
    def room(self) -> str:
        return self.path.relative_to(ROOT).parts[0]

    @property
    def text(self) -> str:
        return self.path.read_text("utf-8")

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    def imports(self) -> Iterator[tuple[int, str]]:
        """Every imported module with its line; `from a import b` gives `a` and, where it is a module, `a.b`."""
        package = ".".join(self.path.relative_to(ROOT).parts[:-1])
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = ".".join(filter(None, [package if node.level else "", node.module]))
                yield node.lineno, base
                for alias in node.names:
                    below = ROOT.joinpath(*base.split("."), alias.name)
                    if below.with_suffix(".py").is_file() or below.is_dir():
                        yield node.lineno, f"{base}.{alias.name}"

    def __str__(self) -> str:
        return self.name


MODULES = [Module(path) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def modules(*rooms: str) -> list[Module]:
    return [module for module in MODULES if module.room in rooms]


def of_package(imported: str, package: str) -> bool:
    return imported == package or imported.startswith(package + ".")


def importers(package: str) -> set[str]:
    return {module.name for module in MODULES for _, imported in module.imports() if of_package(imported, package)}


def test_nobody_imports_flows_but_flows() -> None:
    assert {name for name in importers("flows") if not name.startswith("flows/")} == set()


def test_the_pipeline_imports_only_libraries_and_itself() -> None:
    strangers = [
        f"{module}:{line} imports {imported}"
        for module in modules("pipeline")
        for line, imported in module.imports()
        if imported.split(".")[0] in {"warehouse", "flows", "tests", "prefect", "duckdb"}
    ]
    assert strangers == []


def test_the_warehouse_imports_the_records_duckdb_and_the_standard_library() -> None:
    rooms = {"warehouse", "duckdb", *sys.stdlib_module_names}
    strangers = [
        f"{module}:{line} imports {imported}"
        for module in modules("warehouse")
        for line, imported in module.imports()
        if imported.split(".")[0] not in rooms and imported not in {"pipeline", *WAREHOUSE_MAY_IMPORT}
    ]
    assert strangers == []


def test_only_flows_imports_prefect() -> None:
    assert {name for name in importers("prefect") if not name.startswith("flows/")} == set()


def test_only_the_warehouse_imports_duckdb() -> None:
    assert {name for name in importers("duckdb") if not name.startswith("warehouse/")} == set()


def test_no_request_goes_round_the_gate() -> None:
    strangers = {
        f"{module} imports {imported}"
        for module in MODULES
        for _, imported in module.imports()
        if any(of_package(imported, package) for package in NETWORK_PACKAGES)
        and module.name not in GATE
        and imported.split(".")[0] not in BESIDE_THE_GATE.get(module.name, ())
    }
    assert strangers == set()


def test_the_gate_alone_looks_names_up_and_connects() -> None:
    assert importers("socket") == {
        "pipeline/fetch/gate.py",
        "pipeline/fetch/sockets.py",
        "flows/server_process.py",
        "flows/live/listening.py",
    }
    shortcuts = [
        f"{module}:{node.lineno} {owner_of(node.value)}.{node.attr}"
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and (owner_of(node.value), node.attr) in SHORTCUTS
    ]
    assert shortcuts == []


def test_the_pipeline_and_the_warehouse_read_no_clock() -> None:
    assert clock_reads("pipeline", "warehouse") == []


def test_one_function_of_flows_reads_the_clock() -> None:
    assert [place.split(":")[0] for place in clock_reads("flows")] == ["flows/clock.py"]


def test_a_module_stays_within_four_hundred_lines() -> None:
    long = {module.name: lines for module in MODULES if (lines := module.text.count("\n")) > MAX_LINES}
    assert long == {}


def test_every_module_says_what_it_is_for() -> None:
    silent = [module.name for module in MODULES if module.text.strip() and not ast.get_docstring(module.tree)]
    assert silent == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    empty = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}
    assert [module.name for module in MODULES if module.path.stem in empty] == []


def test_catching_everything_says_why() -> None:
    silent = [
        f"{module}:{node.lineno}"
        for module in MODULES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and catches_everything(node)
        if not says_why(module.text.splitlines(), node.lineno)
    ]
    assert silent == []


def test_the_rules_see_a_breach() -> None:
    handler = ast.parse("try:\n    pass\nexcept (ValueError, Exception):\n    pass").body[0].handlers[0]
    assert catches_everything(handler)
    assert not says_why(["try:", "    pass", "except Exception:  # noqa: BLE001", "    pass"], 3)
    assert says_why(["except Exception:  # noqa: BLE001 (a page found a defect)"], 1)


def clock_reads(*rooms: str) -> list[str]:
    return [
        f"{module}:{node.lineno} {owner_of(node.value)}.{node.attr}"
        for module in modules(*rooms)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and (owner_of(node.value), node.attr) in WALL_CLOCK
    ]


def owner_of(node: ast.expr | None) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def catches_everything(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or owner_of(kind) in ("Exception", "BaseException") for kind in kinds)


def says_why(lines: list[str], line: int) -> bool:
    """Whether a comment near the handler says more than which lint rule it overrides."""
    near = lines[max(0, line - 2) : line + 1]
    comments = [text.partition("#")[2].strip() for text in near if "#" in text]
    return any(" (" in comment if comment.startswith("noqa") else comment != "" for comment in comments)
