from .middleware import Token as Base


class Other(Base):
    def __call__(self, scope):
        scope["other"] = True
        return super().__call__(scope)


class Permission:
    def __call__(self, scope):
        return scope == "read"
