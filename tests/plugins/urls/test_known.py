import threading
from dataclasses import replace

import brummer
from brummer_urls.known import KnownUrls


def finding(url: str, process: str = "web-1") -> brummer.Finding:
    return brummer.Finding(
        kind=brummer.FindingKind.URL,
        title=url,
        process=brummer.ProcessId(process),
        time=1.0,
        details={"url": url, "label": "Local"},
    )


def test_urls_are_listed_with_label_and_process() -> None:
    known = KnownUrls()

    known.add(finding("http://localhost:1/"))

    assert known.listing() == [
        {"url": "http://localhost:1/", "label": "Local", "process": "web-1"}
    ]


def test_the_urls_of_a_process_end_with_it() -> None:
    known = KnownUrls()
    known.add(finding("http://localhost:1/", "web-1"))
    known.add(finding("http://localhost:1/", "web-2"))

    known.end(brummer.ProcessId("web-1"))

    assert [url["process"] for url in known.listing()] == ["web-2"]


def test_a_finding_that_comes_after_the_end_is_late() -> None:
    known = KnownUrls()

    known.end(brummer.ProcessId("web-1"))
    known.add(finding("http://localhost:1/", "web-1"))

    assert known.listing() == []


def test_other_findings_are_no_urls() -> None:
    known = KnownUrls()

    known.add(replace(finding("x"), kind=brummer.FindingKind.ERROR))
    known.add(replace(finding("x"), details={}))

    assert known.listing() == []


def test_a_repeat_is_no_second_url() -> None:
    known = KnownUrls()

    known.add(finding("http://localhost:1/"))
    known.add(finding("http://localhost:1/"))

    assert len(known.listing()) == 1


def test_the_table_is_bounded_and_keeps_the_newest() -> None:
    known = KnownUrls()

    for port in range(1, 601):
        known.add(finding(f"http://localhost:{port}/"))

    listed = known.listing()
    assert len(listed) == 500
    assert listed[-1]["url"] == "http://localhost:600/"


def test_the_memory_of_ended_processes_is_bounded() -> None:
    known = KnownUrls()

    for number in range(1_001):
        known.end(brummer.ProcessId(f"web-{number}"))
    known.add(finding("http://localhost:1/", "web-0"))
    known.add(finding("http://localhost:1/", "web-1"))

    assert [url["process"] for url in known.listing()] == ["web-0"]


def test_readers_see_whole_tables_while_one_writes() -> None:
    known = KnownUrls()
    process = brummer.ProcessId("web-1")
    stop = threading.Event()
    lengths: set[int] = set()

    def read() -> None:
        while not stop.is_set():
            lengths.add(len(known.listing()))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for port in range(1, 500):
            known.add(finding(f"http://localhost:{port % 3 + 1}/", "api-1"))
            known.end(process)
    finally:
        stop.set()
        for reader in readers:
            reader.join()

    assert lengths <= {0, 1, 2, 3}
