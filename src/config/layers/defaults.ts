import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { detectDefaults } from "../detect/detect-defaults.ts";
import { guardDefaults } from "../guard/guard-defaults.ts";
import type { Config } from "../schema.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Where this user's durable state is, by the XDG base directory specification. */
const stateDirectory = (env: Environment): string => {
  const named = env["XDG_STATE_HOME"];
  if (named !== undefined && isAbsolute(named)) return join(named, "garrison");
  return join(env["HOME"] ?? homedir(), ".local", "state", "garrison");
};

const days = 86_400_000;

export const defaultsFor = (env: Environment): Config => ({
  node: { id: "node-1", roles: ["scheduler", "probe", "responder", "centre", "relay", "guard"] },
  cluster: { name: "garrison" },
  listen: { grpc: "127.0.0.1:7443", http: "127.0.0.1:7480", advertise: undefined },
  control: { tokenFile: join(stateDirectory(env), "operator-token"), tokens: [] },
  tls: { ca: undefined, cert: undefined, key: undefined },
  store: {
    url: `lmdb:${join(stateDirectory(env), "store")}`,
    callTimeoutMs: 5_000,
    maxBytes: undefined,
    username: undefined,
    passwordFile: undefined,
    allowPlaintext: false,
    tls: { ca: undefined, cert: undefined, key: undefined },
  },
  log: { level: "info" },
  tracing: { endpoint: undefined, sampleRatio: 1, headersFile: undefined },
  scan: {
    scope: [],
    maxTasksInProcess: 20,
    extractIntervalMs: 10,
    leaseMs: 10_000,
    subtaskRequests: 10,
    probes: 8,
    rateLimitPerTarget: undefined,
    concurrencyPerTarget: undefined,
    retainMs: 30 * days,
    enable: { selfContained: false, file: false },
  },
  respond: {
    playbooks: [],
    rules: [],
    templates: [],
    egress: [],
    secrets: [],
    commands: { bash: false, ssh: true, yara: true, garrison: true },
    ssh: { knownHosts: undefined },
    https: { ca: undefined },
    manualTimeoutMs: days,
    repeat: [],
    signatures: { required: false, trusted: [] },
    modules: { childProcess: false },
    leaseMs: 10_000,
    retainMs: 7 * days,
    causeDepth: 8,
    mostWaiting: 1_000_000,
    eventsPerSecond: undefined,
    child: {
      maxOldSpaceMb: 256,
      maxRssMb: 512,
      maxThreads: 16,
      deadlineMs: 600_000,
      actionTimeoutMs: 60_000,
      stallMs: 10_000,
    },
    pool: { spare: 2, max: 8, warmThreads: 2 },
    http: { listen: undefined, sources: [] },
    syslog: { udp: undefined, tcp: undefined, tls: undefined, allowFrom: [], kind: "syslog", sources: [] },
  },
  detect: detectDefaults(stateDirectory(env)),
  guard: guardDefaults(stateDirectory(env)),
  retention: {
    scanBytes: undefined,
    bundleMs: days,
    bundleBytes: undefined,
    auditMs: 90 * days,
    auditBytes: undefined,
    deadLetterMs: 30 * days,
  },
  interactsh: { server: "builtin", scope: [], tokenFile: undefined, pollMs: undefined, waitMs: 5_000 },
  collaborator: { listen: "127.0.0.1:0", domain: undefined, dns: undefined, answer: undefined },
});
