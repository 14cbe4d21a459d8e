"""Pages for people: the HTML of every resource, document, query and free page, and the files they need.

Every page is a pure function of the publication, what it is about, and the language. All links are relative. The
search page, and pages of the project whose template says so, take parameters as well and need a live server.
"""

from __future__ import annotations

from twinld.publish.pages.answers import query_page
from twinld.publish.pages.assets import static_files
from twinld.publish.pages.feeds import feeds
from twinld.publish.pages.free import FreePage, Parameters, free_pages
from twinld.publish.pages.single import error_page, resource_page
from twinld.publish.pages.vocabulary import document_page

__all__ = [
    "FreePage",
    "Parameters",
    "document_page",
    "error_page",
    "feeds",
    "free_pages",
    "query_page",
    "resource_page",
    "static_files",
]
