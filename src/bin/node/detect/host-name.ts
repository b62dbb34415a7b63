import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { hostname } from "node:os";

const machineIdFiles = ["/etc/machine-id", "/var/lib/dbus/machine-id"];
const nameChars = 40;
const idChars = 12;

const machineId = async (): Promise<string> => {
  for (const file of machineIdFiles) {
    try {
      const id = (await readFile(file, "utf8")).trim();
      if (id !== "") return id;
    } catch {
      // Another system keeps it elsewhere or has none.
    }
  }
  return "";
};

/**
 * What this host is called: the same for all nodes on it, another one on every other host. Its name is for people; the machine id is not
 * shown as it is. Containers of one image have one machine id and names of their own.
 */
export const hostName = async (): Promise<string> => {
  const name = hostname();
  const id = createHash("sha256")
    .update(`${await machineId()} ${name}`)
    .digest("hex")
    .slice(0, idChars);
  return `${name.replaceAll(/[^A-Za-z0-9._-]/g, "-").slice(0, nameChars)}-${id}`;
};
