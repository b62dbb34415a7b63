import { z } from "zod";
import { parseSubject } from "./guard-subjects.ts";
import { networks } from "./networks.ts";
import { flag, read, text, whole } from "../values.ts";

const mostRuleNumber = 65_535;
const ruleError = `use numbers of rules, whole from 1 to ${mostRuleNumber}`;
const shareError = "use a number above 0, at most 1";

/** Who is intercepted at front ends. Times in milliseconds, sizes in bytes. */
export const guardSchema = z.object({
  /** Whether this node may be the proxy of the front ends of its host; one of them is. */
  proxy: flag,
  /** The proxy reports as soon as one of these is reached. */
  report: z.object({
    /** Accesses, folded ones as one. */
    records: whole(1, 100_000),
    /** Of the queue. */
    bytes: whole(1_024, 2 ** 20),
    ageMs: whole(10, 60_000),
  }),
  /** What front ends do while they never had a table: those that read it by `frontEndConfig`. */
  failMode: z.enum(["open", "closed"], { error: "use open or closed" }),
  /** Whose forwarded headers front ends believe: those that read it by `frontEndConfig`. Empty: nobody's. */
  trustedProxies: networks,
  /** What no rule, person or playbook can block: addresses, networks, FIELD=VALUE. */
  neverBlock: z
    .array(read(parseSubject), { error: "use a list of addresses, networks and FIELD=VALUE" })
    .max(1_000, { error: "use at most 1000 entries" })
    .readonly(),
  /** How far clocks of front ends may differ, with the time that the report of one may be later than that of another one. */
  skewMs: whole(0, 60_000),
  /** How late reports may be and still count, as after the service was gone. */
  lateMs: whole(0, 600_000),
  /** So many bits of an IPv6 address are one client. */
  v6PrefixBits: whole(16, 128),
  /** The rules that are assigned to the front ends of this host. Empty: all. */
  rules: z
    .array(
      z
        .number({ error: ruleError })
        .int({ error: ruleError })
        .min(1, { error: ruleError })
        .max(mostRuleNumber, { error: ruleError }),
      { error: "use a list of numbers of rules" },
    )
    .max(1_000, { error: "use at most 1000 numbers" })
    .readonly(),
  /** Shared by the front ends of a host and their proxy, on a file system in memory. Absent: one in /dev/shm for this user. */
  folder: text(1_024).optional(),
  /** Reports that were not acknowledged yet. Absolute once loaded. */
  spoolFolder: text(4_096),
  /** Of these reports: beyond, the proxy stops reading, and front ends drop and count what they cannot queue. */
  spoolBytes: whole(2 ** 20, 2 ** 36),
  /** Beyond one of these a block waits for a person. */
  caps: z.object({
    /** The largest networks: with at least so many bits. */
    networkV4Bits: whole(0, 32),
    networkV6Bits: whole(0, 128),
    /** Over all shards. */
    blocksPerMinute: whole(1, 1_000_000),
    /** Of the subjects that were active lately. */
    activeShare: z.number({ error: shareError }).gt(0, { error: shareError }).max(1, { error: shareError }),
    /** Interceptions of one shard at once. */
    activePerShard: whole(1, 1_000_000),
  }),
});
