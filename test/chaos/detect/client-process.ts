import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const inodeField = 9;

/** Which of these processes has the connection that comes from a port of 127.0.0.1, as the kernel tells it; 0: none any more. */
export const clientProcess = (port: number, pids: readonly number[]): number => {
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const inode = ["/proc/net/tcp", "/proc/net/tcp6"]
    .flatMap((table) => readFileSync(table, "latin1").split("\n"))
    .map((line) => line.trim().split(/\s+/))
    .find(([, from]) => from?.endsWith(local))?.[inodeField];
  return (inode === undefined ? undefined : pids.find((pid) => hasFile(pid, `socket:[${inode}]`))) ?? 0;
};

const hasFile = (pid: number, name: string): boolean => openFiles(pid).includes(name);

/** What a process has open: paths, and names of sockets. Empty when it is gone. */
export const openFiles = (pid: number): readonly string[] => {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/${pid}/fd/${fd}`)];
      } catch {
        // It was closed meanwhile.
        return [];
      }
    });
  } catch {
    return [];
  }
};
