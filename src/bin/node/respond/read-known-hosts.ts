import { readTextFile } from "./read-text-file.ts";

const mostBytes = 1024 * 1024;

/**
 * The lines of a file of OpenSSH's known_hosts that say something; none without a file.
 * @throws UsageError for a file that cannot be read
 */
export const readKnownHosts = async (file: string | undefined): Promise<readonly string[]> => {
  if (file === undefined) return [];
  const text = await readTextFile("respond.ssh.knownHosts", file, mostBytes);
  return text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
};
