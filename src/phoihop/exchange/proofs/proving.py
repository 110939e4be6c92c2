"""Making proofs from this node's log. What is handed out has been checked as its receiver will check it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from phoihop.core.errors import Conflict, Invalid, NotFound
from phoihop.core.isolation import scope
from phoihop.exchange import checkpoint
from phoihop.exchange.checkpoint import CheckpointError
from phoihop.exchange.directory.selectors import signed_records
from phoihop.exchange.directory.state import DirectoryState
from phoihop.exchange.envelope import Rejected
from phoihop.exchange.merkle import Frontier
from phoihop.exchange.models import Record
from phoihop.exchange.proofs import form, wording
from phoihop.exchange.proofs.authority import follow_directory, known_signatures, verify_note
from phoihop.exchange.proofs.checking import Checked, Refused, about_consistency, about_record, check
from phoihop.exchange.proofs.form import ConsistencyProof, OpenedFile, ProvedRecord, RecordsProof
from phoihop.exchange.proofs.paths import consistency_path, inclusion_path
from phoihop.offices.acting import Acting


@dataclass(frozen=True)
class Wanted:
    """A record to prove; with its content, or with some of its attachments opened, only when that is asked for."""

    record_id: UUID
    with_body: bool = False
    files: tuple[OpenedFile, ...] = ()


@dataclass(frozen=True)
class Kept:
    """A checkpoint of a log of this node, as it is kept here."""

    incarnation: UUID
    size: int
    note: str
    frontier: Frontier


@dataclass(frozen=True)
class _Placed:
    record_id: UUID
    signed: bytes
    content: bytes | None
    incarnation: UUID
    index: int
    before: Frontier
    size: int
    note: str


_PLACES = """
SELECT r.id, r.envelope, b.content, e.incarnation_id, e."index", p.frontier, c."size", c.note
FROM exchange_record r JOIN exchange_logentry e ON e.record_id = r.id
CROSS JOIN LATERAL (
    SELECT c."size", c.note FROM exchange_checkpoint c
    WHERE c.incarnation_id = e.incarnation_id AND c."size" > e."index" AND c."size" >= %(size)s
    ORDER BY c."size" LIMIT 1) c
LEFT JOIN LATERAL (
    SELECT p.frontier FROM exchange_checkpoint p
    WHERE p.incarnation_id = e.incarnation_id AND p."size" <= e."index" ORDER BY p."size" DESC LIMIT 1) p ON true
