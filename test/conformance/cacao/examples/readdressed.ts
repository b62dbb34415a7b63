type Entry = Readonly<Record<string, unknown>>;

const isEntry = (value: unknown): value is Entry =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * A public playbook whose targets with an address are at 127.0.0.1 and the port for their type; nothing else of it is changed.
 * @throws Error for a target with an address that has no port here: it is not to be contacted
 */
export const readdressed = (playbook: unknown, ports: Readonly<Record<string, number>>): unknown => {
  if (!isEntry(playbook)) return playbook;
  const { target_definitions: targets } = playbook;
  if (!isEntry(targets)) return playbook;
  const moved = (id: string, target: unknown): unknown => {
    if (!isEntry(target) || target["address"] === undefined) return target;
    const port = ports[String(target["type"])];
    if (port === undefined) throw new Error(`there is no server for the target ${id}`);
    return { ...target, address: { ipv4: ["127.0.0.1"] }, port: String(port) };
  };
  return {
    ...playbook,
    target_definitions: Object.fromEntries(Object.entries(targets).map(([id, target]) => [id, moved(id, target)])),
  };
};
