import { fork, type ChildProcess } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { asError } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";

/** One request as the site saw it. */
export interface SeenRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  /** When it arrived, on the machine's monotonic clock. */
  readonly atMs: number;
}

/** The practice website as a process of its own, with its access log. */
export interface SiteProcess {
  readonly url: string;
  /** Every request it has answered so far. */
  seen(): Promise<readonly SeenRequest[]>;
  /** Ends the process, if it has not ended yet. */
  stop(): Promise<void>;
}

const readyLine = z.object({ event: z.literal("ready"), url: z.url() });
const logLine = z.object({ method: z.string(), path: z.string(), atMs: z.number() });
const startMs = 10_000;
const stopMs = 5_000;

const readyOf = (child: ChildProcess, clock: Clock): Promise<string> =>
  new Promise((resolve, reject) => {
    let text = "";
    const deadline = clock.after(startMs, () =>
      reject(new Error(`the practice website did not start within ${startMs} ms`)),
    );
    child.stdout?.on("data", (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (!text.includes("\n")) return;
      deadline.cancel();
      try {
        resolve(readyLine.parse(JSON.parse(text.split("\n", 1)[0] ?? "")).url);
      } catch (error) {
        reject(asError(error));
      }
    });
    child.once("exit", (code) => {
      deadline.cancel();
      reject(new Error(`the practice website ended with ${code} before it was ready`));
    });
  });

/** Starts the site on a free port. It ends with this process, whatever happens. */
export const startSite = async (logFile: string, delayMs: number, clock: Clock): Promise<SiteProcess> => {
  const entry = fileURLToPath(new URL("../practice-site/main.js", import.meta.url));
  const child = fork(entry, ["--log", logFile, "--delay-ms", String(delayMs)], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await readyOf(child, clock).catch((error: unknown) => {
    child.kill("SIGKILL");
    throw error;
  });
  return {
    url,
    seen: async () => {
      const lines = (await readFile(logFile, "utf8")).split("\n").slice(0, -1);
      return lines.map((line) => logLine.parse(JSON.parse(line)));
    },
    stop: async () => {
      child.kill("SIGTERM");
      const deadline = clock.after(stopMs, () => void child.kill("SIGKILL"));
      await ended;
      deadline.cancel();
    },
  };
};
