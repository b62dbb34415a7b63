import type { Socket } from "node:net";
import type { Clock } from "../../../base/clock.ts";
import type { Random } from "../../../base/random.ts";
import { FailureError } from "../http/failure.ts";
import { SocketReader } from "../net/socket-reader.ts";
import { ssl3Suites } from "./ssl3-suites.ts";

/** What a server of SSL 3.0 shows before keys are exchanged: all that there is to see of it. */
export interface Ssl3Hello {
  readonly cipher: string;
  /** DER; the server's own first. */
  readonly certificates: readonly Buffer[];
}

export interface HelloSetup {
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  readonly withinMs: number;
}

const version = Buffer.from([3, 0]);
const handshakeRecord = 22;
const clientHello = 1;
const serverHello = 2;
const certificateMessage = 11;
const randomLength = 32;
const maxBytes = 256 * 1024;

const withLength = (bytes: Buffer, lengthBytes: number): Buffer => {
  const length = Buffer.alloc(lengthBytes);
  length.writeUIntBE(bytes.length, 0, lengthBytes);
  return Buffer.concat([length, bytes]);
};

const hello = (random: Random): Buffer => {
  const nonce = Buffer.from(Array.from({ length: randomLength }, () => random.below(256)));
  const suites = Buffer.concat([...ssl3Suites.keys()].map((suite) => Buffer.from([suite >> 8, suite & 0xff])));
  const noSession = Buffer.from([0]);
  const noCompression = Buffer.from([1, 0]);
  const body = Buffer.concat([version, nonce, noSession, withLength(suites, 2), noCompression]);
  const message = Buffer.concat([Buffer.from([clientHello]), withLength(body, 3)]);
  return Buffer.concat([Buffer.from([handshakeRecord]), version, withLength(message, 2)]);
};

/**
 * Says hello in SSL 3.0, which no TLS library of today speaks, and reads until the server has shown its certificate.
 *
 * @throws FailureError `tls` when the server does not agree
 */
export const helloInSsl3 = async (
  socket: Socket,
  { clock, random, signal, withinMs }: HelloSetup,
): Promise<Ssl3Hello> => {
  const reader = new SocketReader(socket, clock, signal);
  socket.write(hello(random));
  const exactly = async (size: number): Promise<Buffer> => {
    const { bytes } = await reader.readAll(size, withinMs);
    if (bytes.length < size) throw refused();
    return bytes;
  };
  let messages: Buffer = Buffer.alloc(0);
  while (messages.length < maxBytes) {
    const header = await exactly(5);
    if (header[0] !== handshakeRecord || header[1] !== version[0] || header[2] !== version[1]) throw refused();
    const length = header.readUInt16BE(3);
    if (length === 0) throw refused();
    messages = Buffer.concat([messages, await exactly(length)]);
    const told = readMessages(messages);
    if (told !== undefined) return told;
  }
  throw refused();
};

const refused = (): FailureError => new FailureError("tls", "the server does not speak SSL 3.0");

/** Undefined until both messages are there. */
const readMessages = (bytes: Buffer): Ssl3Hello | undefined => {
  let cipher: string | undefined;
  for (let at = 0; at + 4 <= bytes.length;) {
    const kind = bytes[at];
    const end = at + 4 + bytes.readUIntBE(at + 1, 3);
    if (end > bytes.length) return undefined;
    const body = bytes.subarray(at + 4, end);
    if (kind === serverHello) cipher = chosenCipher(body);
    if (kind === certificateMessage && cipher !== undefined) return { cipher, certificates: certificatesIn(body) };
    at = end;
  }
  return undefined;
};

const chosenCipher = (body: Buffer): string => {
  const session = version.length + randomLength;
  const at = session + 1 + (body[session] ?? 0);
  if (at + 2 > body.length || !body.subarray(0, 2).equals(version)) throw refused();
  return ssl3Suites.get(body.readUInt16BE(at)) ?? "";
};

const certificatesIn = (body: Buffer): readonly Buffer[] => {
  const certificates: Buffer[] = [];
  for (let at = 3; at + 3 <= body.length;) {
    const size = body.readUIntBE(at, 3);
    certificates.push(body.subarray(at + 3, at + 3 + size));
    at += 3 + size;
  }
  return certificates;
};
