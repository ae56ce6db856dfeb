from django import forms

from .models import ROOM_LENGTH, clean_room


class RoomForm(forms.Form):
    room = forms.CharField(
        label="Room",
        max_length=ROOM_LENGTH,
        widget=forms.TextInput(
            attrs={"placeholder": "Tea, 你好, مرحبا, 🎉", "autocomplete": "off"}
        ),
    )

    def clean_room(self) -> str:
        return clean_room(self.cleaned_data["room"])
