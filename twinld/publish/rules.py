"""Rules for hosts that read them: nginx, Apache, Netlify and its like, and w3id.org.

A host with rules answers 303 for things and chooses among the main types; it cannot weigh q-values, so it takes RDF
where a client names it, a page where it names HTML, Turtle for `*/*`. The table in docs/publishing.md says which host
does what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from twinld.publish.documents import documents
from twinld.publish.publication import Publication
from twinld.publish.representation import Representation

TYPES: Mapping[str, str] = {
    "ttl": "text/turtle; charset=utf-8",
    "nt": "application/n-triples; charset=utf-8",
    "nq": "application/n-quads; charset=utf-8",
    "trig": "application/trig; charset=utf-8",
    "jsonld": "application/ld+json",
    "rdf": "application/rdf+xml; charset=utf-8",
    "geojson": "application/geo+json",
    "csv": "text/csv; charset=utf-8",
    "tsv": "text/tab-separated-values; charset=utf-8",
    "srj": "application/sparql-results+json",
    "gz": "application/gzip",
    "html": "text/html; charset=utf-8",
}
"""Content types by extension, where a host's own table lacks them or says no charset (udata takes that for Latin-1)."""
NEGOTIATED = ("application/ld+json:jsonld", "text/turtle:ttl", "application/rdf+xml:rdf", "application/n-triples:nt")
EXPOSED = "Link, ETag, Content-Location, Retry-After"
CACHE = "public, max-age=300, must-revalidate"


NGINX = """\
# Written by twinld. Include it in the http block of nginx, and set the root below.
map $http_accept_language $twinld_page {
    default  .html;
@pages@}
map $http_accept $twinld_suffix {
    default  none;
    ""  .ttl;
    ~*^\\s*(text/html|application/xhtml)  $twinld_page;
@rdf@    ~*(text/html|application/xhtml)  $twinld_page;
    ~*(\\*/\\*|text/\\*)  .ttl;
    ~*application/(\\*|xml)  .rdf;
}
map $twinld_suffix $twinld_fallback {
    default  none;
    ~html$  .html;
}
map $request_uri $twinld_path {
    default  $request_uri;
    ~^@escaped@(?<twinld_rest>/.*)$  $twinld_rest;
}
map $request_uri $twinld_stem {
    ~^(?<twinld_name>[^?]+?)(\\.(@tags@))?\\.(html|ttl|jsonld|rdf|nt)(\\?|$)  $twinld_name;
    ~^(?<twinld_name>[^?]+)  $twinld_name;
}
server {
    listen 80;
    root /var/www/html;
    absolute_redirect off;
    charset utf-8;
    charset_types text/html text/turtle application/n-triples application/n-quads application/trig
                  application/rdf+xml text/csv text/tab-separated-values text/css text/javascript text/plain;
    etag on;
    include mime.types;
    types {
@types@    }
    add_header Access-Control-Allow-Origin * always;
    add_header Access-Control-Expose-Headers "@exposed@" always;
    add_header X-Content-Type-Options nosniff always;
    add_header Cache-Control "@cache@";

    location ~ ^@prefix@/(@things@)/ {
        return 303 @prefix@/doc$twinld_path;
    }
    location ~ ^@prefix@/(doc/.+|@own@)$ {
        add_header Access-Control-Allow-Origin * always;
        add_header Access-Control-Expose-Headers "@exposed@" always;
        add_header X-Content-Type-Options nosniff always;
        add_header Cache-Control "@cache@";
        add_header Vary "Accept, Accept-Language" always;
        add_header Link '@alternates@';
        try_files $uri $uri$twinld_suffix $uri$twinld_fallback @twinld_missing;
    }
    location @twinld_missing {
        if (-f $request_filename.ttl) { return 406; }
        return 404;
    }
    location = @prefix@/.well-known/void {
        default_type text/turtle;
    }
    location / {
        index index.html;
        try_files $uri $uri.html $uri/ =404;
    }
}
"""

