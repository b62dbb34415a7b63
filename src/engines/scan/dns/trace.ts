import { asError } from "../../../base/errors.ts";
import type { BlockRun } from "../run/block-run.ts";
import { failureOf } from "../http/failure.ts";
import { answerFrom } from "./answer.ts";
import type { Message, Question } from "./message.ts";
import { messageText } from "./message-text.ts";
import { serversInScope } from "./scope.ts";
import { configuredServers, type DnsServer } from "./server.ts";

/** The root servers by their addresses, as IANA publishes them. */
const rootServers = [
  "198.41.0.4",
  "170.247.170.2",
  "192.33.4.12",
  "199.7.91.13",
  "192.203.230.10",
  "192.5.5.241",
  "192.112.36.4",
  "198.97.190.53",
  "192.36.148.17",
  "192.58.128.30",
  "193.0.14.129",
  "199.7.83.42",
  "202.12.27.33",
];

/** Name servers of one step that are looked up: more than a zone has, fewer than fit into an answer. */
const mostNamed = 32;

/**
 * Follows the delegations of a name downwards: from the root servers, or where a person named DNS servers from these,
 * each step asking the servers that the step before it named, on the same port. Root servers and those that are named
 * have to be in scope.
 *
 * @returns all answers as text, one after the other
 */
export const traceText = async (question: Question, steps: number, run: BlockRun): Promise<string> => {
  const named = run.services.dnsServers;
  const seen = new Set<string>();
  let servers: readonly DnsServer[] = named.length > 0 ? configuredServers(named) : await roots(run);
  let { name } = question;
  let text = "";
  for (let step = 0; step < steps && servers.length > 0 && !run.signal.aborted; step += 1) {
    const port = servers[0]?.port ?? 53;
    const answers = await Promise.all(servers.map((server) => oneAnswer(server, { ...question, name }, run)));
    for (const server of servers) seen.add(server.hostname);
    const messages = answers.filter((answer) => answer !== undefined);
    text += messages.map(messageText).join("");
    const alias = messages.flatMap(aliases)[0];
    const next = await delegated(messages, port, run, ({ hostname }) => alias !== undefined || !seen.has(hostname));
    servers = next === undefined ? [] : [next];
    name = alias ?? name;
  }
  return text;
};

const roots = async (run: BlockRun): Promise<readonly DnsServer[]> => {
  const permitted: DnsServer[] = [];
  for (const hostname of rootServers) {
    permitted.push(...(await permittedServers({ hostname, port: 53, transport: "udp" }, run)));
  }
  return permitted;
};

const permittedServers = async (server: DnsServer, run: BlockRun): Promise<readonly DnsServer[]> => {
  try {
    return await serversInScope(server, run);
  } catch (thrown) {
    tell(server, thrown, run);
    return [];
  }
};

const oneAnswer = async (server: DnsServer, question: Question, run: BlockRun): Promise<Message | undefined> => {
  try {
    return (await answerFrom([server], question, 1, run)).message;
  } catch (thrown) {
    tell(server, thrown, run);
    return undefined;
  }
};

const tell = ({ hostname, port }: DnsServer, thrown: unknown, { tally }: BlockRun): void => {
  const { kind, message } = failureOf(asError(thrown), "");
  if (kind !== "aborted") tally.error(`dns://${hostname}:${port}`, kind, `trace: ${message}`);
};

const aliases = ({ answers }: Message): readonly string[] =>
  answers.flatMap((record) => (record.type === "CNAME" ? [record.data] : []));

/** The first of the servers named that is wanted and may be asked. */
const delegated = async (
  messages: readonly Message[],
  port: number,
  run: BlockRun,
  isWanted: (server: DnsServer) => boolean,
): Promise<DnsServer | undefined> => {
  const names = messages.flatMap(({ answers, authorities }) =>
    [...answers, ...authorities].flatMap((record) => (record.type === "NS" ? [record.data] : [])),
  );
  for (const hostname of [...new Set(names)].slice(0, mostNamed)) {
    const permitted = await permittedServers({ hostname, port, transport: "udp" }, run);
    const wanted = permitted.find(isWanted);
    if (wanted !== undefined || run.signal.aborted) return wanted;
  }
  return undefined;
};
