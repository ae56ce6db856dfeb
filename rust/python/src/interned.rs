//! The keys of a scope and the attributes of a route, named once.

macro_rules! names {
    ($($name:ident = $text:literal),+ $(,)?) => {
        $(pub(crate) fn $name(py: pyo3::Python<'_>) -> &pyo3::Bound<'_, pyo3::types::PyString> {
            pyo3::intern!(py, $text)
        })+
    };
}

names! {
    app_name = "app_name",
    app_names = "app_names",
    args = "args",
    callback = "callback",
    captured_kwargs = "captured_kwargs",
    converters = "converters",
    default_args = "default_args",
    default_kwargs = "default_kwargs",
    dict = "__dict__",
    extra_kwargs = "extra_kwargs",
    kwargs = "kwargs",
    match_ = "match",
    language_prefix = "language_prefix",
    name = "name",
    namespace = "namespace",
    namespaces = "namespaces",
    path = "path",
    path_remaining = "path_remaining",
    pattern = "pattern",
    removeprefix = "removeprefix",
    resolve = "resolve",
    root_path = "root_path",
    route = "route",
    routes = "routes",
    to_python = "to_python",
    tried = "tried",
    update = "update",
    url_patterns = "url_patterns",
    url_route = "url_route",
}
