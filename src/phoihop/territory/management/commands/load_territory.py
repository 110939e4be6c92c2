"""``phoihop load_territory``: load provinces, communes and regions, again after their files change."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from phoihop.core.errors import Invalid
from phoihop.territory.actions import load_units
from phoihop.territory.data_files import FORMER, REGIONS, UNITS


class Command(BaseCommand):
    help = "Loads provinces, communes and regions; changes only rows that differ from the files."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--units", type=Path, default=UNITS, help="units file instead of the one that comes along")
        parser.add_argument("--former", type=Path, default=FORMER, help="former units and what became of them")
        parser.add_argument("--regions", type=Path, default=REGIONS, help="which provinces form which region")

    def handle(self, *, units: Path, former: Path, regions: Path, **_options: object) -> None:
        try:
            loaded = load_units(units=units, former=former, regions=regions)
        except Invalid as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            _("%(provinces)d tỉnh, thành phố; %(communes)d xã, phường, đặc khu; %(changed)d dòng thay đổi.")
            % {"provinces": loaded.provinces, "communes": loaded.communes, "changed": loaded.changed}
        )
