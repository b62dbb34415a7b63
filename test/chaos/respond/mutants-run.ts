import { createHmac } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom, type Random } from "../../../src/base/random.ts";
import { rawCall } from "../../integration/control/raw-call.ts";
import { mutatedTemplates } from "../../support/mutation/mutated-templates.ts";
import { until } from "../../support/until.ts";
import { memoryMb } from "./memory-mb.ts";
import * as mutants from "./mutants.ts";
import { orders } from "./playbooks.ts";
import { RespondCluster, type NodeFiles } from "./respond-cluster.ts";

export interface MutantsOptions {
  /** Mutated events; for every hundred of them there are four mutated bindings and two mutated modules. */
  readonly count: number;
  readonly seed: number;
  readonly files: NodeFiles;
  readonly say: (line: string) => void;
}

export interface MutantsResult {
  /** How many came to what, by door or kind of file. */
  readonly outcomes: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Of the node, in MB: before, and the most after. */
  readonly memoryMb: { readonly begun: number; readonly most: number };
  /** The longest that an event took to be stored and decided beside the mutants, milliseconds. */
  readonly slowestMs: number;
  readonly violations: readonly string[];
}

const secret = "a secret of sixteen and more";
const checkEvery = 500;
const filesAtOnce = 20;
const decideMs = 15_000;
const mostGrownMb = 400;
const answerMs = 10_000;
const hugeBytes = 10 * 1024 * 1024;

class Counts {
  readonly by: Record<string, Record<string, number>> = {};

  note(kind: string, outcome: string, times = 1): void {
    const outcomes = (this.by[kind] ??= {});
    outcomes[outcome] = (outcomes[outcome] ?? 0) + times;
  }
}

/** Sends a real node events, bindings and playbooks that are broken in every way, and looks whether it lives and answers. */
export const mutantsRun = async ({ count, seed, files, say }: MutantsOptions): Promise<MutantsResult> => {
  const random = seededRandom(seed);
  const cluster = new RespondCluster({
    ...{ nodes: 1, files, playbooks: { "orders.mjs": orders } },
    respond: {
      http: { listen: "127.0.0.1:0", sources: [{ name: "edr", secretFile: "edr.secret", kind: "mining" }] },
      child: { stallMs: 2_000, deadlineMs: 5_000, actionTimeoutMs: 4_000, maxOldSpaceMb: 64 },
      pool: { spare: 1, max: 4, warmThreads: 1 },
    },
    secrets: { "edr.secret": secret },
  });
  const counts = new Counts();
  const violations: string[] = [];
  try {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("a cluster has a node");
    const client = await node.client();
    const { pid } = node;
    const doors = { grpc: await node.address(), http: node.eventsAddress(), token: cluster.token };
    const begun = memoryMb(pid);
    let most = begun;
    let slowestMs = 0;
    let checks = 0;
    /** The node takes an event and decides it, as if nothing were. */
    const answers = async (after: string): Promise<void> => {
      const begunMs = performance.now();
      const id = `check-${(checks += 1)}`;
      const event = { id, source: "check", kind: "mining", data: { message: `${"a".repeat(2_000)}!`, host: "web-1" } };
      try {
        await client.events.report([event]);
        await until(
          async () => (await client.events.get(`check/${id}`)).state !== "waiting",
          () => ({ undecided: id }),
          decideMs,
        );
      } catch (error) {
        violations.push(`after ${after} the node does not answer: ${String(error)}; ${node.stderr.slice(-300)}`);
      }
      slowestMs = Math.max(slowestMs, Math.round(performance.now() - begunMs));
      if (node.pid !== pid || !node.isReady) violations.push(`after ${after} the node is gone`);
      most = Math.max(most, memoryMb(pid));
    };

    for (let at = 0; at < count; at += 1) {
      const seen = await sendEvent(random, at, doors);
      counts.note(seen.door, seen.outcome);
      if (seen.outcome === "500" || seen.outcome.startsWith("no answer")) {
        violations.push(`event ${at}: ${seen.door} says ${seen.outcome}`);
      }
      if ((at + 1) % checkEvery === 0) await answers(`${at + 1} events`);
    }
    for (const door of ["grpc", "http"] as const) {
      const text = `{"id":"huge","data":{"x":"${"x".repeat(hugeBytes)}"}}`;
      const outcome = door === "http" ? await post(doors.http, Buffer.from(text)) : await report(doors, "huge", text);
      counts.note(`10 MB over ${door}`, outcome);
      if (outcome === "200" || outcome === "OK") violations.push(`an event of 10 MB was taken over ${door}`);
      await answers(`10 MB over ${door}`);
    }
    say(`${count} events: memory ${most} MB`);

    const written = (seeds: readonly string[], share: number): readonly string[] => [
      ...mutatedTemplates(seeds, Math.ceil(count * share), seed),
    ];
    const bytes = (seeds: readonly string[], share: number): readonly Buffer[] =>
      Array.from({ length: Math.ceil(count * share) }, (_, at) =>
        mutants.mutatedBytes(random, Buffer.from(seeds[at % seeds.length] ?? "")),
      );
    const kinds = [
      { kind: "rules", ending: "yml", texts: [...mutants.hostileBindings, ...written(mutants.bindingSeeds, 0.04)] },
      { kind: "playbooks", ending: "mjs", texts: [...mutants.hostileModules, ...bytes(mutants.moduleSeeds, 0.02)] },
    ];
    for (const { kind, ending, texts } of kinds) {
      const folder = join(cluster.folder, kind);
      for (let from = 0; from < texts.length; from += filesAtOnce) {
        const part = texts.slice(from, from + filesAtOnce);
        for (const [at, text] of part.entries()) writeFileSync(join(folder, `mutant-${from + at}.${ending}`), text);
        // A file that is taken last says that the others were looked at.
        const mark = `mark-${kind}-${from}`;
        writeFileSync(join(cluster.folder, "playbooks", `${mark}.mjs`), `${orders}\n// ${mark}\n`);
        let listing = await client.runs.playbooks();
        await until(
          async () => (listing = await client.runs.playbooks()).playbooks.some(({ id }) => id === mark),
          () => ({ mark, problems: listing.problems.length, stderr: node.stderr.slice(-300) }),
          answerMs * 3,
        ).catch((error: unknown) => violations.push(`${kind} from ${from}: not read: ${String(error)}`));
        const isOf = (file: string): boolean => file.includes(`/${kind}/mutant-`);
        const refused = new Set(listing.problems.map(({ file }) => file).filter(isOf)).size;
        counts.note(kind, "refused", refused);
        counts.note(kind, "taken", part.length - refused);
        await answers(`${kind} ${from} to ${from + part.length}`);
        for (const name of readdirSync(folder)) {
          if (name.startsWith("mutant-") || name.startsWith("mark-")) rmSync(join(folder, name));
        }
      }
      say(`${texts.length} ${kind}: memory ${most} MB`);
    }
    if (most - begun > mostGrownMb) violations.push(`memory grew from ${begun} to ${most} MB`);
    return { outcomes: counts.by, memoryMb: { begun, most }, slowestMs, violations };
  } finally {
    await cluster.end();
  }
};

