from django.apps import AppConfig

ROOM = "exchange"


class ExchangeConfig(AppConfig):
    name = "phoihop.exchange"
    label = "exchange"

    def ready(self) -> None:
        from phoihop.exchange import projections, records
        from phoihop.exchange.held_files import needed_by_set_aside
        from phoihop.exchange.registry import NO_SUBJECT, Kind, register_kind, register_projections
        from phoihop.files.registry import register_holder

        register_holder(needed_by_set_aside)

        register_projections(ROOM, ["exchange_subject", "exchange_delivery", "exchange_disclosed"])
        for kind in (
            Kind(
                records.RECEIPTS,
                1,
                ROOM,
                "receipts",
                records.Receipts,
                projections.project_receipts,
                place=projections.place_of_receipts,
            ),
            Kind(records.DISCLOSURE, 1, ROOM, NO_SUBJECT, records.Disclosure, projections.project_disclosures),
            Kind(
                records.WITHDRAWAL,
                1,
                ROOM,
                NO_SUBJECT,
                records.Withdrawal,
                projections.project_withdrawals,
                by_owner=True,
            ),
        ):
            register_kind(kind)
