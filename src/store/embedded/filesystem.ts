import { existsSync, mkdirSync, readFileSync, statSync, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { asError } from "../../base/errors.ts";
import { StoreError } from "../errors.ts";

/** Superblock numbers (statfs(2)) of filesystems whose locks or shared memory do not hold between machines. */
const networkFilesystems = new Map([
  [0x6969, "nfs"],
  [0x517b, "smb"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
  [0x01021997, "9p"],
  [0x00c36400, "ceph"],
  [0x5346414f, "afs"],
  [0x73757245, "coda"],
  [0x0bd00bd0, "lustre"],
  [0x47504653, "gpfs"],
  [0x01161970, "gfs2"],
  [0x7461636f, "ocfs2"],
  [0x786f4256, "vboxsf"],
  [0x19830326, "beegfs"],
]);
const fuse = 0x65735546;

/** FUSE is both: these are on a disk of this machine, every other one may be anywhere. */
const localFuse = new Set(["fuseblk", "fuse.fuse-overlayfs"]);

/** Makes the directory of a store, readable by its owner alone, and refuses a place where a store cannot be safe. */
export const prepareDirectory = (directory: string): void => {
  try {
    makeDirectory(resolve(directory));
    if (!statSync(directory).isDirectory()) throw new Error("it is not a directory");
  } catch (error) {
    throw new StoreError("corrupt", `${directory} cannot hold a store: ${asError(error).message}`, { cause: error });
  }
  refuseNetwork(directory);
};

/** Not `recursive`: that never returns where nothing can be made, as in /proc. */
const makeDirectory = (directory: string): void => {
  if (existsSync(directory)) return;
  if (!existsSync(dirname(directory))) makeDirectory(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have been faster.
    if (!existsSync(directory)) throw error;
  }
};

const refuseNetwork = (directory: string): void => {
  const type = statfsSync(directory).type >>> 0;
  const name = type === fuse ? fuseName(directory) : networkFilesystems.get(type);
  if (name === undefined) return;
  throw new StoreError(
    "unsupported-filesystem",
    `${directory} is on ${name}: processes of several machines would destroy the store. Use a local disk`,
    { ids: { directory, filesystem: name } },
  );
};

/** The type of a FUSE filesystem that is not known to be local. */
const fuseName = (directory: string): string | undefined => {
  const type = mountType(readFileSync("/proc/self/mountinfo", "utf8"), statSync(directory).dev);
  return type !== undefined && localFuse.has(type) ? undefined : (type ?? "fuse");
};

/** The filesystem type of a device in /proc/self/mountinfo (proc(5)). */
export const mountType = (mountinfo: string, device: number): string | undefined => {
  const major = ((device >>> 8) & 0xfff).toString();
  const minor = ((device & 0xff) | ((device >>> 12) & 0xfff00)).toString();
  for (const line of mountinfo.split("\n")) {
    const [left, right] = line.split(" - ");
    if (left?.split(" ")[2] === `${major}:${minor}`) return right?.split(" ")[0];
  }
  return undefined;
};
