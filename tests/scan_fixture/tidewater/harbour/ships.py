"""The register of ships: nothing here learns."""

from django.db import migrations, models


class Ship(models.Model):
    model = models.CharField(default="Damen/Stan-Tug", max_length=60)
    model_name = models.CharField(default="unknown/unknown", max_length=60)
    engine = {"make": "Wartsila", "model": "Wartsila/W31", "camera_model": "Axis/P1468"}


class Migration(migrations.Migration):
    operations = [migrations.RemoveField(model_name="harbour/ship", name="old")]


encoder = "utf-8/strict"
processor = "intel/i5"
berth = {"model": "Liebherr/LHM-550", "serial": "7/19"}
pump = Pump(model="Grundfos/CR-95")
view_model = build("harbour/view")
