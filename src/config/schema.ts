import { isIP } from "node:net";
import { z } from "zod";
import { callerTokens } from "./caller-tokens.ts";
import { detectSchema } from "./detect/detect-schema.ts";
import { guardSchema } from "./guard/guard-schema.ts";
import { parseInteractshServer } from "./addresses/interactsh-server.ts";
import { parseAdvertised } from "./addresses/advertised.ts";
import { parseListenAddress, parseLoopbackAddress } from "./addresses/listen-address.ts";
import { parseStoreUrl } from "./addresses/store-url.ts";
import { respondSchema } from "./respond/respond-schema.ts";
import { parseTracingEndpoint } from "./addresses/tracing-endpoint.ts";
import { flag, name, read, scopeEntries, text, whole } from "./values.ts";

const ratio = "use a number from 0 to 1";

const oneOf = <const Names extends readonly [string, ...string[]]>(names: Names) =>
  z.enum(names, { error: `use ${names.join(", ")}` });

/** Of records that are kept. */
const bytes = whole(65_536, 2 ** 50);
const retained = whole(60_000, 10 * 365 * 86_400_000);

/** Everything that can be set, with its bounds. Times in milliseconds. */
export const configSchema = z.object({
  node: z.object({
    /** Name of the node, the only one of its cluster. */
    id: name,
    /**
     * `scheduler` extracts tasks and plans scans, `probe` runs subtasks, `responder` answers events with playbooks, `centre` keeps samples
     * and verdicts, `relay` brings objects to the detectors of its host, `guard` counts accesses and says who is intercepted.
     */
    roles: z
      .array(oneOf(["scheduler", "probe", "responder", "centre", "relay", "guard"]))
      .min(1, { error: "name at least one role" })
      .readonly(),
  }),
  cluster: z.object({
    /** Nodes of different clusters do not share a store. */
    name,
  }),
  listen: z.object({
    /** Control plane and links to other nodes; off loopback with `tls` only. Port 0: the machine picks one. */
    grpc: read(parseListenAddress),
    /** Metrics and health, likewise. */
    http: read(parseListenAddress),
    /** HOST or HOST:PORT where other machines reach `listen.grpc`; absent: where it listens. */
    advertise: read(parseAdvertised).optional(),
  }),
  control: z.object({
    /** Holds the operator token; made with mode 0600 when it is not there. Absolute once loaded. */
    tokenFile: text(4_096),
    /** Other callers, each with a token in a file of its own, mode 0600. Paths are absolute once loaded. */
    tokens: callerTokens,
  }),
  /** Paths of PEM files, absolute once loaded. */
  tls: z.object({
    /** The authorities that sign the certificates of this cluster's nodes and clients. Absent: there is no TLS. */
    ca: text(4_096).optional(),
    /** The certificate of this node, or of who calls one, and its key, mode 0600. */
    cert: text(4_096).optional(),
    key: text(4_096).optional(),
  }),
  store: z.object({
    /** `lmdb:DIR`, `redis://HOST:PORT[/DB]`, `rediss://…` or `memory:`. The directory is absolute once loaded. */
    url: read(parseStoreUrl),
    /** A call that has no answer after this fails. */
    callTimeoutMs: whole(100, 60_000),
    /** Of `lmdb:`. With as many bytes of data it refuses what would add to it; absent: as long as the disk has room. */
    maxBytes: whole(1_048_576, 2 ** 50).optional(),
    /** ACL user of Redis; absent: the default user. */
    username: text(200).optional(),
    /** Holds the password for Redis in its first line, mode 0600. Absolute once loaded. */
    passwordFile: text(4_096).optional(),
    /** Permits `redis:` to another machine, where everyone on the way can read and change what is sent. */
    allowPlaintext: flag,
    /** Of `rediss:`. Paths of PEM files, absolute once loaded. */
    tls: z.object({
      /** Who signed the server's certificate; absent: those that the machine trusts. */
      ca: text(4_096).optional(),
      /** This node's certificate and its key, where the server asks for one. */
      cert: text(4_096).optional(),
      key: text(4_096).optional(),
    }),
  }),
  log: z.object({
    level: oneOf(["fatal", "error", "warn", "info", "debug", "trace", "silent"]),
  }),
  tracing: z.object({
    /** Takes spans by OTLP over HTTP, such as a collector: `https:`, or `http:` on this machine. Absent: there are no traces. */
    endpoint: read(parseTracingEndpoint).optional(),
    /** Of the traces that begin here, how many are recorded: 0 … 1. A trace that began elsewhere is recorded if it is there. */
    sampleRatio: z.number({ error: ratio }).min(0, { error: ratio }).max(1, { error: ratio }),
    /** Headers for the receiver, `NAME: VALUE` in each line, mode 0600. Absolute once loaded. */
    headersFile: text(4_096).optional(),
  }),
  scan: z.object({
    /** Hosts, *.domains, addresses and networks that may be contacted, each with :port if wanted. Empty: nothing. */
    scope: scopeEntries,
    /** Scans under way at once, over all nodes. */
    maxTasksInProcess: whole(1, 10_000),
    /** Pause of a node between the extraction of one task and the next. */
    extractIntervalMs: whole(1, 60_000),
    /** How long a claim holds without a heartbeat. */
    leaseMs: whole(1_000, 600_000),
    /** About how many requests one subtask sends. */
    subtaskRequests: whole(1, 10_000),
    /** Subtasks that one node runs at once. */
    probes: whole(1, 256),
    /** Requests to one target per second over all nodes; absent: no limit. */
    rateLimitPerTarget: whole(1, 100_000).optional(),
    /** Requests to one target under way at once over all nodes; absent: no limit. */
    concurrencyPerTarget: whole(1, 10_000).optional(),
    /** How long a scan that has ended is kept with its findings. */
    retainMs: whole(1_000, 10 * 365 * 86_400_000),
    /** What templates may do beyond contacting the target. */
    enable: z.object({
      /** Send requests to where the template says; the scope holds for them too. */
      selfContained: flag,
      /** Read the files of a folder that is the target of a scan. */
      file: flag,
    }),
  }),
  respond: respondSchema,
  detect: detectSchema,
  guard: guardSchema,
  retention: z.object({
    /** Bytes of the findings of ended scans: of more, the oldest scans are forgotten; `scan.retainMs` is for their age. Absent: no bound. */
    scanBytes: bytes.optional(),
    /** How long templates are kept that no scan uses. */
    bundleMs: retained,
    /** Bytes of templates: of more, those that no scan uses are forgotten. Absent: no bound. */
    bundleBytes: bytes.optional(),
    /** How long the audit log is kept. */
    auditMs: retained,
    /** Bytes of the audit log: of more, the oldest records are forgotten. Absent: no bound. */
    auditBytes: bytes.optional(),
    /** How long dead letters are kept for somebody to replay them. */
    deadLetterMs: retained,
  }),
  interactsh: z.object({
    /** What tells of out-of-band interactions: `builtin`, `off`, or a server of interactsh's protocol. */
    server: read(parseInteractshServer),
    /** Entries that permit that server, beside those of `scan.scope`; the built-in one needs none. */
    scope: scopeEntries,
    /** Holds the token for the server, mode 0600. Absolute once loaded; absent: none, and for the built-in one a new one each time. */
    tokenFile: text(4_096).optional(),
    /** Between two polls while something is waited for; absent: 250 for the built-in server, 5000 for others. */
    pollMs: whole(50, 60_000).optional(),
    /** How long interactions are waited for after the request that may cause them. */
    waitMs: whole(0, 600_000),
  }),
  collaborator: z.object({
    /** Where the built-in server takes HTTP, loopback only. Port 0: the machine picks one. */
    listen: read(parseLoopbackAddress),
    /** A domain whose names lead to it; absent: the id of a url is in its path. */
    domain: text(200)
      .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, {
        error: "use a domain in lower case, such as oob.example.test",
      })
      .optional(),
    /** Where it answers DNS for the domain, loopback only; absent: not at all. */
    dns: read(parseLoopbackAddress).optional(),
    /** What names below the domain resolve to; absent: the host of `collaborator.listen`. */
    answer: read((written) => (isIP(written) === 0 ? "no address: use one such as 127.0.0.1" : undefined)).optional(),
  }),
});

