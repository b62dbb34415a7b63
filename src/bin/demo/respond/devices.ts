import type { RunState } from "../../../client/index.ts";

export interface DeviceOrder {
  readonly method: "PUT" | "POST";
  readonly collection: string;
  /** Orders of a stage are given once all of the stages before have been carried out. */
  readonly stage: number;
}

/** Something that reports events of one kind, and what `playbooks/demo` and `rules/demo` do about them. */
export interface Device {
  readonly kind: string;
  /** Its events are about so many hosts, in turn; each is to be answered once. */
  readonly hosts: number;
  readonly events: number;
  readonly data: Readonly<Record<string, string | number>>;
  /** Empty: no binding is for its events. */
  readonly orders: readonly DeviceOrder[];
  readonly end: { readonly state: RunState; readonly reason?: string };
}

const put = (collection: string, stage = 0): DeviceOrder => ({ method: "PUT", collection, stage });
const post = (collection: string, stage = 0): DeviceOrder => ({ method: "POST", collection, stage });
const done = { state: "done" } as const;
const failed = (reason: string) => ({ state: "failed", reason }) as const;

/** 500 events. */
export const devices: readonly Device[] = [
  {
    kind: "network-attack",
    hosts: 14,
    events: 120,
    data: { severity: 8, client: "10.0.0.9" },
    orders: [put("blocks"), post("attack-tickets")],
    end: done,
  },
  {
    kind: "ransomware",
    hosts: 14,
    events: 110,
    data: { files_changed: 512 },
    orders: [put("isolations"), post("isolation-tickets", 1)],
    end: done,
  },
  {
    kind: "mining",
    hosts: 14,
    events: 110,
    data: { url: "stratum+tcp://pool.test:3333" },
    orders: [put("process-stops"), put("memory-images"), put("disk-images", 1)],
    end: done,
  },
  {
    kind: "data-leak",
    hosts: 5,
    events: 20,
    data: { bytes_out: 50_000_000_000 },
    // By a playbook of CACAO, of which a person decides about the ticket.
    orders: [put("leak-blocks"), put("account-locks"), post("leak-tickets", 1)],
    end: done,
  },
  {
    kind: "virus-intrusion",
    hosts: 4,
    events: 40,
    data: { file: "invoice.exe" },
    orders: [put("quarantines")],
    end: failed("crashed"),
  },
  {
    kind: "log-flood",
    hosts: 2,
    events: 20,
    data: { lines: 1_000_000 },
    orders: [put("throttles")],
    end: failed("stalled"),
  },
  {
    kind: "archive-bomb",
    hosts: 2,
    events: 20,
    data: { file: "42.zip" },
    orders: [put("archive-locks")],
    end: failed("memory"),
  },
  { kind: "heartbeat", hosts: 10, events: 60, data: { up: 1 }, orders: [], end: done },
];
