from channels.staticfiles import StaticFilesHandler, StaticFilesWrapper


# TODO(channels-fast): Channels 4 has no StaticFilesHandler. See docs/troubleshooting.md#a-module-that-channels-4-took-away
class Handler(StaticFilesHandler):
    pass


def wrapped(application):
    # TODO(channels-fast): ASGIStaticFilesHandler of Django does what StaticFilesWrapper did. See docs/troubleshooting.md#a-module-that-channels-4-took-away
    return StaticFilesWrapper(application, Handler)
