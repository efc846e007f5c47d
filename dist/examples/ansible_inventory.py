#!/usr/bin/env python3
"""Makes an Ansible inventory of a Meridian planner file.

    meridian export planner design.ron --out plan.json
    ./ansible_inventory.py plan.json inventory

Writes inventory/hosts.ini (a group for each role, region and group of nodes) and inventory/host_vars/<node>.json with
what a playbook needs to install and start that node, and to open its ports. Needs Python 3 and nothing else.
"""

import itertools
import json
import os
import re
import sys

FORMAT = "meridian-planner/1"


def read_plan(path):
    """The plan; a format that this script does not know is refused, unknown fields are not."""
    with open(path, encoding="utf-8") as file:
        plan = json.load(file)
    if plan.get("format") != FORMAT:
        sys.exit(f"{path}: the format is {plan.get('format')}, not {FORMAT}")
    return plan


def memberships(node):
    """What a node belongs to, as kind and id; each is a group."""
    yield "role", node["role"]
    yield "group", node["group"]
    if node["region"]:
        yield "region", node["region"]


def group_names(memberships):
    """A name for each that Ansible accepts for a group. Ids such as eu-1 and eu_1 get different ones."""
    names = {}
    for kind, identifier in sorted(memberships):
        wish = re.sub(r"[^A-Za-z0-9_]", "_", f"{kind}_{identifier}")
        tries = itertools.chain([wish], (f"{wish}_{n}" for n in itertools.count(2)))
        names[kind, identifier] = next(name for name in tries if name not in names.values())
    return names


def peers(plan, node_id):
    """Everything that a node connects to, with the ports that must be open there."""
    hosts = {e["id"]: e["host"] for part in ("nodes", "balancers", "databases", "services") for e in plan[part]}
    for connection in plan["connections"]:
        if connection["from"] == node_id:
            yield {
                "purpose": connection["purpose"],
                "host": hosts.get(connection["to"]) or connection["to"],
                "ports": [port["number"] for port in connection["ports"]],
            }


def start_step(plan, node_id):
    """The step at which a node is started for the first time: all of a step may start together, then the next one."""
    return next((step["step"] for step in plan["start_order"] if node_id in step["targets"]), None)


def host_vars(plan, node):
    """What a playbook needs to know about one node."""
    return {
        "ansible_host": node["host"],
        "apim_version": node["version"],
        "apim_pack": node["pack"],
        "apim_setup_command": node["setup_command"],
        "apim_start_command": node["start_command"],
        "apim_start_step": start_step(plan, node["id"]),
        "apim_heap_gib": node["settings"]["heap_gib"],
        "apim_gateway_environment": node["gateway_environment"],
        "apim_ports": sorted({listener["port"] for listener in node["listens"]}),
        "apim_connects_to": list(peers(plan, node["id"])),
        "apim_zone": node["zone"],
    }


def main(plan_path, folder):
    plan = read_plan(plan_path)
    os.makedirs(os.path.join(folder, "host_vars"), exist_ok=True)
    names = group_names({of for node in plan["nodes"] for of in memberships(node)})
    groups = {}
    for node in plan["nodes"]:
        for of in memberships(node):
            groups.setdefault(names[of], []).append(node["id"])
        with open(os.path.join(folder, "host_vars", node["id"] + ".json"), "w", encoding="utf-8") as file:
            json.dump(host_vars(plan, node), file, indent=2, ensure_ascii=False)
            file.write("\n")
    with open(os.path.join(folder, "hosts.ini"), "w", encoding="utf-8") as file:
        for group in sorted(groups):
            file.write("\n".join([f"[{group}]", *groups[group], "", ""]))
    print(f"{len(plan['nodes'])} nodes in {len(groups)} groups; still to be supplied:")
    for open_point in plan["unresolved"]:
        print(f"  - {open_point['text']}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
