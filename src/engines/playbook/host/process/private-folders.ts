import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const prefix = "garrison-playbooks";

/** Process ids mean something only among processes that see the same ones; a container may share its /tmp with others. */
const seenFrom = (): string => readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return !(thrown instanceof Error && "code" in thrown && thrown.code === "ESRCH");
  }
};

/**
 * Folders that only this user can enter, one for each process of a run: a playbook is read from there, and no other one can be. They
 * are below one folder in the system's for temporary files, which is made when the first is asked for and removed with `close`. What
 * nodes that were killed left there is removed then too.
 */
export class PrivateFolders {
  #root: string | undefined;
  #made = 0;

  /** A new empty folder. Throws what the file system says. */
  make(): string {
    this.#root ??= makeRoot();
    const folder = join(this.#root, String(++this.#made));
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  /** Never rejects: what cannot be removed now is removed with the root, or by another node. */
  async remove(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }

  /** Never rejects. Idempotent. */
  async close(): Promise<void> {
    const root = this.#root;
    this.#root = undefined;
    if (root !== undefined) await this.remove(root);
  }
}

const makeRoot = (): string => {
  const seen = seenFrom();
  removeLeftovers(seen);
  return mkdtempSync(join(tmpdir(), `${prefix}-${seen}-${process.pid}-`));
};

/**
 * Whether only this user can change what is in it. Of a folder of somebody else, who may know the names, a part could be made a link to
 * other files while it is removed.
 */
const isOurs = (path: string): boolean => {
  const facts = lstatSync(path);
  return facts.isDirectory() && facts.uid === process.geteuid?.() && (facts.mode & 0o077) === 0;
};

const removeLeftovers = (seen: string): void => {
  const ours = new RegExp(`^${prefix}-${seen}-(\\d+)-\\w+$`);
  for (const name of readdirSync(tmpdir())) {
    const pid = ours.exec(name)?.[1];
    if (pid === undefined || isAlive(Number(pid))) continue;
    const folder = join(tmpdir(), name);
    try {
      if (isOurs(folder)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Another node removes it at this moment.
    }
  }
};
