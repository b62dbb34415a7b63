/**
 * A process for runs that does what its "playbook" says, word for word: a module whose default export gets the channel itself. With it
 * the tests of the node's side say anything, also what the real process never would.
 */
import { readFileSync } from "node:fs";
import { Socket } from "node:net";
import type { FromChild, ToChild } from "../../src/engines/playbook/protocol/messages.ts";

type Load = ToChild & { readonly type: "load" };

/** What a script gets. */
export interface Channel {
  readonly load: Load;
  readonly say: (message: FromChild | object) => Promise<void>;
  /** As the watchdog does. */
  readonly sayOnLife: (message: FromChild) => void;
  /** Resolves with the next message of a type, also one that came before. */
  readonly hear: (type: ToChild["type"]) => Promise<ToChild>;
  /** The bare stream. */
  readonly frames: Socket;
}

const frames = new Socket({ fd: 3 });
const life = new Socket({ fd: 4 });
life.on("end", () => process.kill(-process.pid, "SIGKILL")).resume();

const frameOf = (message: object): Buffer => {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  return Buffer.concat([header, body]);
};
const say = (message: object): Promise<void> =>
  new Promise((resolve) => void frames.write(frameOf(message), () => resolve()));
const sayOnLife = (message: object): void => void life.write(frameOf(message));

const heard: ToChild[] = [];
const listeners = new Set<() => void>();
const hear = (type: ToChild["type"]): Promise<ToChild> =>
  new Promise((resolve) => {
    const look = (): void => {
      const at = heard.findIndex((message) => message.type === type);
      const [message] = at === -1 ? [] : heard.splice(at, 1);
      if (message === undefined) return;
      listeners.delete(look);
      resolve(message);
    };
    listeners.add(look);
    look();
  });

let held = Buffer.alloc(0);
frames.on("data", (chunk: Buffer) => {
  held = Buffer.concat([held, chunk]);
  while (held.length >= 4 && held.length >= 4 + held.readUInt32BE(0)) {
    const end = 4 + held.readUInt32BE(0);
    heard.push(JSON.parse(held.subarray(4, end).toString()) as ToChild);
    held = held.subarray(end);
  }
  for (const look of [...listeners]) look();
});

await say({ type: "ready" });
const load = (await hear("load")) as Load;
// The file of another kind of playbook is none that Node would load.
const code = readFileSync(load.playbook.file, "utf8");
const module = (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as {
  readonly default: (channel: Channel) => Promise<void>;
};
await module.default({ load, say, sayOnLife, hear, frames });
