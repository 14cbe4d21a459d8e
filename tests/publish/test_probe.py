"""The probe against real servers: ours, nginx with the generated rules, a bare file server, and a faulty one."""

from __future__ import annotations

import http.server
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import pytest

from twinld.errors import IncompleteError
from twinld.publish.probe import Column, probe
from twinld.publish.site import build
from twinld.serve.opening import opened


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@contextmanager
def serving(server: http.server.HTTPServer):
    """Run a server in a thread and give its URL."""
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A bare file server."""

    def log_message(self, *_):
        """Say nothing."""


def columns(url: str) -> dict[str, Column]:
    return {line.name: line.column for line in probe(url)}


def test_our_server_reaches_the_server_column_in_every_line(project):
    from werkzeug.serving import make_server

    from twinld.serve.app import create_app

    port = free_port()
    with (
        opened(project().dataset, public_url=f"http://127.0.0.1:{port}/") as publication,
        serving(make_server("127.0.0.1", port, create_app(publication), threaded=True)) as url,
    ):
        found = columns(url)

    assert set(found.values()) == {Column.SERVER}


@pytest.fixture
def small(project, tmp_path):
    """Return a function that builds a small site for a URL; the folder."""

    def make(url: str):
        out = tmp_path / "public"
        build(replace(project(), public_url=url), out, processes=1)
        return out

    return make


def test_a_bare_file_server_reaches_the_bare_column(small):
    port = free_port()
    out = small(f"http://127.0.0.1:{port}/")
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(out)))) as url:
        found = columns(url)

    assert min(found.values()) is Column.BARE


def test_a_server_without_anything_is_at_fault(tmp_path):
    handler = partial(Quiet, directory=str(tmp_path))
    with serving(http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)) as url:
        found = columns(url)

    assert found["void-is-found"] is Column.FAULT
    assert found["the-unknown-is-not-found"] is Column.RULES


def test_nobody_there_is_said_once_and_not_for_each_check():
    with pytest.raises(IncompleteError, match="nothing answers there"):
        columns(f"http://127.0.0.1:{free_port()}/")


NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
MAIN = """\
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/t1; proxy_temp_path {folder}/t2; fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4; scgi_temp_path {folder}/t5;
    include {folder}/site.conf;
}}
"""


@contextmanager
def nginx(out, folder, port, prefix=""):
    """Run nginx on a built site with its generated rules; only port, root and the table of types are filled in."""
    folder.mkdir()
    folder.chmod(0o755)
    root = folder / "root"
    root.mkdir()
    (root / prefix.strip("/")).parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(out, root / prefix.strip("/") if prefix else root, dirs_exist_ok=True)
    rules = (out / "nginx.conf").read_text(encoding="utf-8")
    rules = rules.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("/var/www/html", str(root))
    (folder / "site.conf").write_text(rules.replace("include mime.types;", "include /etc/nginx/mime.types;"))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder) + ("user root;\n" if os.geteuid() == 0 else ""))
    process = subprocess.Popen([NGINX, "-c", folder / "nginx.conf", "-p", folder], stderr=subprocess.PIPE)
    try:
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, process.stderr.read().decode()
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}{prefix}/"
    finally:
        process.terminate()
        process.wait()
        process.stderr.close()


@pytest.mark.skipif(NGINX is None, reason="nginx is not installed (Debian package nginx-light)")
@pytest.mark.parametrize("prefix", ["", "/some/path"])
def test_nginx_with_the_generated_rules_reaches_the_rules_column(small, tmp_path, prefix):
    port = free_port()
    out = small(f"http://127.0.0.1:{port}{prefix}/")
    with nginx(out, tmp_path / "nginx", port, prefix) as url:
        found = columns(url)
        home = urllib.request.urlopen(url).read()

    assert home == (out / "index.html").read_bytes()
    assert {name for name, column in found.items() if column < Column.RULES} == set()


APACHE = shutil.which("apache2") or shutil.which("apache2", path="/usr/sbin")
MODULES = ["mpm_event", "authz_core", "mime", "dir", "headers", "rewrite", "setenvif", "negotiation", "autoindex"]
HTTPD = """\
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
{modules}
TypesConfig /etc/mime.types
DocumentRoot {out}
<Directory {out}>
AllowOverride All
Require all granted
</Directory>
"""


@pytest.mark.skipif(APACHE is None, reason="Apache is not installed (Debian package apache2-bin)")
def test_apache_with_the_generated_htaccess_reaches_the_rules_column(small, tmp_path):
    port = free_port()
    folder = tmp_path / "apache"
    folder.mkdir()
    out = tmp_path / "served"
    shutil.copytree(small(f"http://127.0.0.1:{port}/"), out)
    for each in (tmp_path, *tmp_path.parents):
        if os.access(each, os.W_OK) and each.name.startswith(("pytest-", "popen-", "test_")):
            each.chmod(0o755)  # Apache's children run as nobody
    modules = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    user = "User nobody\nGroup nogroup\n" if os.geteuid() == 0 else ""
    config = user + HTTPD.format(folder=folder, port=port, out=out, modules=modules)
    (folder / "httpd.conf").write_text(config, encoding="utf-8")
    process = subprocess.Popen([APACHE, "-f", folder / "httpd.conf", "-D", "FOREGROUND"])
    try:
        for _ in range(100):
            with socket.socket() as client:
                if client.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        found = columns(f"http://127.0.0.1:{port}/")
    finally:
        process.terminate()
        process.wait()

    assert {name for name, column in found.items() if column < Column.RULES} == set()