interface Doors {
  readonly grpc: string;
  readonly http: string;
  readonly token: string;
}

const sendEvent = async (random: Random, at: number, doors: Doors): Promise<{ door: string; outcome: string }> => {
  const text = mutants.mutatedBytes(random, Buffer.from(mutants.eventText(random, `m-${at}`)));
  switch (at % 4) {
    case 0:
      return { door: "grpc data", outcome: await report(doors, `m-${at}`, text.toString("utf8")) };
    case 1: {
      const bytes = mutants.mutatedBytes(random, mutants.reportRequest(`m-${at}`, '{"host":"pc-7"}'));
      return { door: "grpc bytes", outcome: await send(doors, bytes) };
    }
    default:
      return { door: "http", outcome: await post(doors.http, text) };
  }
};

const report = (doors: Doors, id: string, data: string): Promise<string> =>
  send(doors, mutants.reportRequest(id, data));

const send = async ({ grpc, token }: Doors, bytes: Buffer): Promise<string> => {
  const headers = { authorization: `Bearer ${token}` };
  const { status, details } = await rawCall(grpc, "/garrison.v1.EventService/ReportEvents", bytes, headers);
  return status === "UNAVAILABLE" || status === "DEADLINE_EXCEEDED" ? `no answer: ${status} ${details}` : status;
};

const post = async (address: string, body: Buffer): Promise<string> => {
  const timestamp = String(Math.floor(Date.now() / 1_000));
  const signature = createHmac("sha256", secret).update(`${timestamp}.`).update(body).digest("hex");
  try {
    const answer = await fetch(`http://${address}/v1/events`, {
      method: "POST",
      body: new Uint8Array(body),
      signal: AbortSignal.timeout(answerMs),
      headers: {
        "content-type": "application/json",
        "x-garrison-source": "edr",
        "x-garrison-timestamp": timestamp,
        "x-garrison-signature": `sha256=${signature}`,
      },
    });
    await answer.text();
    return String(answer.status);
  } catch (error) {
    // A door may close a connection whose body is longer than it reads.
    return body.length > hugeBytes ? "closed" : `no answer: ${String(error)}`;
  }
};
