"""The project file into a `Project`, or into all its problems.

Reads one file and looks up no credential. Never shows a line that may hold a credential.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from reconciler.config.allowed_credentials import operator
from reconciler.config.cautions import cautions
from reconciler.config.checks import check_project
from reconciler.config.hosts import allowed_hosts
from reconciler.config.plugins import Plugins, find_plugins
from reconciler.config.project import DEFAULT_SUBJECT, Auth, Environment, Project, Target
from reconciler.config.redaction import without_secrets
from reconciler.config.safety import nearest
from reconciler.config.secrets import SecretRef
from reconciler.config.sections import (
    USUAL_SETTLE,
    AuthSection,
    ProjectSection,
    TargetSection,
)
from reconciler.diagnostics import Diagnostic, error
from reconciler.errors import InvalidInput
from reconciler.links import LeadsElsewhere, inside, is_hidden
from reconciler.located_yaml.node import Document, Loc
from reconciler.located_yaml.problems import Subject, problems
from reconciler.located_yaml.reader import parse
from reconciler.located_yaml.text import MAX_BYTES
from reconciler.plan.model import SendsOnWrite
from reconciler.providers.plugin import ProviderPlugin
from reconciler.regular_file import read_regular, reason


def load_project(path: Path, environ: Mapping[str, str]) -> Project:
    """Read a project file; raises `InvalidInput` with all its problems.

    A provider that cannot be loaded raises nothing: it is listed in `plugins` of the project.
    `environ` says what the operator allows; no credential is looked up.
    """
    document = _document(path)
    found: list[Diagnostic] = []
    section: ProjectSection | None = None
    plugins = find_plugins(document)
    context = {"allowed_hosts": allowed_hosts(environ), "hosts": plugins.hosts()}
    try:
        section = ProjectSection.model_validate(document.root.value, context=context)
    except ValidationError as fault:
        subject = Subject(
            document=document,
            node=document.root,
            model=ProjectSection,
            unnamed=frozenset({"auth"}),
        )
        found += problems(fault, subject)
    found += check_project(document, plugins)
    allowed = operator(environ, plugins.known())
    warnings = without_secrets(cautions(document, path.parent.resolve(), allowed), document)
    if section is None or found:
        ordered = sorted(dict.fromkeys([*found, *plugins.problems.values(), *warnings]), key=_place)
        raise _invalid(path, without_secrets(ordered, document))
    redacted = without_secrets(plugins.problems.values(), document)
    safe = dict(zip(plugins.problems, redacted, strict=True))
    project = _project(section, document, path, plugins=replace(plugins, problems=safe))
    return replace(project, warnings=tuple(warnings))


def _place(found: Diagnostic) -> tuple[int, int]:
    if found.source is None:
        return 0, 0
    return found.source.start.line, found.source.start.column


def _invalid(path: Path, found: list[Diagnostic]) -> InvalidInput:
    return InvalidInput(f"{path.name} is not a valid project file", diagnostics=found)


def _document(path: Path) -> Document:
    root = path.parent.resolve()
    try:
        real = inside(path.name, root)
        if is_hidden(real, root) and real.name != path.name:
            raise LeadsElsewhere
        data = read_regular(real, MAX_BYTES + 1)
    except LeadsElsewhere:
        raise InvalidInput(
            f"the project file {path} is a link that leads elsewhere",
            "It may only be a link to another project file in its own folder.",
        ) from None
    except OSError as fault:
        raise InvalidInput(
            f"there is no project file {path}"
            if isinstance(fault, FileNotFoundError)
            else f"{path} cannot be read: {reason(fault)}",
            "Go to your project's folder or name it with -C, or name the project file with -c. The "
            "command init makes a new project.",
        ) from None
    parsed = parse(path.name, data)
    if parsed.diagnostics:
        raise _invalid(path, [_lineless(found) for found in parsed.diagnostics])
    if len(parsed.documents) != 1:
        summary = "a project file must be a single YAML document with kind: Project"
        raise _invalid(path, [error("project-file", f"{path.name}: {summary}")])
    return parsed.documents[0]


def _lineless(found: Diagnostic) -> Diagnostic:
    """The diagnostic without its line: in a file with errors, any line may hold a credential."""
    return replace(found, source=found.source and replace(found.source, code=""))


def _project(
    section: ProjectSection, document: Document, path: Path, *, plugins: Plugins
) -> Project:
    root = path.parent.resolve()
    environments: dict[str, Environment] = {}
    for name, below in section.environments.items():
        targets: dict[str, Target] = {}
        for target, written in below.targets.items():
            loc = ("environments", name, "targets", target)
            safety = nearest([section.safety, below.safety, written.safety])
            auth = _auth(written.auth or AuthSection(), document, loc)
            plugin = plugins.found.get(written.provider)
            plain = _target(target, written, auth, plugin)
            place = replace(document.range_at(*loc), code="")
            targets[target] = replace(plain, safety=safety, source=place)
        environments[name] = Environment(
            name,
            targets,
            max_contacts=below.safety.most,
            confirm=below.confirm,
        )
    only = next(iter(environments)) if len(environments) == 1 else None
    return Project(
        id=section.project or "",
        root=root,
        path=path,
        manifests=tuple(section.manifests),
        state=section.state if "://" in section.state else str(root / section.state),
        state_source=document.range_at("state") if document.root.get("state") else None,
        default_environment=section.default_environment or only,
        environments=environments,
        plan_expiry=section.plan_expiry,
        safety=nearest([section.safety]),
        plugins=plugins,
    )


def _target(name: str, section: TargetSection, auth: Auth, plugin: ProviderPlugin | None) -> Target:
    """A target without inherited values; `plugin` is None for a provider that did not load."""
    api: str = section.api
    settle = USUAL_SETTLE
    if plugin is not None:
        api = section.api if "api" in section.model_fields_set else plugin.api
        settle = timedelta(seconds=plugin.apis[api].settle)
    return Target(
        name=name,
        provider=section.provider,
        title=(plugin.title if plugin is not None else "") or section.provider,
        base_url=section.base_url or "",
        api=api,
        app_id=section.app_id or "",
        path_id=section.path_id or section.app_id or "",
        account_id=section.account_id or "",
        auth=auth,
        message_encoding=section.message_encoding,
        trigger_path=section.trigger_path,
        sends_on_write=SendsOnWrite(section.sends_on_write or "unset"),
        rate_limit=section.rate_limit,
        max_wait=section.max_wait,
        page_size=section.page_size,
        create_timeout=section.timeouts.create,
        read_timeout=section.timeouts.read,
        read_back=section.read_back,
        settle=section.settle or settle,
        absent_after=section.absent_after,
        marker=section.marker,
        shared=section.shared,
        options=section.options or {},
    )


def _auth(section: AuthSection, document: Document, target: Loc) -> Auth:
    given = {
        key: value.located(document.range_at(*target, "auth", to_camel(key)))
        for key, value in section
        if isinstance(value, SecretRef)
    }
    return Auth(
        token=given.get("token"),
        client_id=given.get("client_id"),
        client_secret=given.get("client_secret"),
        subject=given.get("subject", DEFAULT_SUBJECT),
        jti=section.jti or False,
        lifetime=section.lifetime,
        api_key=given.get("api_key"),
    )
