import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { tempDir } from "../temp-dir.ts";

/** One command of a session as the server has read it. */
export interface ReadCommand {
  /** From 1 in each session. */
  readonly id: number;
  readonly name: string;
  /** What was streamed after INSTREAM. */
  readonly body: Buffer;
  /** How many sessions there were before. */
  readonly session: number;
}

/** What the server does with a command: it writes on the socket, closes it, or nothing. */
export type Respond = (command: ReadCommand, socket: Socket) => void;

const greeting = "ClamAV 9.9.9/1/then| COMMANDS: IDSESSION INSTREAM";

/** How the probes are answered by a clamd that reports everything; undefined: that is no probe. */
export const probeReply = ({ body }: ReadCommand): string | undefined => {
  if (body.includes("/Encrypt 3 0 R")) return "stream: Heuristics.Encrypted.PDF FOUND";
  if (!body.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004"))) return undefined;
  return `stream: Heuristics.${body.length > 1_000 ? "Limits.Exceeded.MaxRecursion" : "Encrypted.Zip"} FOUND`;
};

/** Speaks as a sound clamd does, except in answer to scans that are no probes: those are left to `respond`. */
export const soundExcept =
  (respond: Respond): Respond =>
  (command, socket) => {
    const { id, name } = command;
    const text = name.startsWith("VERSION") ? greeting : probeReply(command);
    if (text === undefined) respond(command, socket);
    else socket.write(`${id}: ${text}\0`);
  };

/** A small server that reads what a client of clamd sends, and whose answers are those of the test. */
export class ScriptedClamd {
  readonly socket: string;
  sessions = 0;
  readonly #folder = tempDir("scripted-clamd");
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(respond: Respond) {
    this.socket = join(this.#folder.path, "clamd.sock");
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      serve(socket, this.sessions, respond);
      this.sessions += 1;
    });
  }

  static async start(respond: Respond): Promise<ScriptedClamd> {
    const server = new ScriptedClamd(respond);
    server.#server.listen(server.socket);
    await once(server.#server, "listening");
    return server;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
    this.#folder.remove();
  }
}

const serve = (socket: Socket, session: number, respond: Respond): void => {
  let bytes: Buffer = Buffer.alloc(0);
  let id = -1;
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
    for (let taken = takeCommand(bytes); taken !== undefined; taken = takeCommand(bytes)) {
      bytes = bytes.subarray(taken.length);
      id += 1;
      if (id > 0) respond({ id, session, name: taken.name, body: taken.body }, socket);
    }
  });
};

/** The first command that is complete; undefined: none is. */
const takeCommand = (bytes: Buffer): { name: string; body: Buffer; length: number } | undefined => {
  const end = bytes.indexOf(0);
  if (end === -1) return undefined;
  const name = bytes.toString("latin1", 1, end);
  if (name !== "INSTREAM") return { name, body: Buffer.alloc(0), length: end + 1 };
  const parts: Buffer[] = [];
  for (let at = end + 1; at + 4 <= bytes.length;) {
    const size = bytes.readUInt32BE(at);
    at += 4;
    if (size === 0) return { name, body: Buffer.concat(parts), length: at };
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return undefined;
};
