import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { Socket } from "node:net";

/** Those found last: runs send many requests from few processes. */
const known = new Set<number>();

const hex = (port: number): string => port.toString(16).toUpperCase().padStart(4, "0");

/** Number of the other side's socket, as the kernel lists it; undefined: it is gone already. */
const inodeOf = ({ remotePort = 0, localPort = 0 }: Socket): string | undefined => {
  const loopback = "0100007F";
  const ends = `: ${loopback}:${hex(remotePort)} ${loopback}:${hex(localPort)} `;
  const line = readFileSync("/proc/net/tcp", "latin1")
    .split("\n")
    .find((row) => row.includes(ends));
  return line?.trim().split(/\s+/)[9];
};

const has = (pid: number, link: string): boolean => {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).some((fd) => linkOf(`${folder}/${fd}`) === link);
  } catch {
    return false;
  }
};

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};

/** The process that has opened an IPv4 connection over the loopback address to this one; 0 when it cannot be told, as it is gone. */
export const ownerOfConnection = (socket: Socket): number => {
  const inode = inodeOf(socket);
  if (inode === undefined || inode === "0") return 0;
  const link = `socket:[${inode}]`;
  const others = readdirSync("/proc")
    .map(Number)
    .filter((pid) => Number.isSafeInteger(pid) && !known.has(pid));
  const owner = [...known, ...others].find((pid) => has(pid, link)) ?? 0;
  if (owner !== 0) known.add(owner);
  return owner;
};
