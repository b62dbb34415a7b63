import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { ask } from "../dns/exchange.ts";
import { questionTypes, type QuestionType } from "../dns/message.ts";
import { recordData } from "../dns/record-text.ts";
import { configuredServers } from "../dns/server.ts";
import { DslError } from "../dsl/error.ts";
import type { DslNetwork } from "../dsl/setup.ts";
import { SocketReader } from "../net/socket-reader.ts";
import type { Sockets } from "../net/sockets.ts";
import type { ScopeGuard } from "../scope/guard.ts";
import { textOf } from "../value/value.ts";

export interface ExpressionNetworkSetup {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly scope: ScopeGuard;
  readonly sockets: Sockets;
  readonly dnsServers: readonly string[];
  /** Awaited before anything goes on the wire. */
  readonly admit: (place: { readonly url: string; readonly host: string }) => Promise<void> | undefined;
}

const dnsPort = 53;

/** What expressions may open, for one run: only what templates may contact too. */
export const expressionNetwork = (setup: ExpressionNetworkSetup): DslNetwork => {
  const { clock, random, signal, scope, sockets, dnsServers, admit } = setup;
  return {
    resolve: async (host, type) => {
      const asked = questionTypes.find((known) => known === type);
      if (asked === undefined) throw new DslError("wrong-argument", `there are no records of the type ${type}`);
      const refusal = sockets.exclusions?.ofHost(host, dnsPort) ?? scope.refuseQuestion(host);
      if (refusal !== undefined) throw new DslError("unavailable", refusal);
      await admit({ url: `dns://${host}`, host });
      return told(async () => {
        const [server] = configuredServers(dnsServers);
        if (server === undefined) throw new DslError("unavailable", "there is no DNS server to ask");
        const question = { name: host, type: asked, class: "inet", recursion: true } as const;
        const { answers } = await ask(server, question, { clock, random, signal, withinMs: sockets.limits.readMs });
        return answers.filter((record) => record.type === asked).map((record) => shown(recordData(record), asked));
      });
    },
    exchange: async (host, port, bytes, { timeoutMs, maxBytes }) => {
      await admit({ url: `tcp://${host}:${port}`, host: `${host}:${port}` });
      return told(async () => {
        const socket = await sockets.connect({ hostname: host, port }, signal);
        try {
          const reader = new SocketReader(socket, clock, signal);
          socket.write(bytes);
          // The other side may answer by closing.
          return await reader.read(maxBytes, timeoutMs).catch(() => Buffer.alloc(0));
        } finally {
          socket.destroy();
        }
      });
    },
  };
};

/** A record as an expression gets it: names without the root's dot, texts without quotes. */
const shown = (data: string, type: QuestionType): string =>
  textOf(type === "TXT" ? data.replace(/^"(.*)"$/s, "$1") : data.replace(/\.$/, ""));

const told = async <Result>(work: () => Promise<Result>): Promise<Result> => {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof DslError) throw thrown;
    throw new DslError("unavailable", thrown instanceof Error ? thrown.message : String(thrown));
  }
};
