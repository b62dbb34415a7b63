import { asError } from "../../../base/errors.ts";
import { FailureError, failureOf } from "../http/failure.ts";
import type { BlockRun } from "../run/block-run.ts";
import { ask } from "./exchange.ts";
import type { Message, Question } from "./message.ts";
import type { DnsServer } from "./server.ts";

/** What a server said, and how often it took to be asked before. */
export interface DnsAnswer {
  readonly message: Message;
  readonly server: DnsServer;
  readonly retries: number;
}

/** SERVFAIL, NOTIMP, REFUSED: another server, or the same a moment later, may know better. */
const passing: ReadonlySet<number> = new Set([2, 4, 5]);
/** A packet that is lost is lost: a server that has not answered until then will not. */
const tryMs = 2_000;

/**
 * Asks the servers in turn until one answers, at most `tries` times. When all they say is that they cannot tell, that
 * is the answer.
 *
 * @throws FailureError of the last try when there was no answer
 */
export const answerFrom = async (
  servers: readonly DnsServer[],
  question: Question,
  tries: number,
  run: BlockRun,
): Promise<DnsAnswer> => {
  const { clock } = run.services;
  const withinMs = Math.min(run.sockets.limits.readMs, tryMs);
  let last: DnsAnswer | undefined;
  let failure = new FailureError("unreachable", "there is no DNS server to ask");
  for (let retries = 0; retries < tries; retries += 1) {
    const server = servers[retries % servers.length];
    if (server === undefined) break;
    try {
      const message = await ask(server, question, { clock, random: run.dsl.random, signal: run.signal, withinMs });
      last = { message, server, retries };
      if (!passing.has(message.rcode)) return last;
    } catch (thrown) {
      const { kind, message } = failureOf(asError(thrown), "");
      failure = new FailureError(kind, message);
      if (kind === "aborted") throw failure;
    }
  }
  if (last === undefined) throw failure;
  return last;
};
