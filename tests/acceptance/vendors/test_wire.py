"""The operator configures the network in variables; the project file cannot."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from reconciler.simulator.core import Simulator
from tests.support.cli import Line, Project

REFUSED = b"HTTP/1.1 407 no\r\ncontent-length: 0\r\n\r\n"
UNAUTHORISED = b"HTTP/1.1 401 no\r\ncontent-length: 2\r\n\r\n{}"


@contextmanager
def answering(
    answer: bytes, tls: ssl.SSLContext | None = None
) -> Iterator[tuple[int, list[bytes]]]:
    """A server's port, and what it received; every connection gets the same answer."""
    heard: list[bytes] = []

    def serve(listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            try:
                connection.settimeout(5)
                with tls.wrap_socket(connection, server_side=True) if tls else connection as peer:
                    heard.append(peer.recv(65536))
                    peer.sendall(answer)
            except OSError:
                continue

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve, args=(listener,), daemon=True)
        thread.start()
        yield listener.getsockname()[1], heard
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def authority(folder: Path) -> tuple[Path, ssl.SSLContext]:
    """A self-signed certificate for 127.0.0.1, and a server that uses it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "company")])
    now = datetime.now(UTC)  # noqa: TID251 - certificates hold by the machine's own clock
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    path = folder / "company.pem"
    path.write_bytes(made.public_bytes(Encoding.PEM))
    both = folder / "server.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    both.write_bytes(secret + made.public_bytes(Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(both)
    return path, context


def point_at(project: Project, url: str) -> None:
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").replace(project.url, url), "utf-8")


@pytest.mark.parametrize("command", ["validate", "plan", "drift", "status"])
def test_a_project_file_cannot_lead_credentials_elsewhere(
    run_line: Line, project: Project, simulator: Simulator, command: str
) -> None:
    with answering(REFUSED) as (port, heard):
        proxy = f"http://127.0.0.1:{port}"
        project.configure(more=f"proxy: {proxy}\n        caFile: evil.pem")
        point_at(project, "https://platform.kore.ai")
        path = project.folder / "reconciler.yaml"
        path.write_text(
            path.read_text("utf-8").replace(
                "carecycle\n        baseUrl: https://platform.kore.ai",
                "carecycle\n        baseUrl: https://api.carecycle.ai\n        "
                "proxy: http://u:canary@127.0.0.1",
            ),
            "utf-8",
        )
        result = run_line(command)
    assert result.code == 3
    said = " ".join(result.err.split())
    assert f"set RECONCILER_PROXY={proxy} where" in said
    assert "set RECONCILER_CA_FILE=evil.pem where" in said
    assert "targets.care.proxy: " in said
    assert "canary" not in result.out + result.err
    assert heard == []
    assert simulator.requests() == []


def test_the_operators_proxy_is_used_and_its_password_is_never_printed(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    point_at(project, "https://platform.kore.ai")
    path = project.folder / "reconciler.yaml"
    path.write_text(path.read_text("utf-8").partition("      care:")[0], "utf-8")
    project.sms()
    with answering(REFUSED) as (port, heard):
        monkeypatch.setenv("RECONCILER_PROXY", f"http://ada:canary@127.0.0.1:{port}")
        result = run_line("plan", "-v")
    assert result.code == 1
    assert "cannot connect" in result.err
    assert heard[0].startswith(b"CONNECT platform.kore.ai:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic YWRhOmNhbmFyeQ==" in heard[0]
    assert b"simulator-token" not in b"".join(heard)
    assert "canary" not in result.out + result.err


def test_this_machine_is_reached_without_the_proxy(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    with answering(REFUSED) as (port, heard):
        monkeypatch.setenv("RECONCILER_PROXY", f"http://127.0.0.1:{port}")
        assert run_line("plan").code == 0
    assert heard == []


def test_an_invalid_proxy_is_invalid_input(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.sms()
    monkeypatch.setenv("RECONCILER_PROXY", "socks5://ada:canary@proxy.example")
    result = run_line("plan")
    assert result.code == 3
    assert "RECONCILER_PROXY is not the URL of a proxy" in result.err
    assert "canary" not in result.out + result.err


def test_a_company_s_certificates_are_trusted_when_the_operator_says_so(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, tls = authority(project.folder)
    project.sms()
    with answering(UNAUTHORISED, tls) as (port, heard):
        point_at(project, f"https://127.0.0.1:{port}")
        unknown = run_line("plan")
        assert unknown.code == 1
        assert "CERTIFICATE_VERIFY_FAILED" in unknown.err
        assert "name its certificates in RECONCILER_CA_FILE" in " ".join(unknown.err.split())
        assert heard == []
        monkeypatch.setenv("RECONCILER_CA_FILE", certificate.name)
        assert run_line("plan").code == 4
        assert b"simulator-token" in heard[0]


@pytest.mark.parametrize("content", [None, b"", b"no certificate"])
def test_a_file_without_certificates_is_invalid_input(
    run_line: Line, project: Project, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    project.sms()
    point_at(project, "https://127.0.0.1:9")
    if content is not None:
        (project.folder / "ca.pem").write_bytes(content)
    monkeypatch.setenv("RECONCILER_CA_FILE", "ca.pem")
    result = run_line("plan")
    assert result.code == 3
    assert "RECONCILER_CA_FILE" in result.err
