"""``phoihop restore FILE``: go back to a backup, as a new incarnation of the node."""

from __future__ import annotations

import json as js
from pathlib import Path

from django.core.management.base import BaseCommand, CommandParser

from phoihop.config.restoring import Restored, restore


class Command(BaseCommand):
    help = "Khôi phục từ bản sao lưu. Máy chủ thành lần khởi tạo mới; các sổ đóng cho đến khi văn thư xác nhận."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="thay cơ sở dữ liệu đang có bản ghi")
        parser.add_argument("--json", action="store_true", help="in một đối tượng JSON")

    def handle(self, *, file: Path, replace: bool, json: bool, **_options: object) -> None:
        done = restore(file, replace=replace)
        if json:
            self.stdout.write(js.dumps(_told(done), indent=1))
            return
        made = f"{done.manifest.made_at:%d/%m/%Y %H:%M} UTC"
        self.stdout.write(f"Đã khôi phục bản sao lưu lúc {made}: nhật ký {done.manifest.log_size} bản ghi.")
        self.stdout.write(f"Cơ sở dữ liệu trước đó được giữ dưới tên {done.set_aside}.")
        self.stdout.write("Việc cần làm tiếp:")
        for number, step in enumerate(_steps(done), start=1):
            self.stdout.write(f"  {number}. {step}")


def _told(done: Restored) -> dict[str, object]:
    return {
        "incarnation": str(done.incarnation),
        "backup_made_at": done.manifest.made_at.isoformat(),
        "log_size": done.manifest.log_size,
        "set_aside": done.set_aside,
        "files": done.files,
        "registers_shut": done.registers,
        "needs_directory": done.needs_directory,
    }


def _steps(done: Restored) -> list[str]:
    steps = []
    if done.needs_directory:
        steps.append("Lấy tệp danh bạ mới nhất từ máy chủ khác và áp dụng: phoihop directory apply TỆP")
        steps.append(
            "Đưa khóa mới vào danh bạ: phoihop directory propose --own-key --to-file TỆP, đưa đi ký rồi áp dụng"
            " ở mọi máy chủ. Đến lúc đó máy chủ này chỉ cho đọc."
        )
    steps.append("Nhập lại tệp trao đổi của các máy chủ khác để lấy về những gì đã gửi sau bản sao lưu.")
    if done.registers:
        steps.append(f"Văn thư đối chiếu số cuối và mở lại {done.registers} sổ tại trang Sổ văn bản.")
    return steps
