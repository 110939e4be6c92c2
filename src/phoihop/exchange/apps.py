from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    name = "phoihop.exchange"
    label = "exchange"

    def ready(self) -> None:
        from phoihop.exchange import projections, records
        from phoihop.exchange.registry import UNKNOWN_SUBJECT, Kind, register_kind, register_projections

        register_projections("exchange", ["exchange_subject", "exchange_delivery", "exchange_disclosed"])
        register_kind(Kind(records.RECEIPTS, 1, "exchange", "receipts", records.Receipts, projections.project_receipts))
        register_kind(Kind(records.DISCLOSURE, 1, "exchange", UNKNOWN_SUBJECT, records.Disclosure, projections.project_disclosures))
