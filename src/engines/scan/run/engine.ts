import { setMaxListeners } from "node:events";
import type { Clock } from "../../../base/clock.ts";
import { ScanError } from "../errors.ts";
import { type Random, systemRandom } from "../../../base/random.ts";
import { FlowRunner, type StartFlowThread } from "../flow/index.ts";
import { HttpClient } from "../http/client.ts";
import { checkLimits, defaultHttpLimits, type HttpLimits } from "../http/limits.ts";
import type { RequestDefaults } from "../http/plan.ts";
import { type Resolver, systemResolver } from "../net/resolver.ts";
import { createDialer } from "../net/dialer.ts";
import { type SocketLimits, socketLimits } from "../net/limits.ts";
import { Sockets } from "../net/sockets.ts";
import type { OobSession } from "../oob/session.ts";
import { createScopeGuard } from "../scope/guard.ts";
import { createSearcher } from "../search/create-searcher.ts";
import { dslSearcherOf } from "../search/dsl-searcher.ts";
import type { StartSearchThread } from "../search/thread/search-thread.ts";
import { parseScanTarget } from "../target/target.ts";
import type { Template } from "../template/template.ts";
import type { RunServices } from "./block-run.ts";
import { clustersOf } from "./clusters.ts";
import { expressionNetwork } from "./expression-network.ts";
import { defaultHostHealthLimits, HostHealth, type HostHealthLimits } from "./host-health.ts";
import type { ScanOutcome } from "./outcome.ts";
import { ResultSum } from "./result-sum.ts";
import { checkRequestOptions, type ScanRequestOptions } from "./request-options.ts";
import { type BeforeRequest, Sender } from "./sender.ts";
import type { ReportedRun } from "./reported-run.ts";
import { runCluster } from "./run-cluster.ts";
import type { TemplateResult, TemplateRunSetup } from "./template-run.ts";

export interface ScanEngineSetup {
  readonly clock: Clock;
  /** The allow-list; see `createScopeGuard`. Empty: nothing is contacted. */
  readonly scope: readonly string[];
  /** Entries that permit proxies beside those in `scope`, and nothing else. */
  readonly proxyScope?: readonly string[];
  readonly http?: Partial<HttpLimits>;
  /** Limits of the other protocols' connections. */
  readonly sockets?: Partial<SocketLimits>;
  readonly hostHealth?: Partial<HostHealthLimits>;
  /** Templates of one run that are worked on at once; 25 when absent. */
  readonly concurrency?: number;
  readonly userAgent?: string;
  /** Headers of every request, over what templates say. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Characters of the request and of the response that a finding keeps; 16,384 when absent. */
  readonly evidenceChars?: number;
  /** Milliseconds that the operators of a block may take over one response; 2,000 when absent. */
  readonly judgingMs?: number;
  /** Findings that a run keeps, 10,000 when absent; more are counted, not kept. */
  readonly maxFindings?: number;
  /** Finds the addresses of names; the machine's resolver when absent. */
  readonly resolve?: Resolver;
  /** DNS servers that dns templates ask; the machine's when absent. */
  readonly dnsServers?: readonly string[];
  /** For names and payloads that templates draw; the machine's when absent. */
  readonly random?: Random;
  /** Out-of-band interactions; without it templates that wait for some fail. The engine closes it. */
  readonly oob?: OobSession;
  /** Starts the thread in which long searches run; without it they run in place. */
  readonly startSearchThread?: StartSearchThread;
  /** Starts the threads in which flows of templates run; without it templates with a flow fail. */
  readonly startFlowThread?: StartFlowThread;
  /** What only runs where it is permitted: requests of templates that bring their own targets; files of folders. */
  readonly enable?: { readonly selfContained?: boolean; readonly file?: boolean };
  /** Takes what templates print. */
  readonly log?: (text: string) => void;
}

export interface RunOptions {
  /** An absolute http or https URL, host:port, or the absolute path of a folder. */
  readonly target: string;
  readonly templates: readonly Template[];
  readonly signal: AbortSignal;
  /** Awaited before each request, redirects included. If it rejects, the run stops and rejects with the same error. */
  readonly beforeRequest?: BeforeRequest;
  /** No request is sent before the one before has ended; blocks that send several at once fail. */
  readonly oneAtATime?: boolean;
  /** What is of this run only: one engine runs scans of many submitters at once. */
  readonly request?: ScanRequestOptions;
}

/** Runs templates against targets. It holds connections: close it when done. */
export interface ScanEngine {
  /**
   * Sends what the templates plan and judges what comes back. Whatever the site does is in the outcome. When the
   * signal fires, the outcome of what was done so far comes at once.
   *
   * @throws ScanError `invalid-target`, `invalid-option`, `invalid-scope`, `closed`; what `beforeRequest` rejects with
   */
  run(options: RunOptions): Promise<ScanOutcome>;
  /** Ends every connection. Runs under way end as aborted. */
  close(): Promise<void>;
}

const defaultConcurrency = 25;
const defaultEvidenceChars = 16_384;
const defaultJudgingMs = 2_000;
const defaultMaxFindings = 10_000;
/** What judging makes of a response takes some times its bytes. */
const maxWaitingBytes = 64 * 1024 * 1024;
const defaultUserAgent = "Mozilla/5.0 (compatible; Garrison)";

