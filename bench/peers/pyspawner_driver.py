"""Drives pyspawner: one server process with the preload list imported, one spawn_child() per run.

Run as: pyspawner_driver.py ORDERS (JSON), by root, in a mount and a network namespace of its own. What its
README recommends is what is used: every layer it has (skip_sandbox_except is left alone), and a chroot_dir
on a file system apart from the root. That is a tmpfs here, with the interpreter's files bound into it
read-only and an empty /tmp, which all children share: pyspawner has no writable directory per child.
With "network", each child also has the veth pair of NetworkConfig(); without, no network at all.
"""

import json
import os
import pathlib
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def mount(*arguments):
    subprocess.run(["mount", *arguments], check=True)


def plant(root, binds, links):
    mount("-t", "tmpfs", "-o", "mode=755,size=64m", "tmpfs", root)
    for bind in binds:
        place = root + bind["target"]
        if os.path.isdir(bind["source"]):
            os.makedirs(place)
        else:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            open(place, "x").close()
        mount("--bind", bind["source"], place)
        mount("-o", "remount,bind,ro,nosuid,nodev", place)
    for link in links:
        os.symlink(link["content"], root + link["path"])
    os.mkdir(root + "/tmp")
    os.chmod(root + "/tmp", 0o1777)


def main(orders):
    sys.path[:0] = [HERE, orders["packages"]]
    import frames
    import pyspawner
    from importlib.metadata import version

    plant(orders["scratch"], orders["binds"], orders["links"])
    config = pyspawner.SandboxConfig(
        chroot_dir=pathlib.Path(orders["scratch"]),
        network=pyspawner.NetworkConfig() if orders["network"] else None,
    )
    environment = {
        "LC_ALL": "C.UTF-8",
        "PATH": "/usr/bin:/bin",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join([HERE, orders["packages"]]),
    }
    client = pyspawner.Client(
        child_main="pyspawner_child.main",
        environment=environment,
        preload_imports=orders["preload"],
        executable=orders["python"],
    )

    def run(code):
        child = client.spawn_child(args=[code], process_name="job", sandbox_config=config)
        child.stdin.close()
        pipes = [child.stdout, child.stderr]
        out, err = frames.read_all(pipes, orders["deadlineSeconds"], child.kill)
        _, wait_status = child.wait(0)
        for pipe in pipes:
            pipe.close()
        return frames.status_of(wait_status), out, err

    with client:
        frames.serve(version("pyspawner"), run)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
