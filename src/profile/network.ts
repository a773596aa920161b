/**
 * Whether a filter refuses the network: sandboxes under such filters use network namespaces one after
 * another, because no job can change anything in one (docs/decisions/0008-network-namespaces.md). Read off
 * the bytes that are installed, never claimed.
 */
import { CONSTANTS } from "./constants.ts";
import { WORD_MAX } from "./diagram.ts";
import { type Decoded, decode } from "./emulate.ts";
import { mayAllow, type Range } from "./reach.ts";
import { AUDIT_ARCH } from "./resolve.ts";
import { type Arch, CALLS_OF } from "./syscalls/table.ts";

const NUMBER = 0;
const ARCH = 1;
const FIRST_ARGUMENT = 4; // of two words each, low half first; no rule below needs a high half

/** A call that must be refused: with every argument, or with those whose low half is in the ranges. */
interface Door {
  readonly call: string;
  readonly argument?: { readonly index: number; readonly ranges: readonly Range[] };
}

/** All words in which this bit is set. */
function withBit(name: string): Range[] {
  const bit = CONSTANTS[name] ?? 0;
  return Array.from({ length: (WORD_MAX + 1) / (2 * bit) }, (_, index) => {
    const from = (2 * index + 1) * bit;
    return { from, to: from + bit - 1 };
  });
}

function except(value: number): Range[] {
  return [
    { from: 0, to: value - 1 },
    { from: value + 1, to: WORD_MAX },
  ];
}

/**
 * What gives a process a socket that others can find, a name, or another way to one. Calls that only use
 * a pair of sockets are not among them: a pair reaches its two ends, and an addressed datagram nobody,
 * since nobody has an address.
 */
const DOORS: readonly Door[] = [
  ...["socket", "bind", "connect", "listen", "accept", "accept4"].map((call) => ({ call })),
  // SO_PASSCRED makes the next send give its socket an abstract name of its own (unix_autobind).
  { call: "setsockopt" },
  // Protocols other than AF_UNIX keep pairs in tables of the namespace, and see their peers there.
  { call: "socketpair", argument: { index: 0, ranges: except(CONSTANTS["AF_UNIX"] ?? 1) } },
  // Requests to interfaces (SIOC*, 0x89) and to wireless ones (0x8b), and those that give a descriptor of
  // a namespace of some pidfd (0xff); the kernel compares the low word.
  {
    call: "ioctl",
    argument: {
      index: 1,
      ranges: [
        { from: 0x8900, to: 0x8bff },
        { from: 0xff00, to: 0xffff },
      ],
    },
  },
  // Make sockets, bind and connect them, past the filter.
  ...["io_uring_setup", "io_uring_enter", "io_uring_register", "bpf"].map((call) => ({ call })),
  // Bring in a socket of another process.
  { call: "pidfd_getfd" },
  // Another namespace, or a user namespace with every right over a new one. clone3 has flags in memory;
  // from 6.18 on open_by_handle_at takes handles of namespaces.
  ...["setns", "unshare", "clone3", "open_by_handle_at"].map((call) => ({ call })),
  {
    call: "clone",
    argument: { index: 0, ranges: [...withBit("CLONE_NEWNET"), ...withBit("CLONE_NEWUSER")] },
  },
];

/** Numbers that the table of calls does not have: nobody has said what they do. */
function unknownNumbers(arch: Arch): Range[] {
  const known = [...CALLS_OF[arch].values()].map(({ number }) => number).sort((a, b) => a - b);
  return [...known, WORD_MAX + 1].flatMap((number, index) => {
    const from = (known[index - 1] ?? -1) + 1;
    return from < number ? [{ from, to: number - 1 }] : [];
  });
}

function isOpen(program: Decoded, arch: Arch, { call, argument }: Door): boolean {
  const number = CALLS_OF[arch].get(call)?.number;
  if (number === undefined) {
    return false; // this architecture has no such call
  }
  const word = FIRST_ARGUMENT + 2 * (argument?.index ?? 0);
  return (argument?.ranges ?? [{ from: 0, to: WORD_MAX }]).some((range) =>
    mayAllow(
      program,
      new Map([
        [ARCH, { from: AUDIT_ARCH[arch], to: AUDIT_ARCH[arch] }],
        [NUMBER, { from: number, to: number }],
        [word, range],
      ]),
    ),
  );
}

/** The first way to a network that a filter leaves open, in words; undefined when it refuses them all. */
export function openDoor(bytes: Uint8Array, arch: Arch): string | undefined {
  const program = decode(bytes);
  if (except(AUDIT_ARCH[arch]).some((range) => mayAllow(program, new Map([[ARCH, range]])))) {
    return "calls of another architecture";
  }
  const native = { from: AUDIT_ARCH[arch], to: AUDIT_ARCH[arch] };
  const unknown = unknownNumbers(arch).find((range) =>
    mayAllow(
      program,
      new Map([
        [ARCH, native],
        [NUMBER, range],
      ]),
    ),
  );
  if (unknown !== undefined) {
    return `call ${unknown.from}`;
  }
  return DOORS.find((door) => isOpen(program, arch, door))?.call;
}

export function refusesNetwork(program: Uint8Array, arch: Arch): boolean {
  return openDoor(program, arch) === undefined;
}