/** @throws ScanError `invalid-scope`, `invalid-option` */
export const createScanEngine = (setup: ScanEngineSetup): ScanEngine => {
  const { clock } = setup;
  const random = setup.random ?? systemRandom;
  const concurrency = wholeOption("concurrency", setup.concurrency ?? defaultConcurrency);
  const evidenceChars = wholeOption("evidenceChars", setup.evidenceChars ?? defaultEvidenceChars);
  const judgingMs = wholeOption("judgingMs", setup.judgingMs ?? defaultJudgingMs);
  const maxFindings = wholeOption("maxFindings", setup.maxFindings ?? defaultMaxFindings);
  const scope = createScopeGuard(setup.scope);
  const resolve = setup.resolve ?? systemResolver;
  const client = new HttpClient({
    clock,
    random,
    scope,
    proxyScope: createScopeGuard([...setup.scope, ...(setup.proxyScope ?? [])]),
    limits: checkLimits({ ...defaultHttpLimits, ...setup.http }),
    resolve,
  });
  const searcher = createSearcher({ clock, budgetMs: judgingMs, startThread: setup.startSearchThread });
  const dialer = createDialer({ clock, scope, resolve });
  const services: RunServices = {
    clock,
    client,
    dialer,
    resolve,
    dnsServers: setup.dnsServers ?? [],
    scope,
    searcher,
    flows: setup.startFlowThread && new FlowRunner({ clock, startThread: setup.startFlowThread }),
    oob: setup.oob,
    enabled: { selfContained: setup.enable?.selfContained ?? false, file: setup.enable?.file ?? false },
  };
  const health = new HostHealth(clock, { ...defaultHostHealthLimits, ...setup.hostHealth });
  const userAgent = setup.userAgent ?? defaultUserAgent;
  const running = new Set<AbortController>();
  let closed = false;

  const run = async (options: RunOptions): Promise<ScanOutcome> => {
    if (closed) throw new ScanError("closed", "the scan engine is closed");
    const target = parseScanTarget(options.target);
    const profile = checkRequestOptions(options.request);
    const defaults: RequestDefaults = {
      userAgent,
      headers: { ...setup.headers, ...profile.headers },
      variables: profile.variables,
    };
    const stop = new AbortController();
    const { signal } = stop;
    // Every request under way listens to it.
    setMaxListeners(0, signal);
    const onAbort = (): void => stop.abort();
    options.signal.addEventListener("abort", onAbort);
    if (options.signal.aborted) stop.abort();
    running.add(stop);
    const sockets = new Sockets({
      dialer,
      health,
      healthPrefix: profile.key,
      exclusions: profile.route.exclusions,
      limits: socketLimits(setup.sockets, profile.timeoutMs),
    });
    const { beforeRequest, oneAtATime = false } = options;
    const network = expressionNetwork({
      ...{ clock, random, signal, scope, sockets },
      dnsServers: services.dnsServers,
      admit: (place) => beforeRequest?.({ ...place, template: "" }),
    });
    const work: TemplateRunSetup = {
      services,
      sender: new Sender({ clock, client, health, profile }),
      sockets,
      defaults,
      dsl: {
        clock,
        random,
        signal,
        searcher: dslSearcherOf(searcher),
        network,
        ...(setup.log && { log: setup.log }),
      },
      evidenceChars,
      judgingMs,
      target,
      signal,
      beforeRequest,
      oneAtATime,
      room: { findings: maxFindings, waitingBytes: maxWaitingBytes },
    };
    try {
      const sum = new ResultSum();
      const late: (() => Promise<void>)[] = [];
      await inParallel(clustersOf(options.templates), oneAtATime ? 1 : concurrency, async (cluster, at) => {
        for (const run of await runCluster(cluster, work)) {
          if (run.run.judge.isWaiting)
            late.push(() => settledResult(run, signal).then((result) => sum.add(at, result)));
          else sum.add(at, resultOf(run));
        }
      });
      // Once no interaction is waited for any more.
      await Promise.all(late.map((settle) => settle()));
      return { target: options.target, ...sum.outcome(), aborted: signal.aborted };
    } finally {
      options.signal.removeEventListener("abort", onAbort);
      running.delete(stop);
      // After an error of beforeRequest, the templates still under way must not go on.
      stop.abort();
    }
  };

  return {
    run,
    close: async () => {
      closed = true;
      for (const stop of running) stop.abort();
      await Promise.all([client.close(), searcher.close(), services.flows?.close(), setup.oob?.close()]);
    },
  };
};

const resultOf = ({ run, reported }: ReportedRun): TemplateResult =>
  reported ? run.result() : { ...run.result(), findings: [] };

const settledResult = async (run: ReportedRun, signal: AbortSignal): Promise<TemplateResult> => {
  await run.run.judge.settled(signal);
  return resultOf(run);
};

/** Works on all items, at most `width` under way at once. The first error ends it. */
const inParallel = async <Item>(
  items: readonly Item[],
  width: number,
  work: (item: Item, at: number) => Promise<void>,
): Promise<void> => {
  const queue = items.entries();
  const lane = async (): Promise<void> => {
    for (const [at, item] of queue) await work(item, at);
  };
  await Promise.all(Array.from({ length: Math.min(width, items.length) }, lane));
};

const wholeOption = (option: string, value: number): number => {
  if (Number.isInteger(value) && value >= 1 && value < 2 ** 31) return value;
  throw new ScanError("invalid-option", `${option} is ${value}; it must be a whole number of at least 1`, {
    ids: { option },
  });
};
