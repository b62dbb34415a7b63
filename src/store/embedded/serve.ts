import { receiveMessageOnPort, type MessagePort } from "node:worker_threads";
import type { Clock } from "../../base/clock.ts";
import { Database } from "./database.ts";
import { toStoreError } from "./native-error.ts";
import type { ThreadPort } from "./port.ts";
import { toErrorData, type Request, type ThreadSettings } from "./protocol.ts";
import { Reader } from "./reader.ts";
import { defaultRoom } from "./room.ts";
import { Writer } from "./writer.ts";

/**
 * The body of a store thread: opens the files, says so or why not, and then works off requests until it is told to
 * close. It may block on the disk and on other processes as long as it likes: its caller keeps the deadlines.
 */
export const serveStore = (messagePort: MessagePort, settings: ThreadSettings, clock: Clock): void => {
  const port = threadPort(messagePort);
  let database: Database;
  try {
    const { directory } = settings;
    database =
      settings.role === "writer"
        ? Database.openToWrite(directory, clock, { ...defaultRoom, most: settings.maxBytes })
        : Database.openToRead(directory, clock);
  } catch (error) {
    port.post([{ type: "failed", error: toErrorData(toStoreError(error)) }]);
    messagePort.close();
    return;
  }
  const server =
    settings.role === "writer"
      ? new Writer(database, port, clock, settings.retention)
      : new Reader(database, port, clock);
  messagePort.on("message", (requests: readonly Request[]) => {
    if (!server.handle(requests)) return;
    messagePort.close();
    void database.close();
  });
  port.post([{ type: "opened", offsetMs: database.offsetMs }]);
};

const threadPort = (messagePort: MessagePort): ThreadPort => ({
  post: (replies) => messagePort.postMessage(replies),
  receive: () => {
    const requests: Request[] = [];
    for (;;) {
      const next = receiveMessageOnPort(messagePort) as { readonly message: readonly Request[] } | undefined;
      if (next === undefined) return requests;
      requests.push(...next.message);
    }
  },
});
