from django.urls import path

from core.reporting.views import dashboard, freezing, report_files, reports, rows

app_name = "reporting"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("definitions/", dashboard.definitions, name="definitions"),
    path("fichier/<slug:format>/", dashboard.export, name="export"),
    path("lignes/<slug:indicator>/", rows.rows, name="rows"),
    path("arretes/", freezing.snapshot_list, name="snapshots"),
    path("arretes/nouveau/", freezing.freeze, name="freeze"),
    path("arretes/<int:pk>/", freezing.snapshot, name="snapshot"),
    path("bilans/", reports.report_list, name="reports"),
    path("bilans/nouveau/", reports.new, name="new_report"),
    path("bilans/<int:pk>/", reports.report, name="report"),
    path("bilans/<int:pk>/texte/", reports.add_text, name="add_text"),
    path("bilans/<int:pk>/apercu/", reports.preview, name="preview_report"),
    path("bilans/<int:pk>/reprendre/", reports.reopen, name="reopen_report"),
    path("bilans/<int:pk>/projet.pdf", report_files.draft_pdf, name="draft_pdf"),
    path("bilans/versions/<int:pk>/", reports.issue, name="issue"),
    path("bilans/versions/<int:pk>/fichier/<slug:format>/", report_files.issue_file, name="issue_file"),
]
