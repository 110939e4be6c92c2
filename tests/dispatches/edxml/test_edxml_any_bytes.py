"""Whatever the bytes are: a message, or ``Unreadable`` with a sentence. Nothing else ever escapes."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from phoihop.dispatches.edxml import EdxmlDocument, EdxmlStatus, Limits, Unreadable, read
from tests.dispatches.edxml.messages import PDF, File, Message, status, zipped

TIGHT = Limits(total=1 << 20, unpacked=1 << 18, attachment=1 << 17, skeleton=1 << 18)
PACKED = zipped({"a.pdf": PDF, "b/c.txt": b"x" * 500})
INNER = Message(files=(File("x.zip", PACKED),))
SEEDS = [
    Message().data(),
    Message(files=(File("x.zip", PACKED), File("y.edxml", INNER.data(), content_id="cid:2"))).data(),
    Message(root="<edXML>").text().encode("utf-16"),
    status(),
]
FRAGMENTS = st.sampled_from(
    b"< > </ & &#0; <!-- --> <![CDATA[ ]]> <? <!DOCTYPE\ta> null \x00 @0 @999999 xmlns:e='' = "
    b"<e:ContentTransferEncoded> </e:ContentTransferEncoded> <e:StatusCode>01</e:StatusCode>".split(b" ")
)


def outcome(data: bytes) -> EdxmlDocument | EdxmlStatus | None:
    try:
        found = read(data, limits=TIGHT)
    except Unreadable as error:
        refused = error
    else:
        assert len(found.identity) == len(found.digest) == 64
        assert all(notice.sentence() for notice in found.warnings)
        return found
    assert refused.reason_vi.endswith(".")
    return None


def test_the_seeds_are_readable() -> None:
    assert all(outcome(seed) for seed in SEEDS)


@settings(deadline=None)
@given(st.binary(max_size=2000))
@example(b"")
@example(b"<edXML")
def test_random_bytes(data: bytes) -> None:
    outcome(data)
    outcome(b"<edXML>" + data)


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.integers(0, 30), FRAGMENTS | st.binary(max_size=8)), max_size=4),
)
def test_mutated_messages(seed: bytes, changes: list[tuple[float, int, bytes]]) -> None:
    data = bytearray(seed)
    for share, length, inserted in changes:
        at = int(share * len(data))
        data[at : at + length] = inserted
    outcome(bytes(data))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 4), st.binary(max_size=6)), min_size=1, max_size=5))
def test_mutated_archives(changes: list[tuple[float, int, bytes]]) -> None:
    data = bytearray(PACKED)
    for share, length, inserted in changes:
        at = int(share * len(data))
        data[at : at + length] = inserted
    outcome(Message(files=(File("x.zip", bytes(data)),)).data())


def test_every_truncation_is_refused() -> None:
    for seed in (SEEDS[0], SEEDS[3]):
        assert outcome(seed) is not None
        assert [length for length in range(len(seed)) if outcome(seed[:length]) is not None] == []


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_in_any_field(text: str) -> None:
    escaped = (
        text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode("utf-8", errors="replace").decode()
    )
    found = outcome(Message(subject=escaped, due=escaped, other=f"<e:Priority>{escaped}</e:Priority>").data())
    assert isinstance(found, EdxmlDocument)
    assert not set(found.subject) & set("\u202e\u2066\u200b\x00\n")
    outcome(Message(code=f"<e:Code>{escaped}</e:Code>", document_id=escaped).data())


@settings(deadline=None)
@given(st.sampled_from(["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]))
def test_the_identity_does_not_depend_on_the_encoding(encoding: str) -> None:
    text = Message().text()
    assert read(text.encode(encoding)).identity == read(text.encode()).identity
