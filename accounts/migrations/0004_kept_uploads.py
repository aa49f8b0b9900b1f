from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_contacts_and_main_countries")]

    operations = [
        migrations.AddField(
            model_name="keptform",
            name="stored",
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name="keptform",
            name="bytes_stored",
            field=models.PositiveBigIntegerField(db_default=0, default=0),
        ),
    ]
