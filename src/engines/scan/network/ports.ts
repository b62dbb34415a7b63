import type { Section } from "../template/section.ts";
import type { ScanTarget } from "../target/target.ts";
import { portOf } from "./service-ports.ts";

/** The ports that a template asks for, and those of a target that give way to them. */
export interface PortChoice {
  readonly ports: readonly number[];
  readonly excluded: ReadonlySet<number>;
}

/** Where websites are: a URL says such a port because of its scheme rather than because of the service. */
const webPorts: ReadonlySet<number> = new Set([80, 443, 8080, 8443, 8081, 53]);
const maxPorts = 100;

export const readPorts = (section: Section): PortChoice => {
  const excluded = readList(section, "exclude-ports");
  return { ports: readList(section, "port"), excluded: excluded.length === 0 ? webPorts : new Set(excluded) };
};

const readList = (section: Section, key: string): readonly number[] => {
  const names = (section.string(key) ?? "").split(",").flatMap((name) => name.trim() || []);
  if (names.length > maxPorts) section.complain("invalid", key, `names more than ${maxPorts} ports`);
  return [
    ...new Set(
      names.slice(0, maxPorts).flatMap((name) => {
        const port = portOf(name);
        if (port === undefined) section.complain("invalid", key, `"${name}" is neither a port nor a known service`);
        return port ?? [];
      }),
    ),
  ];
};

/**
 * The ports to contact at a target. The target's own holds, unless it has none or is a URL on one of the ports that
 * give way; without ports in the template it is the only one.
 */
export const portsAt = (
  { port, url }: ScanTarget,
  { ports, excluded }: PortChoice,
): readonly (number | undefined)[] => {
  if (ports.length === 0) return [port];
  return port === undefined || (url !== undefined && excluded.has(port)) ? ports : [port];
};
