class Base:
    INSTALLED_APPS = ["chat", "channels"]


class Local(Base):
    INSTALLED_APPS = Base.INSTALLED_APPS + ["debug_toolbar"]
