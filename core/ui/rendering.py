"""How every form of ours looks: `{{ form }}` gives error summary, labels, hints, errors and inputs."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting

TYPED = (forms.TextInput, forms.Textarea, forms.DateInput)


class Field(BoundField):
    """A field as our templates ask for it."""

    @property
    def is_check(self) -> bool:
        """A lone check box: its label stands after it."""
        return isinstance(self.field.widget, forms.CheckboxInput)

    @property
    def optional(self) -> bool:
        """Said in words; what is required is the rule and bears no mark.

        A form of optional questions alone says it once above them, with `say_optional = False`.
        """
        if not getattr(self.form, "say_optional", True):
            return False
        return not self.field.required and not self.is_check and not self.is_hidden

    @property
    def is_choices(self) -> bool:
        """Plain radio buttons or check boxes, which stand below one another."""
        widget = self.field.widget
        return isinstance(widget, forms.RadioSelect) and not hasattr(widget, "own_layout")

    @property
    def target_id(self) -> str:
        """Where the error summary's link leads: the first input of a group."""
        return f"{self.auto_id}_0" if self.use_fieldset else str(self.id_for_label or self.auto_id)

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        shown = widget or self.field.widget
        if not shown.is_hidden and isinstance(shown, TYPED) and "autocomplete" not in shown.attrs:
            # Staff write about others all day: a browser's own memory would offer the last child's name.
            built.setdefault("autocomplete", "off")
        return built


class FormRenderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    formset_template_name = "forms/formset.html"
    field_template_name = "forms/field.html"
    bound_field_class = Field
