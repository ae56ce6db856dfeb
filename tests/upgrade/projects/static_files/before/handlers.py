from channels.staticfiles import StaticFilesHandler, StaticFilesWrapper


class Handler(StaticFilesHandler):
    pass


def wrapped(application):
    return StaticFilesWrapper(application, Handler)
