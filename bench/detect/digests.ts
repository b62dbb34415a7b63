import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { FileDigest, GarrisonClient, Verdict } from "../../src/client/index.ts";
import { built } from "../../test/support/built.ts";
import { tempDir } from "../../test/support/temp-dir.ts";
import type { RespondNodeProcess } from "../../test/chaos/respond/respond-cluster.ts";
import { cpuSeconds, residentMegabytes } from "../processes.ts";
import type { Report } from "../report.ts";
import { startDigestNode } from "./digest-node.ts";
import { isHarmful, seedVerdicts, sha256At } from "./verdict-library.ts";

const entries = 1_000_000;
const leastPerSecond = 20_000;
const perMessage = 500;
const messages = 100;
const rounds = 5;
/** One digest in ten is of nothing that is known. */
const unknownEvery = 10;
const calls = 2_000;
const longestRoundMs = 60_000;
/** A prime: the questions of a round lie all over the library. */
const stride = 7_919;

/**
 * A node as users run it on its embedded store, with a million verdicts in its library: how many digests a second it answers on one stream, how
 * long one question takes, and its memory. The client is the one of `garrison`, in this process, and each answer is checked.
 */
export const name = "detect-library";

export const run = async (report: Report): Promise<void> => {
  await built();
  const folder = tempDir("bench-digests");
  const store = join(folder.path, "store");
  mkdirSync(store);
  let node: RespondNodeProcess | undefined;
  try {
    await seedVerdicts(store, entries);
    node = startDigestNode(folder.path, store);
    const client = await node.client();
    const started = residentMegabytes(node.pid);
    await measureStream(report, client, node.pid);
    await measureCalls(client);
    const after = residentMegabytes(node.pid);
    console.error(
      `  the node has ${started.toFixed(0)} MB at its start, ${after.toFixed(0)} MB afterwards, without pages of files`,
    );
  } finally {
    await node?.kill();
    folder.remove();
  }
};

const measureStream = async (report: Report, client: GarrisonClient, pid: number): Promise<void> => {
  const rates: number[] = [];
  const cost: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const questions = Array.from({ length: messages }, (_, message) =>
      Array.from({ length: perMessage }, (_, at) => questionAt((round * messages + message) * perMessage + at)),
    );
    const begunCpu = cpuSeconds(pid);
    const begun = performance.now();
    await ask(client, questions);
    const answered = messages * perMessage;
    if (round === 0) continue;
    rates.push((answered * 1_000) / (performance.now() - begun));
    cost.push(((cpuSeconds(pid) - begunCpu) * 1e6) / answered);
  }
  report.add({
    what: `digests answered on one stream, ${perMessage} a message, ${entries} known`,
    unit: "/s",
    ours: rates,
    peer: { name: "required", samples: rates.map(() => leastPerSecond) },
    aim: { atLeast: 1 },
  });
  console.error(
    `  ${(cost.toSorted((a, b) => a - b)[rounds >> 1] ?? Number.NaN).toFixed(1)} µs of processor time of the node for each`,
  );
};

interface Question {
  readonly digest: FileDigest;
  readonly trust: string | undefined;
}

const questionAt = (at: number): Question => {
  const object = (at * stride) % entries;
  const known = at % unknownEvery !== 0;
  return {
    digest: { algorithm: "sha256", hex: sha256At(known ? object : entries + object) },
    trust: known ? (isHarmful(object) ? "black" : "white") : undefined,
  };
};

const ask = async (client: GarrisonClient, questions: readonly (readonly Question[])[]): Promise<void> => {
  const batches = questions.map((message) => message.map(({ digest }) => digest));
  const answers = client.detection.checkStream(inOrder(batches), AbortSignal.timeout(longestRoundMs));
  let message = 0;
  for await (const verdicts of answers) check(questions[message++] ?? [], verdicts);
  if (message !== questions.length) throw new Error(`${message} of ${questions.length} messages were answered`);
};

async function* inOrder<Item>(items: readonly Item[]): AsyncGenerator<Item, void, void> {
  for (const item of items) yield await Promise.resolve(item);
}

const check = (questions: readonly Question[], verdicts: readonly Verdict[]): void => {
  for (const [at, { digest, trust }] of questions.entries()) {
    const verdict = verdicts[at];
    if (verdict?.sha256 === digest.hex && verdict.decision?.trust === trust) continue;
    throw new Error(`a wrong answer: ${JSON.stringify(verdict)} for ${digest.hex}, which is ${trust ?? "unknown"}`);
  }
};

/** One question after the other, each in a call of its own. */
const measureCalls = async (client: GarrisonClient): Promise<void> => {
  const tookMs: number[] = [];
  const begun = performance.now();
  for (let at = 0; at < calls; at += 1) {
    const question = questionAt(at);
    const asked = performance.now();
    const verdicts = await client.detection.check([question.digest]);
    tookMs.push(performance.now() - asked);
    check([question], verdicts);
  }
  const perSecond = (calls * 1_000) / (performance.now() - begun);
  const p99 = tookMs.toSorted((a, b) => a - b)[Math.floor(calls * 0.99)] ?? Number.NaN;
  console.error(`  one by one: ${perSecond.toFixed(0)}/s, p99 ${p99.toFixed(1)} ms`);
};
