import os


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "settings")
    import channels.layers
