import { describe, expect, it } from "vitest";
import { encodeProgram, RETURN } from "../../../src/profile/assemble.ts";
import { compileFilter, compileProfile } from "../../../src/profile/compile.ts";
import { listProfiles } from "../../../src/profile/load.ts";
import { openDoor, refusesNetwork } from "../../../src/profile/network.ts";
import { ALLOW, NOTIFY } from "../../../src/profile/resolve.ts";
import { minimal, profileDirectory } from "./support.ts";

const ARCHES = ["x86_64", "aarch64"] as const;
const why = "Opens one door for this test.";

/** The door that a profile with these entries on top of the shipped ones for Python opens. */
async function doorOf(arch: (typeof ARCHES)[number], ...allow: unknown[]) {
  await using directory = await profileDirectory({ "p.json": minimal("p", { allow }) });
  const profile = await compileProfile("p", { arch, directory: directory.path });
  const door = openDoor(profile.program, arch);
  expect(profile.refusesNetwork).toBe(door === undefined);
  expect(refusesNetwork(profile.program, arch)).toBe(door === undefined);
  return door;
}

describe.each(ARCHES)("on %s", (arch) => {
  it("every shipped profile refuses the network", async () => {
    for (const name of await listProfiles()) {
      expect((await compileProfile(name, { arch })).refusesNetwork, name).toBe(true);
    }
  });

  it.each([
    ["socket", { domain: { in: ["AF_UNIX"] } }],
    ["socket", { domain: { in: ["AF_INET"] }, type: { low4In: ["SOCK_DGRAM"] } }],
    ["bind", undefined],
    ["bind", { addrlen: { in: [2] } }],
    ["connect", { fd: { in: [7] } }],
    ["listen", undefined],
    ["accept", undefined],
    ["accept4", { flags: { in: [0] } }],
    ["setsockopt", { level: { in: [1] }, optname: { in: [16] } }],
    ["socketpair", undefined],
    ["socketpair", { domain: { in: ["AF_UNIX", "AF_INET"] } }],
    ["socketpair", { domain: { flagsAll: [1] } }],
    ["ioctl", { cmd: { in: ["0x8912"] } }],
    ["ioctl", { cmd: { in: ["0x8b01"] } }],
    ["ioctl", { cmd: { in: ["0xff04"] } }],
    ["ioctl", { cmd: { atMost: "0x8900" } }],
    ["io_uring_setup", undefined],
    ["io_uring_enter", undefined],
    ["io_uring_register", undefined],
    ["bpf", undefined],
    ["pidfd_getfd", undefined],
    ["setns", undefined],
    ["unshare", { unshare_flags: { in: ["CLONE_NEWNET"] } }],
    ["clone3", undefined],
    ["open_by_handle_at", undefined],
    ["clone", undefined],
    ["clone", { flags: { flagsNone: ["CLONE_NEWNET"] } }],
    ["clone", { flags: { flagsNone: ["CLONE_NEWUSER"] } }],
    ["clone", { flags: { in: ["0x40000011"] } }],
  ])("%s is a door when %j", async (call, when) => {
    expect(await doorOf(arch, when === undefined ? { call, why } : { call, when, why })).toBe(call);
  });

  it("what only uses a pair of local sockets is none, nor what makes processes and threads", async () => {
    const door = await doorOf(
      arch,
      ...["sendto", "sendmsg", "sendmmsg", "recvfrom", "recvmsg", "recvmmsg", "shutdown"],
      ...["getsockopt", "getsockname", "getpeername", "fork", "execve", "fcntl", "kill"],
      { call: "socketpair", when: { domain: { in: ["AF_UNIX"] } }, why },
      { call: "ioctl", when: { cmd: { in: ["FIONREAD", "FIONBIO", "TCGETS"] } }, why },
      { call: "clone", when: { flags: { flagsNone: ["CLONE_NEWUSER", "CLONE_NEWNET"] } }, why },
    );
    expect(door).toBeUndefined();
  });

  it("a call that is in no table is one", () => {
    const calls = new Map([[700, { rules: [], otherwise: ALLOW }]]);
    expect(openDoor(compileFilter({ arch, calls }), arch)).toMatch(/^call \d+$/);
    const refused = new Map([[700, { rules: [], otherwise: NOTIFY }]]);
    expect(openDoor(compileFilter({ arch, calls: refused }), arch)).toBeUndefined();
  });

  it("calls of another architecture are one", () => {
    const other = arch === "x86_64" ? "aarch64" : "x86_64";
    const program = compileFilter({ arch: other, calls: new Map() });
    expect(openDoor(program, other)).toBeUndefined();
    const lenient = encodeProgram([{ code: RETURN, jt: 0, jf: 0, k: ALLOW }]);
    expect(openDoor(lenient, arch)).toBe("calls of another architecture");
  });

  it("an answer that is neither an errno, a notification nor death lets a call through", () => {
    for (const verdict of [0x7ffc0000, 0x7ff00000, 0x00030000, 0x12345678]) {
      const program = encodeProgram([{ code: RETURN, jt: 0, jf: 0, k: verdict }]);
      expect(openDoor(program, arch), verdict.toString(16)).toBeDefined();
    }
    for (const verdict of [0x80000000, NOTIFY, 0x00050001]) {
      const program = encodeProgram([{ code: RETURN, jt: 0, jf: 0, k: verdict }]);
      expect(openDoor(program, arch), verdict.toString(16)).toBeUndefined();
    }
  });
});
