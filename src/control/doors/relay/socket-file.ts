import { chmod, lstat, rename, unlink } from "node:fs/promises";
import { connect, type Server } from "node:net";
import { dirname, join } from "node:path";
import { asError } from "../../../base/errors.ts";
import type { Clock } from "../../../base/clock.ts";
import { openPrivateFolder } from "../../../base/private-folder.ts";
import { ControlError } from "../../errors.ts";

/** What an HTTP/2 client sends first: its preface, and settings that change nothing. A server answers with its own. */
const greeting = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0", "latin1");
const answerMs = 1_000;

/** The file of a unix socket on which a server listens. */
export interface SocketFile {
  /** Removes it, unless another server has put its own there. Never rejects. */
  remove(): Promise<void>;
}

/**
 * Makes the folder of a socket, for its owner alone, where there is none.
 * @throws ControlError `socket-unsafe` where others may enter it
 */
const openFolder = (folder: string): void => {
  const problem = openPrivateFolder(folder, { closed: true });
  if (problem === undefined) return;
  throw new ControlError("socket-unsafe", `others could pass for a detector: ${problem}`, { ids: { folder } });
};

/** Whether a server answers there. One that is frozen does not, although connections to it can be made. */
export const isAnswered = (path: string, clock: Clock): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    const end = (answered: boolean): void => {
      timer.cancel();
      socket.destroy();
      resolve(answered);
    };
    const timer = clock.after(answerMs, () => end(false));
    socket.once("connect", () => socket.write(greeting));
    socket.once("data", () => end(true));
    socket.once("close", () => end(false));
    socket.once("error", () => end(false));
  });

const isOther = async (path: string): Promise<boolean> => {
  try {
    return !(await lstat(path)).isSocket();
  } catch {
    return false;
  }
};

/**
 * Listens on a unix socket of mode 0600, in place of one that nobody answers on.
 *
 * @param name of a file that nobody else makes, for the socket until it is ready
 * @returns undefined: another server answers there
 * @throws ControlError `socket-unsafe`, `listen-failed`
 */
export const listenOnSocket = async (
  server: Server,
  path: string,
  name: string,
  clock: Clock,
): Promise<SocketFile | undefined> => {
  const folder = dirname(path);
  const failed = (why: string, cause?: unknown): ControlError =>
    new ControlError("listen-failed", `cannot listen on ${path}: ${why}`, { ids: { address: path }, cause });
  try {
    openFolder(folder);
    if (await isOther(path)) throw failed("a file is there that is no socket");
    if (await isAnswered(path, clock)) return undefined;
    // The system removes the name under which a server began to listen when it ends, whoever's socket is there by then: so it is not this one.
    const begun = join(folder, name);
    await listening(server, begun);
    return await moved(begun, path).catch(async (error: unknown) => {
      await new Promise((closed) => server.close(closed));
      throw error;
    });
  } catch (error) {
    if (error instanceof ControlError) throw error;
    throw failed(asError(error).message, error);
  }
};

const listening = (server: Server, path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
  });

/** Puts the socket of a server that listens where others look for it. */
const moved = async (begun: string, path: string): Promise<SocketFile> => {
  await chmod(begun, 0o600);
  const { ino } = await lstat(begun);
  await rename(begun, path);
  return { remove: () => removeIfSame(path, ino) };
};

const removeIfSame = async (path: string, ino: number): Promise<void> => {
  try {
    if ((await lstat(path)).ino === ino) await unlink(path);
  } catch {
    // It is gone already.
  }
};
