/** Where the literal evaluator finds what a rule asks of an event. Shares no code with the engine. */

type Fields = Readonly<Record<string, unknown>>;

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const has = (fields: Fields, name: string): boolean => Object.prototype.hasOwnProperty.call(fields, name);

/** The values of a field: undefined when it is not there. */
export const lookUp = (data: Fields, field: string): readonly unknown[] | undefined => {
  const record = fieldsOf(data["Event"]);
  for (const fields of [data, fieldsOf(record["EventData"]), fieldsOf(record["System"])]) {
    if (!has(fields, field)) continue;
    const value = fields[field];
    if (Array.isArray(value)) return value as readonly unknown[];
    return [has(fieldsOf(value), "#text") ? fieldsOf(value)["#text"] : value];
  }
  const [element = "", attribute] = field.split("_");
  const attributes = fieldsOf(fieldsOf(fieldsOf(record["System"])[element])["#attributes"]);
  return attribute !== undefined && has(attributes, attribute) ? [attributes[attribute]] : undefined;
};

/** Every text and number of an event. */
export const everything = (value: unknown): readonly unknown[] => {
  if (typeof value !== "object" || value === null) return [value];
  return Object.values(value).flatMap(everything);
};

/** Which channel and event ids each logsource of the test data means, from Sigma's taxonomy. */
const sysmon = "Microsoft-Windows-Sysmon/Operational";
const categories: Readonly<Record<string, readonly (readonly [channel: string, id: number])[]>> = {
  process_creation: [
    [sysmon, 1],
    ["Security", 4688],
  ],
  image_load: [[sysmon, 7]],
  file_event: [[sysmon, 11]],
  registry_event: [
    [sysmon, 12],
    [sysmon, 13],
    [sysmon, 14],
    ["Security", 4657],
  ],
  registry_delete: [
    [sysmon, 12],
    ["Security", 4657],
  ],
  registry_set: [
    [sysmon, 13],
    ["Security", 4657],
  ],
};
const services: Readonly<Record<string, string>> = {
  sysmon,
  security: "Security",
  taskscheduler: "Microsoft-Windows-TaskScheduler/Operational",
};

/** Whether a rule is for such an event. Knows only the logsources of the test data, all of them of Windows. */
export const isFor = (logsource: unknown, data: Fields): boolean => {
  const { category, product, service } = logsource as Readonly<Record<string, string | undefined>>;
  const channel = lookUp(data, "Channel")?.[0];
  const id = lookUp(data, "EventID")?.[0];
  if (product !== "windows") throw new Error(`the literal evaluator knows no product ${String(product)}`);
  if (service !== undefined) {
    if (services[service] === undefined) throw new Error(`the literal evaluator knows no service ${service}`);
    if (services[service] !== channel) return false;
  }
  if (category === undefined) return true;
  if (categories[category] === undefined) throw new Error(`the literal evaluator knows no category ${category}`);
  return categories[category].some(([wantedChannel, wantedId]) => wantedChannel === channel && wantedId === Number(id));
};
