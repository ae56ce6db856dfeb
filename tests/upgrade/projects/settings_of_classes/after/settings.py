class Base:
    INSTALLED_APPS = ["chat", "channels_fast"]


class Local(Base):
    INSTALLED_APPS = Base.INSTALLED_APPS + ["debug_toolbar"]
