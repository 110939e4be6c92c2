"""``phoihop backup FILE``: everything this node knows, in one file."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from phoihop.config.backups import back_up


class Command(BaseCommand):
    help = "Sao lưu cơ sở dữ liệu và tệp vào một tệp; hệ thống có thể đang chạy. Tệp không chứa khóa bí mật."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="in một đối tượng JSON")

    def handle(self, *, file: Path, json: bool, **_options: object) -> None:
        done = back_up(file)
        if json:
            self.stdout.write(done.manifest.model_dump_json(indent=1))
            return
        self.stdout.write(
            f"Đã sao lưu vào {file}: nhật ký {done.manifest.log_size} bản ghi, {done.manifest.files} tệp,"
            f" {done.size // 1024} kB."
        )
        if done.missing:
            self.stdout.write(f"Thiếu {done.missing} tệp không còn trong kho.")
        self.stdout.write("Cất ở nơi khác máy này; ai giữ tệp sẽ đọc được mọi văn bản.")
