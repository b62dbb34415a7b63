import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a program to its end and tells the processor time that it took, user and system, in seconds. */
export const timedChild = async (command: string, args: readonly string[]): Promise<number> => {
  // The shell's `times` tells its own times on one line and those of its children on the next.
  const shell = spawn("sh", ["-c", '"$@" > /dev/null; code=$?; times; exit $code', "sh", command, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let told = "";
  shell.stdout.on("data", (chunk: Buffer) => (told += chunk.toString()));
  const [code] = (await once(shell, "close")) as [number | null];
  if (code !== 0) throw new Error(`${command} ended with ${code}`);
  const [user = Number.NaN, system = Number.NaN] = (told.trim().split("\n")[1] ?? "").split(" ").map(secondsOf);
  return user + system;
};

/** Such as `1m2.345s`. */
const secondsOf = (text: string): number => {
  const found = /^(\d+)m([\d.]+)s$/.exec(text.trim());
  return Number(found?.[1]) * 60 + Number(found?.[2]);
};
