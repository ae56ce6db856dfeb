//! The keys of a scope and the attributes of a route, named once.

macro_rules! names {
    ($($name:ident = $text:literal),+ $(,)?) => {
        $(pub(crate) fn $name(py: pyo3::Python<'_>) -> &pyo3::Bound<'_, pyo3::types::PyString> {
            pyo3::intern!(py, $text)
        })+
    };
}

names! {
    args = "args",
    callback = "callback",
    default_args = "default_args",
    kwargs = "kwargs",
    match_ = "match",
    name = "name",
    path = "path",
    path_remaining = "path_remaining",
    pattern = "pattern",
    removeprefix = "removeprefix",
    root_path = "root_path",
    route = "route",
    routes = "routes",
    to_python = "to_python",
    update = "update",
    url_route = "url_route",
}
