"""Loading the units: complete, repeatable, and open to nobody but the owner."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.models import Model

from phoihop.core.errors import Invalid
from phoihop.core.isolation import Role, scope
from phoihop.territory.actions import load_units
from phoihop.territory.data_files import FORMER, REGIONS, UNITS
from phoihop.territory.models import Commune, CommuneSuccession, Province, Region, RegionProvince

pytestmark = [pytest.mark.django_db(databases=["default", "owner"]), pytest.mark.usefixtures("units_loaded")]

HAM_RONG = "14758"


def test_a_second_load_changes_nothing() -> None:
    again = load_units()
    assert (again.provinces, again.communes, again.successions) == (87, 13_361, 10_602)
    assert (again.regions, again.changed) == (1, 0)
    assert Province.objects.using("owner").count() == 87
    assert Commune.objects.using("owner").count() == 13_361


def test_only_what_differs_is_written() -> None:
    Commune.objects.using("owner").filter(code=HAM_RONG).update(name="Sai")
    RegionProvince.objects.using("owner").filter(province="40").delete()
    CommuneSuccession.objects.using("owner").filter(predecessor="14758-old", successor="14797").delete()
    CommuneSuccession.objects.using("owner").create(id=uuid4(), predecessor_id="14758-old", successor_id="19742")
    assert load_units().changed == 4
    assert Commune.objects.using("owner").get(code=HAM_RONG).name == "Hàm Rồng"
    assert load_units().changed == 0


def test_a_province_leaves_a_region_with_its_file_and_another_region_stays(tmp_path: Path) -> None:
    other = Region.objects.using("owner").create(code="khac", name="Vùng khác")
    RegionProvince.objects.using("owner").create(id=uuid4(), region=other, province_id="01")
    file = tmp_path / "regions.json"
    region = {"code": "QK4", "name": "Quân khu 4", "provinces": [["38", None, None], ["01", "2026-01-01", None]]}
    file.write_text(json.dumps({"regions": [region]}), encoding="utf-8")
    load_units(regions=file)
    members = RegionProvince.objects.using("owner").values_list("region", "province")
    assert set(members) == {("QK4", "38"), ("QK4", "01"), ("khac", "01")}


def test_a_unit_that_the_file_stops_naming_keeps_its_row(tmp_path: Path) -> None:
    content = json.loads(UNITS.read_text(encoding="utf-8"))
    content["communes"] = [row for row in content["communes"] if row[0] != HAM_RONG]
    file = tmp_path / "units.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert load_units(units=file, former=_none_of(HAM_RONG, tmp_path)).communes == 13_360
    assert Commune.objects.using("owner").filter(code=HAM_RONG).exists()


def _none_of(commune: str, folder: Path) -> Path:
    """The file of former units without what became this commune."""
    content = json.loads(FORMER.read_text(encoding="utf-8"))
    content["successions"] = [row for row in content["successions"] if row[1] != commune]
    file = folder / "former.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def test_a_spoiled_file_leaves_everything_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "regions.json"
    file.write_text('{"regions": [{"code": "QK4"}]}', encoding="utf-8")
    with pytest.raises(Invalid):
        load_units(regions=file)
    with pytest.raises(CommandError, match=r"regions\.json"):
        call_command("load_territory", regions=file)
    assert RegionProvince.objects.using("owner").count() == 8


def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_territory", regions=REGIONS)
    assert capsys.readouterr().out.strip() == "87 tỉnh, thành phố; 13361 xã, phường, đặc khu; 0 dòng thay đổi."


@pytest.mark.parametrize("model", [Province, Commune, CommuneSuccession, Region, RegionProvince])
@pytest.mark.parametrize("role", ["web", "writer", "worker", "gate"])
def test_no_running_role_can_write(role: Role, model: type[Model]) -> None:
    table = model._meta.db_table
    with scope(role, uuid4()), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() != (0,)
    with pytest.raises(DatabaseError, match="permission denied"), scope(role, uuid4()), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")
