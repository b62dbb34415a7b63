import { createSocket } from "node:dgram";
import { connect, isIP } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { FailureError } from "../http/failure.ts";
import { SocketReader } from "../net/socket-reader.ts";
import { within } from "../net/within.ts";
import { answersQuestion, decodeMessage, encodeQuestion, isTruncated, type Message, type Question } from "./message.ts";
import type { DnsServer } from "./server.ts";

export interface AskSetup {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** For one question to one server. */
  readonly withinMs: number;
}

/** Packets that are no answer, after which a server is given up. */
const maxStray = 100;

/**
 * Asks one server, whose hostname is an address that may be contacted: over UDP, and over TCP when the answer was cut
 * off or the server is to be asked so.
 *
 * @throws FailureError when there is no answer
 */
export const ask = async (server: DnsServer, question: Question, setup: AskSetup): Promise<Message> => {
  const id = setup.random.below(65_536);
  const query = encodeQuestion(id, question);
  const isAnswer = (message: Message): boolean => answersQuestion(message, id, question);
  if (server.transport === "udp") {
    const answer = await overUdp(server, query, isAnswer, setup);
    if (!isTruncated(answer)) return answer;
  }
  return overTcp(server, query, isAnswer, setup);
};

const overUdp = async (
  { hostname, port }: DnsServer,
  query: Buffer,
  isAnswer: (message: Message) => boolean,
  { clock, signal, withinMs }: AskSetup,
): Promise<Message> => {
  const socket = createSocket(isIP(hostname) === 6 ? "udp6" : "udp4");
  const bounds = { clock, signal, withinMs, what: `asking the DNS server ${hostname}:${port}` };
  try {
    return await within(
      bounds,
      () =>
        new Promise<Message>((resolve, reject) => {
          let stray = 0;
          socket.on("error", reject);
          socket.on("message", (bytes) => {
            const message = decoded(bytes);
            if (message instanceof Error) stray += 1;
            else if (isAnswer(message)) return resolve(message);
            else stray += 1;
            if (stray > maxStray)
              reject(new FailureError("protocol", "the DNS server sends packets that are no answer"));
          });
          // A connected socket takes packets from this server only, and hears that nobody is there.
          socket.connect(port, hostname, () => socket.send(query));
        }),
    );
  } finally {
    socket.close();
  }
};

const overTcp = async (
  { hostname, port }: DnsServer,
  query: Buffer,
  isAnswer: (message: Message) => boolean,
  { clock, signal, withinMs }: AskSetup,
): Promise<Message> => {
  const socket = connect({ host: hostname, port });
  const failed = new Promise<never>((_resolve, reject) => socket.on("error", reject));
  failed.catch(() => undefined);
  const bounds = { clock, signal, withinMs, what: `asking the DNS server ${hostname}:${port} over TCP` };
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  const exchange = async (): Promise<Message> => {
    socket.write(Buffer.concat([length, query]));
    const reader = new SocketReader(socket, clock, signal);
    const size = (await exactly(reader, 2, withinMs)).readUInt16BE();
    const message = decoded(await exactly(reader, size, withinMs));
    if (!(message instanceof Error) && isAnswer(message)) return message;
    throw new FailureError("protocol", "what the DNS server sent is no answer to the question");
  };
  try {
    return await within(bounds, () => Promise.race([exchange(), failed]));
  } finally {
    socket.destroy();
  }
};

const exactly = async (reader: SocketReader, size: number, withinMs: number): Promise<Buffer> => {
  const { bytes } = await reader.readAll(size, withinMs);
  if (bytes.length === size) return bytes;
  throw new FailureError("connection-lost", "the DNS server closed the connection in the midst of its answer");
};

const decoded = (bytes: Buffer): Message | Error => {
  try {
    return decodeMessage(bytes);
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
};
