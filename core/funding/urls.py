from django.urls import path

from core.funding.views import aids, home, writing

app_name = "funding"
urlpatterns = [
    path("financements/", home.home, name="home"),
    path("financements/depenses/", home.expense_list, name="expenses"),
    path("financements/conventions/nouvelle/", writing.new_convention, name="new_convention"),
    path("financements/conventions/<int:pk>/", writing.convention, name="convention"),
    path(
        "financements/conventions/<int:pk>/retirer/", writing.withdraw_convention, name="withdraw_convention"
    ),
    path(
        "financements/conventions/<int:pk>/remettre/", writing.restore_convention, name="restore_convention"
    ),
    path("financements/depenses/nouvelle/", writing.new_expense, name="new_expense"),
    path("financements/depenses/<int:pk>/", writing.expense, name="expense"),
    path("financements/depenses/<int:pk>/retirer/", writing.withdraw_expense, name="withdraw_expense"),
    path("financements/depenses/<int:pk>/remettre/", writing.restore_expense, name="restore_expense"),
    path("financements/en-nature/nouveau/", writing.new_in_kind, name="new_in_kind"),
    path("financements/en-nature/<int:pk>/", writing.in_kind, name="in_kind"),
    path("financements/en-nature/<int:pk>/retirer/", writing.withdraw_in_kind, name="withdraw_in_kind"),
    path("financements/en-nature/<int:pk>/remettre/", writing.restore_in_kind, name="restore_in_kind"),
    path("enfants/<int:pk>/aides/nouvelle/", aids.new, name="new_aid"),
    path("financements/aides/<int:pk>/", aids.aid, name="aid"),
]
