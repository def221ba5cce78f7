"""The one shape of every error (RFC 9457)."""

from __future__ import annotations

from pydantic import BaseModel, Field


class FieldProblem(BaseModel):
    """One part of a request that cannot be used."""

    where: str = Field(description="A path into the request, as `body.answers.3.asset`.")
    message: str


class Problem(BaseModel):
    """Every error answer, as `application/problem+json`."""

    type: str = Field(description="What kind of problem: stable, for programs.")
    title: str = Field(description="The kind of problem, for people.")
    status: int
    detail: str = Field(description="What failed, and the way out.")
    request_id: str = Field(description="Find the server's own account of it in the log.")
    errors: list[FieldProblem] = []