LEFT JOIN exchange_recordbody b ON b.record_id = r.id
WHERE r.id = ANY(%(records)s)
"""
_LEAVES = """
SELECT g.n, e.leaf FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) WITH ORDINALITY AS g(incarnation, low, high, n)
JOIN exchange_logentry e ON e.incarnation_id = g.incarnation AND e."index" >= g.low AND e."index" < g.high
ORDER BY g.n, e."index"
"""


@dataclass(frozen=True)
class Proved:
    """A proof file, and what it was seen to prove."""

    data: bytes
    checked: Checked


def prove_seen(wanted: Sequence[Wanted], *, by: Acting) -> Proved:
    """A proof of records that the acting office sees; any other record does not exist for it. Raises NotFound."""
    ids = {one.record_id for one in wanted}
    with scope("web", by.office_id):
        if Record.objects.filter(id__in=ids).count() != len(ids):
            raise NotFound("record_unknown", _("Không tìm thấy bản ghi này."))
    with scope("worker", by.office_id):
        return prove(wanted)


def prove_records(wanted: Sequence[Wanted], *, at_size: int = 0) -> bytes:
    """The same as ``prove``, as the bytes of the file."""
    return prove(wanted, at_size=at_size).data


def prove(wanted: Sequence[Wanted], *, at_size: int = 0) -> Proved:
    """A proof file for records, each against the first checkpoint that covers it and at least ``at_size`` entries.

    Runs in a worker scope; whether somebody may see the records is the caller's question. Raises NotFound for records
    that are not here, Conflict for those not in the log yet, or when the log does not hold what it signed.
    """
    state, directory = _directory()
    found = {one.record_id: one for one in _places([one.record_id for one in wanted], at_size)}
    _check_complete([one.record_id for one in wanted], found)
    placed = [found[one.record_id] for one in wanted]
    paths, notes = _paths(placed), list(dict.fromkeys(one.note for one in placed))
    texts = {note: known_signatures(note, state) for note in notes}
    records = tuple(_proved(want, found[want.record_id], paths[want.record_id], notes, state, texts) for want in wanted)
    proof = RecordsProof(records=records, checkpoints=tuple(texts[note] for note in notes), directory=directory)
    return _checked(form.write(proof))


def prove_consistency(old: str | int, new: int = 0) -> bytes:
    """A proof file that the log at ``new`` entries (0: as it stands) continues an older checkpoint.

    ``old`` is a size, or the text of a note somebody kept. Runs in a worker scope. Raises NotFound without such a
    checkpoint here, Conflict when the note in hand contradicts this log.
    """
    state, directory = _directory()
    older, note = _older(old, state)
    newer = kept_checkpoint(older.incarnation, new)
    if newer.size < older.size:
        raise Invalid("not_later", _("Điểm ký xác nhận sau phải nhiều mục hơn điểm trước."))
    leaves = _leaves([(older.incarnation, older.size, newer.size)])[0]
    texts = (known_signatures(note, state), known_signatures(newer.note, state))
    about = about_consistency(checkpoint.parse(texts[0]).checkpoint, checkpoint.parse(texts[1]).checkpoint, state)
    path = tuple(form.encode(node) for node in consistency_path(older.frontier, leaves))
    proof = ConsistencyProof(about=about, old=texts[0], new=texts[1], path=path, directory=directory)
    return _checked(form.write(proof)).data


def kept_checkpoint(incarnation: UUID, size: int = 0) -> Kept:
    """The checkpoint of exactly ``size`` entries, or the last one for 0. Raises NotFound."""
    which = '"size" = %s' if size else "%s = 0"
    with connection.cursor() as cursor:
        cursor.execute(
            'SELECT "size", note, frontier FROM exchange_checkpoint'
            f' WHERE incarnation_id = %s AND {which} ORDER BY "size" DESC LIMIT 1',
            [incarnation, size],
        )
        found = cursor.fetchone()
    if found is None:
        raise NotFound(
            "checkpoint_unknown", _("Nhật ký này không có điểm ký xác nhận ở %(size)d mục.") % {"size": size}
        )
    return Kept(incarnation, found[0], found[1], Frontier.from_bytes(bytes(found[2])))


def records_of_subject(subject_id: UUID) -> list[UUID]:
    """The records on a subject that stand in a log, in the order they came. Runs in a worker scope."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT r.id FROM exchange_record r JOIN exchange_logentry e ON e.record_id = r.id"
            " WHERE r.subject_id = %s ORDER BY r.position",
            [subject_id],
        )
        return [record for (record,) in cursor.fetchall()]


def _directory() -> tuple[DirectoryState, tuple[str, ...]]:
    signed = tuple(one.decode("ascii") for one in signed_records(using=connection.alias))
    try:
        return follow_directory(signed), signed
    except Rejected as error:
        raise Conflict(
            "directory_missing", _("Máy chủ này chưa có danh bạ ký số, nên chưa lập được chứng thực.")
        ) from error


def _places(records: Sequence[UUID], at_size: int) -> list[_Placed]:
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"records": list(records), "size": at_size})
        return [
            _Placed(
                record,
                bytes(signed),
                None if content is None else bytes(content),
                incarnation,
                index,
                Frontier.from_bytes(bytes(frontier)) if frontier is not None else Frontier(),
                size,
                note,
            )
            for record, signed, content, incarnation, index, frontier, size, note in cursor.fetchall()
        ]


def _check_complete(wanted: Sequence[UUID], found: Mapping[UUID, _Placed]) -> None:
    missing = [record for record in wanted if record not in found]
    if not wanted or not missing:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM exchange_record WHERE id = ANY(%s)", [missing])
        is_here = cursor.fetchone()[0] == len(missing)
    if not is_here:
        raise NotFound("record_unknown", _("Không tìm thấy bản ghi này."))
    raise Conflict(
        "not_logged",
        _("Bản ghi chưa vào nhật ký, hoặc chưa có điểm ký xác nhận này."),
        remedy=_("Thử lại sau ít phút."),
    )


