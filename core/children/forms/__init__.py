from core.children.forms.adults import AdultForm, EndForm, RightsChangeForm, RightsForm
from core.children.forms.child import ChildForm
from core.children.forms.homes import AddressForm
from core.children.forms.merging import MergeForm
from core.children.forms.schooling import SchoolingForm

__all__ = [
    "AddressForm",
    "AdultForm",
    "ChildForm",
    "EndForm",
    "MergeForm",
    "RightsChangeForm",
    "RightsForm",
    "SchoolingForm",
]
