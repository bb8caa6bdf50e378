from core.privacy.models.emergency import EmergencyAccess

__all__ = ["EmergencyAccess"]
