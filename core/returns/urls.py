from django.urls import path

from core.returns.views import ready, returns, writing

app_name = "returns"
urlpatterns = [
    path("annee-prete/", ready.ready, name="ready"),
    path("enquete/", returns.listing, name="list"),
    path("enquete/<int:campaign>/", returns.detail, name="detail"),
    path("enquete/<int:campaign>/repondre/", writing.answer, name="answer"),
    path("enquete/<int:campaign>/expliquer/", writing.explain, name="explain"),
    path("enquete/<int:campaign>/transmettre/", writing.submit, name="submit"),
    path("enquete/<int:campaign>/reprendre/", writing.withdraw, name="withdraw"),
    path("enquete/<int:campaign>/messages/", writing.message, name="message"),
    path("enquete/<int:campaign>/recopier/", returns.copy, name="copy"),
    path("enquete/<int:campaign>/fichier/<slug:format>/", returns.download, name="download"),
    path("enquete/<int:campaign>/envois/<int:number>/", returns.submission, name="submission"),
]
