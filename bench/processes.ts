import { readFileSync } from "node:fs";

/** `/proc` counts in hundredths of a second. */
const ticksPerSecond = 100;

/** Processor time of a process so far, all its threads, user and system. */
export const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
};

/** Resident memory of a process without pages of files, in MB. */
export const residentMegabytes = (pid: number): number => {
  const anonymous = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
  return Number(anonymous?.[1]) / 1_024;
};
