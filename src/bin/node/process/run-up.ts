import { systemClock, type Clock } from "../../../base/clock.ts";
import { exitCodes, type ExitCode } from "../../process/exit-codes.ts";
import { createSay, messageLine } from "../../output/messages.ts";
import { closingMs } from "../end/closing.ts";
import { listenForEnd } from "../end/end-request.ts";
import type { NodeExit, NodeReady } from "../node-process.ts";
import type { PlannedNode } from "./plan-nodes.ts";
import { SupervisedNode, type NodeNews } from "./supervised-node.ts";

export interface RunUpOptions {
  readonly nodes: readonly PlannedNode[];
  /** Flags of `garrison node` that all of them get. */
  readonly args: readonly string[];
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Longer than a node takes to give up what cannot be closed. */
const stopMs = closingMs + 10_000;
const checkMs = 1_000;

const endOf = ({ code, signal }: NodeExit): string =>
  signal === null ? `with code ${code ?? "unknown"}` : `by ${signal}`;

/** Runs some nodes as children of this process until it is asked to end, or until every one of them has been drained. */
export const runUp = async (options: RunUpOptions): Promise<ExitCode> => {
  const { json, quiet, args } = options;
  const ready = new Map<string, NodeReady>();
  let announced = false;
  let stopping = false;
  let failed: ExitCode | undefined;
  /** Nodes that ended without handing back what they held. */
  const cutOff = new Set<string>();
  const say = createSay(quiet || json);
  const report = (facts: Readonly<Record<string, unknown>>, line: string): void => {
    if (json) process.stdout.write(`${JSON.stringify(facts)}\n`);
    else say(line);
  };
  const stopAll = (): void => {
    stopping = true;
    for (const node of nodes) node.stop();
  };

  const onReady = (id: string, news: NodeReady, again: boolean): void => {
    const { address, pid } = news;
    ready.set(id, news);
    if (again) report({ event: "restarted", id, address, pid }, `${id} is ready again at ${address}, process ${pid}`);
    if (announced || ready.size < nodes.length) return;
    announced = true;
    const members = options.nodes.flatMap((planned) => ready.get(planned.id) ?? []);
    const list = members.map((member) => `${member.id} at ${member.address} (process ${member.pid})`);
    report(
      { event: "ready", nodes: members.map((member) => ({ id: member.id, address: member.address, pid: member.pid })) },
      `ready: ${list.join(", ")}; Ctrl-C ends them`,
    );
  };

  const onExited = (id: string, exit: NodeExit, againInMs: number | undefined): void => {
    const wasReady = ready.delete(id);
    if (stopping && (exit.code === 0 || !wasReady)) return;
    const { pid, code, signal } = exit;
    const what = `${id} (process ${pid ?? "not started"}) ended ${endOf(exit)}`;
    const then = againInMs === undefined ? "" : `; it is started again in ${againInMs} ms`;
    report({ event: "exited", id, pid, code, signal, againInMs: againInMs ?? null }, `${what}${then}`);
    if (stopping) cutOff.add(id);
    if (stopping || announced || againInMs !== undefined) return;
    failed = code === exitCodes.usage ? exitCodes.usage : exitCodes.failed;
    stopAll();
  };

  const onNews = (id: string, news: NodeNews): void => {
    switch (news.event) {
      case "ready":
        return onReady(id, news.ready, news.again);
      case "exited":
        return onExited(id, news.exit, news.againInMs);
      case "silent":
        return report(
          { event: "silent", id, silentMs: Math.round(news.silentMs) },
          `${id} gave no sign of life for ${Math.round(news.silentMs / 1_000)} s: it is killed`,
        );
      case "line":
        process.stderr.write(json ? `${news.line}\n` : messageLine(`${id}: ${news.line}`));
    }
  };

  const request = listenForEnd(systemClock);
  const nodes = options.nodes.map(
    ({ id, grpc, http }) =>
      new SupervisedNode({
        id,
        args: [...args, "--id", id, "--grpc", grpc, "--http", http],
        clock: systemClock,
        onNews: (news) => onNews(id, news),
      }),
  );
  // Also when a second Ctrl-C ends this process at once.
  const killAll = (): void => nodes.forEach((node) => node.kill());
  process.once("exit", killAll);
  const stopChecks = checkSigns(nodes, systemClock);
  const allEnded = Promise.all(nodes.map((node) => node.ended));
  const first = await Promise.race([request.asked, allEnded.then(() => undefined)]);
  if (first !== undefined) say("the nodes hand back what they hold; Ctrl-C again ends them at once");
  stopAll();
  const deadline = systemClock.after(stopMs, killAll);
  await allEnded;
  deadline.cancel();
  stopChecks();
  request.release();
  process.off("exit", killAll);
  if (failed !== undefined) return failed;
  if (first === "interrupt") return exitCodes.interrupted;
  return cutOff.size === 0 ? exitCodes.complete : exitCodes.failed;
};

/** Looks for nodes that are frozen. When this process was itself, it has heard nothing of them through no fault of theirs. */
const checkSigns = (nodes: readonly SupervisedNode[], clock: Clock): (() => void) => {
  let stopped = false;
  let lastMs = clock.monotonicMs();
  const check = (): void => {
    if (stopped) return;
    const nowMs = clock.monotonicMs();
    const frozen = nowMs - lastMs > 3 * checkMs;
    lastMs = nowMs;
    for (const node of nodes) {
      if (frozen) node.forgive();
      else node.checkSigns();
    }
    clock.after(checkMs, check, true);
  };
  check();
  return () => {
    stopped = true;
  };
};
