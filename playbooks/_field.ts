import type { Json, SecurityEvent } from "garrison/playbook";

/**
 * The first text that an event has in one of these fields. A dot leads into an object; devices also write the whole name as one key.
 */
export const textIn = ({ data }: SecurityEvent, fields: readonly string[]): string | undefined =>
  fields.map((field) => valueAt(data, field)).find((value) => typeof value === "string" && value !== "") as
    string | undefined;

const valueAt = (data: SecurityEvent["data"], field: string): Json | undefined => {
  if (Object.hasOwn(data, field)) return data[field];
  let value: Json | undefined = data;
  for (const key of field.split(".")) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      return undefined;
    value = (value as Readonly<Record<string, Json | undefined>>)[key];
  }
  return value;
};

/** Fields in which devices name the host that an event is about. */
export const hostFields = ["host.name", "host", "hostname", "Computer", "Event.System.Computer", "dvchost"];
/** Fields in which devices name the address from which something came. */
export const sourceAddressFields = ["source.ip", "src_ip", "SourceIp", "IpAddress", "src_endpoint.ip", "src"];
/** Fields in which devices name the SHA-256 of a file. */
export const sha256Fields = ["file.hash.sha256", "sha256", "fileHash", "file.hashes.SHA-256"];
