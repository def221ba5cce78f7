"""A thin client for the REST API: uploads, questions, jobs.

    from tagwright.client import Client

    with Client("http://127.0.0.1:8000", key="tw_...") as library:
        library.upload("shoe.jpg")
        print(library.classify(["shoe.jpg"])["results"][0]["facets"])

What comes back are the answers as they are on the wire, typed (`shapes`). Errors are the same
classes as everywhere (`tagwright.errors`). Needs nothing of the rest of the package.
"""

from tagwright.client.client import Client

__all__ = ["Client"]
