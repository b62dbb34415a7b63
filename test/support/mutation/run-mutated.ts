import { readFileSync } from "node:fs";
import { systemClock } from "../../../src/base/clock.ts";
import {
  createScanEngine,
  parseTemplate,
  type ParsedTemplate,
  type ScanEngine,
  type Template,
} from "../../../src/engines/scan/index.ts";
import { addressOf, dnsSite } from "../../unit/engines/scan/key-cases/dns-site.ts";
import { httpSite, type SeenRequest } from "../../unit/engines/scan/key-cases/http-site.ts";
import { Servers } from "../../unit/engines/scan/key-cases/sites.ts";
import { startFlowThread, startSearchThread } from "../engine-threads.ts";

export interface MutationCounts {
  readonly templates: number;
  readonly supported: number;
  readonly refused: number;
  readonly invalid: number;
  /** Requests that the supported ones sent. */
  readonly requests: number;
  readonly findings: number;
  readonly errors: number;
  /** The longest time, in milliseconds, that a run took to end once it was told to. */
  readonly slowestEndMs: number;
  /** The most milliseconds of a processor that the main thread used while nothing else could run on it. */
  readonly longestBlockMs: number;
  readonly misses: readonly string[];
}

/** A run is told to end after this time, unless said otherwise; many would wait for something that a change made them wait for. */
const defaultRunMs = 300;
/** Far beyond what it takes, because the machine may have other things to do. */
const endMs = 10_000;
/** Milliseconds of work after which other work of a node has its turn, unless said otherwise. */
const defaultBlockMs = 1_500;
const tickMs = 10;
const concurrency = 8;
const shownChars = 400;

/**
 * Compiles templates, and runs those that compile against a site on loopback: whatever they say, they must be compiled
 * or refused with a reason, and a run must end when it is told to without holding up the process.
 */
export const runMutated = async (
  texts: Iterable<string>,
  runMs = defaultRunMs,
  blockMs = defaultBlockMs,
): Promise<MutationCounts> => {
  const servers = new Servers();
  const site = await httpSite(pages).open(servers);
  const { engine: dns } = await dnsSite(({ name }) => ({ answers: [addressOf(name)] })).open(servers);
  const engine = createScanEngine({
    clock: systemClock,
    ...dns,
    // No other port of this machine.
    scope: [new URL(site.target).host, "garrison.test", "*.garrison.test"],
    hostHealth: { maxFailures: 1_000_000 },
    enable: { selfContained: true, file: true },
    startFlowThread,
    startSearchThread,
  });
  let longestBlockMs = 0;
  let used = 0;
  let watch: NodeJS.Timeout | undefined;
  const counts = { templates: 0, supported: 0, refused: 0, invalid: 0, requests: 0, findings: 0, errors: 0 };
  const misses: string[] = [];
  let slowestEndMs = 0;
  const queue = texts[Symbol.iterator]();
  const lane = async (): Promise<void> => {
    for (let next = queue.next(); next.done !== true; next = queue.next()) {
      const text = next.value;
      const miss = (problem: string): void => void misses.push(`${problem}: ${text.slice(0, shownChars)}`);
      counts.templates += 1;
      try {
        const parsed = parseTemplate(text, "mutated.yaml");
        counts[parsed.status] += 1;
        const problem = problemOf(parsed, text);
        if (problem !== undefined) miss(problem);
        if (parsed.status !== "supported") continue;
        const ended = await runOnce(engine, parsed.template, site.target, runMs);
        slowestEndMs = Math.max(slowestEndMs, ended.lateMs);
        if (ended.lateMs > endMs) miss(`ended ${ended.lateMs} ms late`);
        counts.requests += ended.requests;
        counts.findings += ended.findings;
        counts.errors += ended.errors;
      } catch (thrown) {
        miss(thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown));
      }
    }
  };
  try {
    // The threads are started by what needs them first; that they start slowly is nobody's fault here.
    await engine.run({ target: site.target, templates: [warming()], signal: new AbortController().signal });
    used = mainThreadMs();
    const look = (): void => {
      const now = mainThreadMs();
      longestBlockMs = Math.max(longestBlockMs, Math.round(now - used));
      used = now;
    };
    watch = setInterval(look, tickMs);
    await Promise.all(Array.from({ length: concurrency }, lane));
    look();
  } finally {
    clearInterval(watch);
    await engine.close();
    await servers.close();
  }
  if (longestBlockMs > blockMs) misses.push(`nothing else could run for ${longestBlockMs} ms of work`);
  return { ...counts, slowestEndMs: Math.round(slowestEndMs), longestBlockMs, misses };
};

/**
 * Milliseconds of a processor that the main thread has used. Those of the whole process say nothing: the threads that
 * search and run flows are busy exactly when the main thread is free.
 */
export const mainThreadMs = (): number => {
  const [onCpuNs] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, "utf8").split(" ", 1);
  return Number(onCpuNs) / 1e6;
};

const warming = (): Template => {
  const parsed = parseTemplate(
    "id: w\ninfo: {name: w, author: w}\nflow: http()\nhttp:\n  - path: ['{{BaseURL}}']\n    matchers: [{type: xpath, xpath: [/html]}]\n",
    "warming.yaml",
  );
  if (parsed.status === "supported") return parsed.template;
  throw new Error(JSON.stringify(parsed.reasons));
};

/** What no text may lead to; undefined when all is well. */
export const problemOf = ({ status, reasons }: ParsedTemplate, text: string): string | undefined => {
  if ((status === "supported") !== (reasons.length === 0)) return `${status} with ${reasons.length} reasons`;
  const lines = text.split("\n").length + 1;
  const [vague] = reasons.filter(({ line, message }) => line < 1 || line > lines || message === "");
  return vague === undefined ? undefined : `a reason without its place: ${JSON.stringify(vague)}`;
};

const runOnce = async (engine: ScanEngine, template: Template, target: string, runMs: number) => {
  const startMs = performance.now();
  const { requests, findings, errors } = await engine.run({
    target,
    templates: [template],
    signal: AbortSignal.timeout(runMs),
  });
  return {
    lateMs: Math.max(performance.now() - startMs - runMs, 0),
    requests: requests.sent,
    findings: findings.length,
    errors: errors.length,
  };
};

/** Something for every kind of matcher to see. */
const pages = ({ path, body, number }: SeenRequest) => ({
  status: [200, 302, 404, 500][number % 4] ?? 200,
  headers: {
    "Content-Type": "text/html",
    Location: `/next?from=${encodeURIComponent(path.slice(0, 100))}`,
    "Set-Cookie": "a=b",
  },
  body: `<html><title>Admin</title>{"name": "a", "users": [{"id": 1}]} ${path} ${body} {{md5(1)}} root:x:0:0: [core]</html>`,
});
