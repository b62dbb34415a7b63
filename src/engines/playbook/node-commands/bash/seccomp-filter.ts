/** Numbers that a processor's architecture has for what the filter asks about. */
interface Architecture {
  /** AUDIT_ARCH of linux/audit.h. */
  readonly audit: number;
  readonly socket: number;
  /** From here on numbers are those of x32, by which each call has a second one. */
  readonly otherCalls?: number;
  readonly refused: readonly number[];
}

/** Equal everywhere: of io_uring, which opens sockets without the call `socket`. */
const ioUring = [425, 426, 427];

const architectures: Readonly<Partial<Record<NodeJS.Architecture, Architecture>>> = {
  x64: {
    audit: 0xc000_003e,
    socket: 41,
    otherCalls: 0x4000_0000,
    // shmget, add_key, request_key, keyctl, perf_event_open, memfd_create, bpf, userfaultfd.
    refused: [29, 248, 249, 250, 298, 319, 321, 323, ...ioUring],
  },
  arm64: {
    audit: 0xc000_00b7,
    socket: 198,
    // The same in the same order.
    refused: [194, 217, 218, 219, 241, 279, 280, 282, ...ioUring],
  },
};

/** AF_UNIX, AF_INET, AF_INET6 and AF_NETLINK: what belongs to the sandbox's own network, which leads nowhere. */
const families = [1, 2, 10, 16];

/** Places in the kernel's `seccomp_data`. */
const callAt = 0;
const architectureAt = 4;
const firstArgumentAt = 16;

const load = 0x20;
const jumpIfEqual = 0x15;
const jumpIfAtLeast = 0x35;
const verdict = 0x06;

const allow = 0x7fff_0000;
const kill = 0x8000_0000;
const fail = (errno: number): number => 0x0005_0000 + errno;
const notPermitted = fail(1);
const notImplemented = fail(38);
const familyNotSupported = fail(97);

/** Code, how many to leave out if it holds and if not, operand. */
type Instruction = readonly [code: number, ifSo: number, ifNot: number, operand: number];

const instruction = ([code, ifSo, ifNot, operand]: Instruction): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(ifSo, 2);
  bytes.writeUInt8(ifNot, 3);
  bytes.writeUInt32LE(operand, 4);
  return bytes;
};

/** Ends the call with a verdict if what was loaded compares so. */
const endIf = (comparison: number, operand: number, end: number): readonly Instruction[] => [
  [comparison, 0, 1, operand],
  [verdict, 0, 0, end],
];

/**
 * System calls that nothing in a sandbox has a use for, as a program of classic BPF for seccomp(2): sockets of what is not in its network
 * namespace (a virtual machine's line to its host is not), memory that no bound of the sandbox counts (shared memory of System V, files
 * without a folder), keys of the kernel, and its large interfaces that namespaces do not make smaller.
 *
 * @param architecture as `process.arch` says; @returns undefined for one whose numbers are not known here
 */
export const seccompFilter = (architecture: NodeJS.Architecture): Buffer | undefined => {
  const known = architectures[architecture];
  if (known === undefined) return undefined;
  const { audit, socket, otherCalls, refused } = known;
  const program: readonly Instruction[] = [
    [load, 0, 0, architectureAt],
    [jumpIfEqual, 1, 0, audit],
    // Programs for another processor have other numbers.
    [verdict, 0, 0, kill],
    [load, 0, 0, callAt],
    ...(otherCalls === undefined ? [] : endIf(jumpIfAtLeast, otherCalls, notImplemented)),
    ...refused.flatMap((call) => endIf(jumpIfEqual, call, notPermitted)),
    [jumpIfEqual, 1, 0, socket],
    [verdict, 0, 0, allow],
    [load, 0, 0, firstArgumentAt],
    ...families.flatMap((family) => endIf(jumpIfEqual, family, allow)),
    [verdict, 0, 0, familyNotSupported],
  ];
  return Buffer.concat(program.map(instruction));
};
