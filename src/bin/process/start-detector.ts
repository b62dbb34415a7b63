import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { DetectorProcess, StartDetector } from "../../actors/detect/index.ts";
import type { Clock } from "../../base/clock.ts";
import { printable } from "../../base/printable.ts";
import { isShippedKind, type ShippedKind } from "../../config/index.ts";
import type { DetectorSettings } from "../detectors/detector-settings.ts";
import { endWithParent } from "../node/process/end-with-parent.ts";
import { giveWay } from "./give-way.ts";

/** What the process of a detector is told when it begins. */
export interface DetectorOrder {
  readonly kind: ShippedKind;
  /** Unique on the host. */
  readonly name: string;
  readonly socket: string;
  readonly settings: DetectorSettings;
  readonly logLevel: string;
}

/** Why the process of a detector ends by itself, as it says before it does. */
export interface DetectorEnd {
  readonly reason: string;
}

export interface StartDetectorOptions extends Omit<DetectorOrder, "kind" | "name"> {
  readonly clock: Clock;
}

const mostReasonChars = 160;
const detectorEnd = z.object({ reason: z.string().max(10_000) });
const entry = fileURLToPath(new URL("../detector.js", import.meta.url));

const neededVariables = ["PATH", "TMPDIR", "TZ", "NODE_EXTRA_CA_CERTS"];

/** What of the environment of a node its detectors get: they read hostile files, and its config, passwords too, may be there. */
export const detectorEnvironment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(neededVariables.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));

/** Starts detectors as processes that are gone with this one; ps(1) shows their names. They write their logs to its standard error. */
export const startDetector = ({ clock, ...order }: StartDetectorOptions): StartDetector =>
  async function (kind, name) {
    if (!isShippedKind(kind)) throw new Error(`there is no detector of the kind ${kind}`);
    const launch = endWithParent(process.execPath, [entry, name]);
    const child = spawn(launch.command, launch.args, {
      cwd: "/",
      env: detectorEnvironment(process.env),
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    const ended = endOf(child);
    // Without a process there is only "error".
    await once(child, "spawn");
    if (child.pid === undefined) throw new Error("the process has no id");
    giveWay(child.pid);
    // A process that is gone has been told of by its end.
    child.send({ ...order, kind, name } satisfies DetectorOrder, () => undefined);
    return { pid: child.pid, ended, stop: stopper(child, ended, clock) };
  };

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let why = "";
    child.on("message", (said) => {
      const end = detectorEnd.safeParse(said);
      if (end.success) why = `: ${printable(end.data.reason, mostReasonChars)}`;
    });
    // Not at "exit": what it said may come after that.
    child.once("close", (code, signal) => resolve(`${signal ?? `exit code ${code ?? "unknown"}`}${why}`));
    child.on("error", (error) => {
      if (child.pid === undefined) resolve(error.message);
    });
  });

const stopper =
  (child: ChildProcess, ended: Promise<string>, clock: Clock): DetectorProcess["stop"] =>
  async (graceMs) => {
    child.kill(graceMs > 0 ? "SIGTERM" : "SIGKILL");
    const timer = clock.after(graceMs, () => child.kill("SIGKILL"));
    await ended;
    timer.cancel();
  };
