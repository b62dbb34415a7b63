import { z } from "zod";
import { distinct } from "../distinct.ts";
import { parseListenAddress } from "../addresses/listen-address.ts";
import { network, networks } from "../guard/networks.ts";
import {
  commandsSchema,
  httpsSchema,
  manualTimeoutSchema,
  repeatSchema,
  signaturesSchema,
  sshSchema,
} from "./respond-cacao.ts";
import { file, flag, name, playbookId, read, scopeEntries, text, whole } from "../values.ts";

/** The name of a secret, as playbooks ask for it. */
const secretName = text(63).regex(/^[A-Za-z_][A-Za-z0-9_-]*$/, {
  error: "name: use letters, digits, underscores and hyphens, a letter or underscore first",
});
const playbookIds = z
  .array(playbookId("playbooks"), { error: "playbooks: use a list of ids" })
  .min(1, { error: "playbooks: name at least one, or leave it out for all" })
  .max(1_000, { error: "playbooks: name at most 1000" })
  .readonly();
const folders = z
  .array(text(4_096), { error: "use a list of folders" })
  .max(32, { error: "use at most 32 folders" })
  .readonly();

const secretUse = "{name: …, file: …, playbooks: […]}";
const secret = z
  .strictObject({ name: secretName, file, playbooks: playbookIds.exactOptional() }, { error: `use ${secretUse}` })
  .readonly();

const httpUse = "{name: …, secretFile: …, kind: …}";
const httpSource = z
  .strictObject({ name, secretFile: file, kind: name.exactOptional() }, { error: `use ${httpUse}` })
  .readonly();

const syslogUse = "{from: ADDRESS, name: …, kind: …}";
const syslogSource = z
  .strictObject({ from: network, name, kind: name.exactOptional() }, { error: `use ${syslogUse}` })
  .readonly();

/** Answers to security events. Times in milliseconds, sizes in the unit of their name. */
export const respondSchema = z.object({
  /** Folders with playbooks, and with the bindings that say which of them run for which events. Absolute once loaded. */
  playbooks: folders,
  rules: folders,
  /** Folders with templates for scans that playbooks start, beside those that come along. Absolute once loaded. */
  templates: folders,
  /** What playbooks may contact: hosts, *.domains, addresses and networks, each with :port if wanted. Empty: nothing. */
  egress: scopeEntries,
  /**
   * What playbooks may ask for by name, each in a file of its own, mode 0600. Absolute once loaded. With `playbooks` only those get it;
   * without, all do that ask for it.
   */
  secrets: distinct(secret, "name", 256, secretUse),
  /** What playbooks of CACAO may do beyond HTTP. */
  commands: commandsSchema,
  ssh: sshSchema,
  https: httpsSchema,
  manualTimeoutMs: manualTimeoutSchema,
  repeat: repeatSchema,
  signatures: signaturesSchema,
  /** What playbooks that are modules may do beyond HTTP. */
  modules: z.object({
    /** Start processes. They end with the run. */
    childProcess: flag,
  }),
  /** How long a claim holds without a heartbeat. */
  leaseMs: whole(1_000, 600_000),
  /** How long events that were decided, and runs that have ended, are kept. */
  retainMs: whole(60_000, 10 * 365 * 86_400_000),
  /** Events in a row, each led to by the answer to the one before, that may start playbooks. */
  causeDepth: whole(1, 16),
  /** Events that may wait: more are refused. */
  mostWaiting: whole(1, 100_000_000),
  /** Of one source, on one node; absent: no limit. */
  eventsPerSecond: whole(1, 1_000_000).optional(),
  /** Bounds of the process of a run. */
  child: z.object({
    maxOldSpaceMb: whole(16, 65_536),
    maxRssMb: whole(64, 131_072),
    maxThreads: whole(1, 256),
    deadlineMs: whole(100, 86_400_000),
    /** Of an action that names no other time. */
    actionTimeoutMs: whole(10, 86_400_000),
    /** A main thread that does not answer for so long has stalled. */
    stallMs: whole(500, 600_000),
  }),
  /** The processes of one node. */
  pool: z.object({
    /** Started before there is a run for them. */
    spare: whole(0, 64),
    /** At once, with those that are spare. */
    max: whole(1, 256),
    /** Threads that a spare process has started. */
    warmThreads: whole(0, 64),
  }),
  /** `POST /v1/events`. */
  http: z.object({
    /** Absent: off. Off loopback with `tls` only. */
    listen: read(parseListenAddress).optional(),
    /** Who may report, each with a secret in a file of its own, mode 0600. Absolute once loaded. */
    sources: distinct(httpSource, "name", 256, httpUse),
  }),
  syslog: z.object({
    /** Absent: off. Off loopback, `udp` and `tcp` take from `allowFrom` only; `tls` needs the section `tls`. */
    udp: read(parseListenAddress).optional(),
    tcp: read(parseListenAddress).optional(),
    tls: read(parseListenAddress).optional(),
    /** Networks that may send, beside this machine. */
    allowFrom: networks,
    /** Of events whose sender has no other. */
    kind: name,
    /** Names of senders; one without a name is called syslog. */
    sources: distinct(syslogSource, "from", 256, syslogUse),
  }),
});