APACHE = """\
# Written by twinld, for Apache with mod_rewrite and mod_headers.
DirectorySlash Off
Options -MultiViews -Indexes
@types@<IfModule mod_headers.c>
Header always set Access-Control-Allow-Origin "*"
Header always set Access-Control-Expose-Headers "@exposed@"
Header always set X-Content-Type-Options "nosniff"
Header set Cache-Control "@cache@"
Header append Vary "Accept, Accept-Language"
SetEnvIf Request_URI "^(.+?)(\\.(@tags@))?\\.(html|ttl|jsonld|rdf|nt)$" twinld_stem=$1
Header set Link "@alternates@" env=twinld_stem
</IfModule>
<Files "void">
ForceType "text/turtle; charset=utf-8"
</Files>
RewriteEngine On
RewriteBase @prefix@/
RewriteRule ^((@things@)/.+?)(/index\\.html)?$ @prefix@/doc/$1 [R=303,NE,L]
@rewrites@@pages@RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{HTTP_ACCEPT} text/html
RewriteRule @negotiated@ $1.html [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{HTTP_ACCEPT} ^$ [OR]
RewriteCond %{HTTP_ACCEPT} \\*/\\*
RewriteRule @negotiated@ $1.ttl [L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME}.ttl -f
RewriteRule @negotiated@ - [R=406,L]
RewriteCond %{REQUEST_FILENAME} !-f
RewriteCond %{REQUEST_FILENAME}.html -f
RewriteRule ^(.+[^/])$ $1.html [L]
"""


def rule_files(publication: Publication) -> tuple[Representation, ...]:
    """Return the files with rules: `nginx.conf`, `.htaccess`, `_headers`, `w3id.htaccess`."""
    texts = {
        "nginx.conf": nginx_rules(publication),
        ".htaccess": apache_rules(publication),
        "_headers": header_rules(publication),
        "w3id.htaccess": w3id_rules(publication),
    }
    return tuple(Representation(path, text.encode(), "text/plain") for path, text in texts.items())


def thing_folders(publication: Publication) -> tuple[str, ...]:
    """Return the first path segments that things stand under (`id`, `def`): there a host answers 303."""
    addresses = publication.addresses
    found = set()
    for iri in documents(publication):
        if addresses.owns(iri) and not addresses.is_own_document(iri):
            first, slash, _ = addresses.thing(iri).partition("/")
            if slash:
                found.add(first)
    return tuple(sorted(found))


def own_documents(publication: Publication) -> tuple[str, ...]:
    """Return the paths of documents that are negotiated at their own address: `ns`, `catalog`, `void`."""
    from twinld.publish.files import negotiated

    addresses = publication.addresses
    own = (addresses.document(iri) for iri in documents(publication) if addresses.is_own_document(iri))
    return tuple(sorted({path for path in (*own, *negotiated(publication)) if not path.startswith((".", "doc/"))}))


def prefix_of(publication: Publication) -> str:
    """Return the path that the deployment's root is at, without a final slash: "" for a host of its own."""
    return urlsplit(publication.public_url).path.rstrip("/")


def nginx_rules(publication: Publication) -> str:
    """Return rules to include in the `http` block of nginx; `root` is to be set to the folder."""
    prefix = prefix_of(publication)
    others = publication.addresses.languages[1:]
    pages = "".join(f"    ~*^{re.escape(tag)}  .{tag}.html;\n" for tag in others)
    rdf = "".join(f"    ~*{_pattern(each)}  .{each.partition(':')[2]};\n" for each in NEGOTIATED)
    tags = "|".join(map(re.escape, others)) or "(?!)"
    things = "|".join(map(re.escape, thing_folders(publication))) or "(?!)"
    own = "|".join(map(re.escape, own_documents(publication))) or "(?!)"
    alternates = _alternates("$twinld_stem")
    types = "".join(f"        {media_type.partition(';')[0]} {extension};\n" for extension, media_type in TYPES.items())
    return _filled(
        NGINX,
        pages=pages,
        rdf=rdf,
        escaped=re.escape(prefix),
        tags=tags,
        types=types,
        exposed=EXPOSED,
        cache=CACHE,
        prefix=prefix,
        things=things,
        own=own,
        alternates=alternates,
    )


