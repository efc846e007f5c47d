#!/usr/bin/env python3
"""Renders the Helm values that Meridian exported, without a cluster, and writes what each pod would be configured with.

The charts are not part of Meridian. Clone them first, one folder for each branch that the values name:

    git clone --branch 4.7.x https://github.com/wso2/helm-apim charts/4.7.x
    pip install helm-python-sdk pyyaml
    python3 render.py charts EXPORT OUT

EXPORT is the folder of `meridian export helm`. OUT gets one folder for each release, with its objects and, for every
node, its deployment.toml. The exit code is 1 when there are no values, when a file of values does not begin with what it
is for, when a chart does not render, and when a deployment.toml is no TOML.
"""

import pathlib
import re
import sys
import tomllib

import helm_python
import yaml

FOLDERS = {
    "wso2am-all-in-one": "all-in-one",
    "wso2am-acp": "distributed/control-plane",
    "wso2am-universal-gw": "distributed/gateway",
    "wso2am-tm": "distributed/traffic-manager",
    "wso2am-km": "distributed/key-manager",
}
TITLE = re.compile(r"# Values for release (\S+) of chart (\S+) \S+, branch (\S+)\.$")


class Unreadable(Exception):
    """A file of values that Meridian has not written, or that is newer than this script."""


def render(charts, values, namespace="apim"):
    """Objects of one file of values, by the template that they come from."""
    text = values.read_text(encoding="utf-8")
    first = text.partition("\n")[0]
    title = TITLE.match(first)
    if not title:
        raise Unreadable(f"the first line names no release, chart and branch: {first!r}")
    release, chart, branch = title.groups()
    if chart not in FOLDERS:
        raise Unreadable(f"the chart {chart} is not among those known here: {', '.join(FOLDERS)}")
    folder = charts / branch / FOLDERS[chart]
    objects = helm_python.Chart.load(str(folder)).render(yaml.safe_load(text), name=release, namespace=namespace)
    return release, {name: body for name, body in objects.items() if body.strip() and not name.endswith(".txt")}


def configurations(objects):
    """The deployment.toml of each ConfigMap that holds one."""
    for body in objects.values():
        for document in yaml.safe_load_all(body):
            if document and document["kind"] == "ConfigMap" and "deployment.toml" in document.get("data", {}):
                yield document["metadata"]["name"], document["data"]["deployment.toml"]


def main(charts, export, out):
    found = sorted(export.glob("*/*-values.yaml"))
    if not found:
        print(f"{export}: there is no file of values; give the folder of `meridian export helm`", file=sys.stderr)
        return 1
    failed = 0
    for values in found:
        place = f"{values.parent.name}/{values.name}"
        try:
            release, objects = render(charts, values)
        except (helm_python.HelmError, Unreadable) as error:
            print(f"{place}: {error}", file=sys.stderr)
            failed += 1
            continue
        folder = out / values.parent.name / release
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "objects.yaml").write_text("\n---\n".join(objects.values()), encoding="utf-8")
        for name, text in configurations(objects):
            (folder / f"{name}.toml").write_text(text, encoding="utf-8")
            try:
                tomllib.loads(text)
            except tomllib.TOMLDecodeError as error:
                print(f"{place}: {name}: {error}", file=sys.stderr)
                failed += 1
        print(f"{place}: {len(objects)} objects")
    return 1 if failed else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*(pathlib.Path(path) for path in sys.argv[1:])))