def _paths(placed: Sequence[_Placed]) -> dict[UUID, tuple[bytes, ...]]:
    ranges = list(dict.fromkeys((one.incarnation, one.before.size, one.size) for one in placed))
    leaves = dict(zip(ranges, _leaves(ranges), strict=True))
    found = {}
    for one in placed:
        mine = leaves[one.incarnation, one.before.size, one.size]
        if len(mine) != one.size - one.before.size:
            raise _broken(_("thiếu mục trong nhật ký"))
        found[one.record_id] = inclusion_path(one.before, mine, one.index)
    return found


def _leaves(ranges: Sequence[tuple[UUID, int, int]]) -> list[list[bytes]]:
    """The leaves of each range of a log, from its low end up to but without its high one."""
    found: list[list[bytes]] = [[] for _range in ranges]
    incarnations, lows, highs = ([one[column] for one in ranges] for column in range(3))
    with connection.cursor() as cursor:
        cursor.execute(_LEAVES, [incarnations, lows, highs])
        for number, leaf in cursor.fetchall():
            found[number - 1].append(bytes(leaf))
    return found


def _proved(
    want: Wanted,
    placed: _Placed,
    path: Sequence[bytes],
    notes: Sequence[str],
    state: DirectoryState,
    texts: Mapping[str, str],
) -> ProvedRecord:
    if want.with_body and placed.content is None:
        raise Conflict(
            "body_purged", _("Nội dung của bản ghi này đã được xóa theo quy định; lập chứng thực không kèm nội dung.")
        )
    signed_note = checkpoint.parse(texts[placed.note]).checkpoint
    try:
        about = about_record(placed.signed, placed.index, signed_note, state)
    except Rejected as error:
        raise _broken(error.code) from error
    return ProvedRecord(
        about=about,
        envelope=placed.signed.decode("ascii", "replace"),
        checkpoint=notes.index(placed.note),
        index=placed.index,
        path=tuple(form.encode(node) for node in path),
        body=form.encode(placed.content) if want.with_body and placed.content is not None else None,
        files=want.files,
    )


def _older(old: str | int, state: DirectoryState) -> tuple[Kept, str]:
    """The checkpoint here that an older one must equal, and the note to show: theirs, as far as it is well signed."""
    if isinstance(old, int):
        kept = kept_checkpoint(_last_incarnation(), old)
        return kept, kept.note
    try:
        said = checkpoint.parse(old).checkpoint
        incarnation = UUID(said.origin.rpartition("/")[2])
    except (CheckpointError, ValueError) as error:
        raise Invalid("note_broken", _("Tệp không phải điểm ký xác nhận.")) from error
    kept = kept_checkpoint(incarnation, said.size)
    if checkpoint.parse(kept.note).checkpoint != said:
        raise Conflict(
            "two_histories",
            _("Điểm ký xác nhận trong tệp không khớp nhật ký ở đây: cùng %(size)d mục mà nội dung khác nhau.")
            % {"size": said.size},
            remedy=_("Giữ nguyên tệp này làm chứng cứ và báo người phụ trách."),
        )
    try:
        verify_note(known_signatures(old, state), state)
    except (CheckpointError, Rejected):
        return kept, kept.note
    return kept, old


def _last_incarnation() -> UUID:
    with connection.cursor() as cursor:
        cursor.execute('SELECT incarnation_id FROM exchange_checkpoint ORDER BY "at" DESC, "size" DESC LIMIT 1')
        found = cursor.fetchone()
    if found is None:
        raise NotFound("log_empty", _("Nhật ký chưa có mục nào."))
    incarnation: UUID = found[0]
    return incarnation


def last_checkpoint() -> Kept:
    """The newest checkpoint of this node. Raises NotFound while the log is empty. Runs in a worker scope."""
    return kept_checkpoint(_last_incarnation())


def _checked(data: bytes) -> Proved:
    """What does not check is not handed out: the log here does not hold what was signed."""
    try:
        return Proved(data, check(data))
    except Refused as refused:
        raise _broken(wording.refusal(refused)) from refused


def _broken(detail: str) -> Conflict:
    return Conflict(
        "log_broken",
        _("Nhật ký ở máy chủ này không còn khớp với những gì đã ký: %(detail)s") % {"detail": detail},
        remedy=_("Chạy: phoihop log verify"),
    )
