import { describe, expect, test } from "vitest";
import {
  type AdviceContext,
  adviceFor,
  adviceForAll,
  type ProbeRow,
} from "../../../src/host/advice.ts";

const USER: AdviceContext = { root: false, user: "svc", container: undefined };
const ROOT: AdviceContext = { root: true, user: "root", container: undefined };
const DOCKER: AdviceContext = { root: true, user: "root", container: "docker" };

const row = (probe: string, errno: string | null, state: ProbeRow["state"] = "off"): ProbeRow => ({
  probe,
  state,
  errno,
  us: 1,
  detail: "",
});

const commands = (probe: string, errno: string | null, context: AdviceContext): string =>
  adviceFor(row(probe, errno), context)?.commands.join("\n") ?? "no advice";

describe("adviceFor", () => {
  test("says nothing about what is on", () => {
    expect(adviceFor(row("userNamespace", null, "on"), USER)).toBeUndefined();
  });

  test.each([
    ["userNamespace", "EPERM", USER, "kernel.unprivileged_userns_clone=1"],
    ["userNamespace", "EACCES", USER, "apparmor_restrict_unprivileged_userns=0"],
    ["userNamespace", "ENOSPC", USER, "user.max_user_namespaces"],
    ["networkNamespace", "EPERM", DOCKER, "--cap-add SYS_ADMIN"],
    ["idRanges", "ENOENT", USER, "apt-get install --no-install-recommends uidmap"],
    ["idRanges", "ESRCH", USER, "--add-subuids 2000000-2065535 --add-subgids 2000000-2065535 svc"],
    ["memoryCgroup", "EACCES", USER, "systemd-run --user --scope -p Delegate=yes"],
    ["memoryCgroup", "EBUSY", ROOT, "systemd-run --scope -p Delegate=yes"],
    ["memoryKill", "EBADE", ROOT, "swapaccount=1"],
    ["landlock", "EOPNOTSUPP", ROOT, "lsm=landlock"],
    ["groups", "EPERM", USER, "gpasswd --delete svc"],
    ["forkserverPid", "EINVAL", DOCKER, "--init"],
  ] as const)("%s %s leads to %j", (probe, errno, context, part) => {
    expect(commands(probe, errno, context)).toContain(part);
  });

  test("a degraded row is explained only where something can be done about it", () => {
    expect(adviceFor(row("pivotRoot", "EINVAL", "degraded"), ROOT)).toBeUndefined();
    expect(adviceFor(row("legacyTiocsti", null, "degraded"), ROOT)?.commands).toEqual([
      "sysctl -w dev.tty.legacy_tiocsti=0",
    ]);
  });

  test("what must never be off says to report a bug", () => {
    expect(adviceFor(row("networkIsolation", "EISCONN"), ROOT)?.why).toContain(
      "report this as a bug",
    );
    expect(adviceFor(row("seccomp", "EINVAL"), ROOT)?.why).toContain("never run jobs on this host");
  });
});

describe("adviceForAll", () => {
  test("gives the same remedy once", () => {
    const rows = ["pidNamespace", "mountNamespace", "utsNamespace"].map((name) =>
      row(name, "EPERM"),
    );
    expect(adviceForAll(rows, DOCKER).map(({ probe }) => probe)).toEqual(["pidNamespace"]);
  });
});
