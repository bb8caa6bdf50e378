from celery import shared_task

from tenants.local import mail


@shared_task(soft_time_limit=100, time_limit=120)
def deliver_mail(*, mail_id: int, what: str = "") -> None:
    """`what` is there for those who look at the outbox: the kind of message."""
    mail.deliver(mail_id=mail_id)