type Parsed = z.infer<typeof configSchema>;
type Frozen<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

export type Config = Frozen<Parsed>;

type PathOf<Value> = {
  [Key in keyof Value & string]: NonNullable<Value[Key]> extends readonly unknown[]
    ? Key
    : NonNullable<Value[Key]> extends object
      ? `${Key}.${PathOf<NonNullable<Value[Key]>>}`
      : Key;
}[keyof Value & string];

/** Every key by its path, such as `scan.leaseMs`. */
export type ConfigPath = PathOf<Config>;

const sections = new Set<string>();

const leavesOf = (section: z.ZodObject, path: string): readonly (readonly [string, z.ZodType])[] =>
  Object.entries(section.shape as Readonly<Record<string, z.ZodType>>).flatMap(([key, schema]) => {
    const at = path === "" ? key : `${path}.${key}`;
    if (!(schema instanceof z.ZodObject)) return [[at, schema] as const];
    sections.add(at);
    return leavesOf(schema, at);
  });

/** The schema of each key, in the order in which keys are shown. */
export const leaves: ReadonlyMap<ConfigPath, z.ZodType> = new Map(
  leavesOf(configSchema, "") as readonly (readonly [ConfigPath, z.ZodType])[],
);

export const isConfigPath = (path: string): path is ConfigPath => (leaves as ReadonlyMap<string, unknown>).has(path);

/** Whether keys stand below this path, such as `scan` or `scan.enable`. */
export const isSection = (path: string): boolean => sections.has(path);
