import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("chat", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Tab",
            fields=[
                (
                    "channel",
                    models.CharField(max_length=100, primary_key=True, serialize=False),
                ),
                ("room", models.CharField(db_index=True, max_length=60)),
                ("name", models.CharField(max_length=150)),
                ("seen", models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
    ]
