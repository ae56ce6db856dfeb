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
    built_in = "built_in",
    callback = "callback",
    classes = "classes",
    converters = "converters",
    dict = "__dict__",
    default_args = "default_args",
    django = "django",
    func = "__func__",
    group = "group",
    kwargs = "kwargs",
    match_ = "match",
    path = "path",
    path_remaining = "path_remaining",
    pattern = "pattern",
    plan = "plan",
    private_is_endpoint = "_is_endpoint",
    private_regex = "_regex",
    private_route = "_route",
    root_path = "root_path",
    router_class = "router_class",
    routes = "routes",
    to_python = "to_python",
    update = "update",
    url_route = "url_route",
}