def apache_rules(publication: Publication) -> str:
    """Return the `.htaccess` of the folder: mod_rewrite and mod_headers."""
    prefix = prefix_of(publication)
    things = "|".join(map(re.escape, thing_folders(publication))) or "(?!)"
    own = "|".join(map(re.escape, own_documents(publication))) or "(?!)"
    negotiated = f"^(doc/.+|{own})$"
    types = "".join(f'AddType "{media_type}" .{extension}\n' for extension, media_type in TYPES.items())
    choices = [(f"{_pattern(each)}", each.partition(":")[2]) for each in NEGOTIATED]
    rewrites = "".join(
        f"RewriteCond %{{REQUEST_FILENAME}} !-f\nRewriteCond %{{HTTP_ACCEPT}} !^\\s*text/html\n"
        f"RewriteCond %{{HTTP_ACCEPT}} {pattern}\nRewriteRule {negotiated} $1.{extension} [L]\n"
        for pattern, extension in choices
    )
    pages = "".join(
        f"RewriteCond %{{REQUEST_FILENAME}} !-f\nRewriteCond %{{HTTP_ACCEPT}} text/html\n"
        f"RewriteCond %{{HTTP:Accept-Language}} ^{tag} [NC]\nRewriteRule {negotiated} $1.{tag}.html [L]\n"
        for tag in publication.addresses.languages[1:]
    )
    return _filled(
        APACHE,
        types=types,
        exposed=EXPOSED,
        cache=CACHE,
        prefix=prefix,
        things=things,
        rewrites=rewrites,
        pages=pages,
        negotiated=negotiated,
        tags="|".join(map(re.escape, publication.addresses.languages[1:])) or "(?!)",
        alternates=_alternates("%{twinld_stem}e").replace('"', '\\"'),
    )


def header_rules(publication: Publication) -> str:
    """Return `_headers`, as Netlify and Cloudflare Pages read it."""
    prefix = prefix_of(publication)
    lines = ["# Written by twinld."]
    lines += [f"{prefix}/*", "  Access-Control-Allow-Origin: *", f"  Access-Control-Expose-Headers: {EXPOSED}"]
    lines += ["  X-Content-Type-Options: nosniff"]
    for extension, media_type in TYPES.items():
        lines += [f"{prefix}/*.{extension}", f"  Content-Type: {media_type}", f"  Cache-Control: {CACHE}"]
    lines += [f"{prefix}/.well-known/void", "  Content-Type: text/turtle; charset=utf-8", ""]
    return "\n".join(lines)


def w3id_rules(publication: Publication) -> str:
    """Return the `.htaccess` to propose to w3id.org: every IRI under the base leads to the place of deployment."""
    base = publication.addresses.base
    target = publication.public_url
    if base.rstrip("/") == target.rstrip("/"):
        target = "https://PLACE-OF-DEPLOYMENT/"
    return f"""\
# {base}
# Written by twinld, for a folder of https://github.com/perma-id/w3id.org
RewriteEngine On
RewriteRule ^(.*)$ {target}$1 [R=303,NE,L]
"""


def _alternates(stem: str) -> str:
    """Return the Link header of a document in every RDF format; `stem` is the server's variable for its address."""
    return ", ".join(
        f'<{stem}.{extension}>; rel="alternate"; type="{TYPES[extension].partition(";")[0]}"'
        for extension in ("ttl", "jsonld", "rdf", "nt")
    )


def _pattern(choice: str) -> str:
    return re.escape(choice.partition(":")[0])


def _filled(template: str, **values: str) -> str:
    """Return a template with each `@name@` filled in; both servers use braces and dollar signs themselves."""
    for name, value in values.items():
        template = template.replace(f"@{name}@", value)
    return template
