from django.urls import path

from phoihop.dispatches.views import changes, documents, drafts, entering, lists, moves, registers, searching, steps

app_name = "dispatches"

urlpatterns = [
    path("", lists.home, name="home"),
    path("incoming/", lists.incoming, name="incoming"),
    path("incoming/export/", lists.export_incoming, name="export_incoming"),
    path("incoming/edxml/", entering.import_edxml, name="import_edxml"),
    path("incoming/paper/", entering.enter_paper, name="enter_paper"),
    path("incoming/waiting/", entering.waiting, name="waiting"),
    path("incoming/waiting/<uuid:item_id>/original/", entering.original, name="original"),
    path("incoming/waiting/<uuid:item_id>/retry/", entering.retry, name="retry"),
    path("incoming/waiting/<uuid:item_id>/dismiss/", entering.dismiss, name="dismiss"),
    path("outgoing/", lists.outgoing, name="outgoing"),
    path("outgoing/export/", lists.export_outgoing, name="export_outgoing"),
    path("drafts/", drafts.drafts, name="drafts"),
    path("drafts/start/", drafts.start, name="start_draft"),
    path("drafts/types/", drafts.draft_types, name="draft_types"),
    path("drafts/<uuid:draft_id>/", drafts.draft, name="draft"),
    path("drafts/<uuid:draft_id>/files/", drafts.add_files, name="draft_files"),
    path("drafts/<uuid:draft_id>/files/<uuid:upload_id>/remove/", drafts.remove_file, name="remove_file"),
    path("drafts/<uuid:draft_id>/<slug:verb>/", steps.step, name="step"),
    path("registers/", registers.registers, name="registers"),
    path("registers/<uuid:register_id>/reopen/", registers.reopen, name="reopen_register"),
    path("search/", searching.results, name="search"),
    path("search/palette/", searching.palette, name="palette"),
    path("<uuid:dispatch_id>/", documents.show, name="document"),
    path("<uuid:dispatch_id>/live/", documents.live, name="live"),
    path("<uuid:dispatch_id>/seen/", documents.seen, name="seen"),
    path("<uuid:dispatch_id>/reply/", moves.reply, name="reply"),
    path("<uuid:dispatch_id>/forward/", moves.forward, name="forward"),
    path("<uuid:dispatch_id>/disclose/", moves.disclose, name="disclose"),
    path("<uuid:dispatch_id>/withdraw/", moves.withdraw, name="withdraw"),
    path("<uuid:dispatch_id>/change/<slug:action>/", changes.change, name="change"),
    path("<uuid:dispatch_id>/changes/<uuid:change_id>/edxml/", changes.export_the_change, name="export_change"),
    path("<uuid:dispatch_id>/changes/<uuid:change_id>/<slug:verb>/", changes.answer, name="answer"),
    path("<uuid:dispatch_id>/edxml/<slug:what>/", changes.export, name="export_edxml"),
    path("<uuid:dispatch_id>/<slug:verb>/", moves.move, name="move"),
]
