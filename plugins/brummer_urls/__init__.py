"""The URLs of development servers, from what the servers print."""

from dataclasses import dataclass

import brummer
from brummer_urls.detector import UrlDetector
from brummer_urls.known import KnownUrls


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlSettings:
    """``[plugins.urls]``: *hosts* are names beside localhost that mean this machine."""

    hosts: tuple[str, ...] = ()


class _Configured:
    """Written in ``brummer_configure``, before any other hook; then only read."""

    detector = UrlDetector()
    known = KnownUrls()


@brummer.hookimpl
def brummer_configure(settings: brummer.Settings) -> None:
    """Read ``[plugins.urls]`` and begin with an empty table."""
    _Configured.detector = UrlDetector(settings.parse(UrlSettings).hosts)
    _Configured.known = KnownUrls()


@brummer.hookimpl
def brummer_detectors() -> list[brummer.Detector]:
    """Return the detector of server URLs."""
    return [_Configured.detector]


@brummer.hookimpl
def brummer_commands() -> list[brummer.Command]:
    """Return ``urls.list``."""
    return [
        brummer.Command(
            name="urls.list",
            title="List the URLs of the servers that run",
            run=_Configured.known.listing,
        )
    ]


@brummer.hookimpl
def brummer_finding(finding: brummer.Finding) -> None:
    """Remember a URL, whichever plugin found it."""
    _Configured.known.add(finding)


@brummer.hookimpl
def brummer_process_changed(after: brummer.ProcessState) -> None:
    """Forget the URLs of a process that has ended."""
    if after.is_finished:
        _Configured.known.end(after.id)
        _Configured.detector.forget(after.id)
