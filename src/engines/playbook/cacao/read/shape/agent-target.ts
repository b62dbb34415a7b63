import { z } from "zod";
import { extensions, identifier, text, wholeNumber } from "./common.ts";
import { objectOf, type Properties, shown, supported } from "./property.ts";

const regions = [
  "africa eastern-africa middle-africa northern-africa southern-africa western-africa americas caribbean central-america",
  "latin-america-caribbean northern-america south-america asia central-asia eastern-asia southern-asia south-eastern-asia",
  "western-asia europe eastern-europe northern-europe southern-europe western-europe oceania antarctica",
  "australia-new-zealand melanesia micronesia polynesia",
].flatMap((line) => line.split(" "));

/** Civic location (10.2). */
export const locationProperties = {
  name: shown(text.optional(), ""),
  description: shown(text.optional(), ""),
  building_details: shown(text.optional(), ""),
  network_details: shown(text.optional(), ""),
  region: shown(z.enum(regions).optional(), ""),
  country: shown(text.optional(), ""),
  administrative_area: shown(text.optional(), ""),
  city: shown(text.optional(), ""),
  street_address: shown(text.optional(), ""),
  postal_code: shown(text.optional(), ""),
  latitude: shown(text.optional(), ""),
  longitude: shown(text.optional(), ""),
  precision: shown(text.optional(), ""),
} satisfies Properties;

const texts = z.record(z.string(), text);

/** Contact information (10.4). */
export const contactProperties = {
  email: shown(texts.optional(), "nothing is sent there"),
  phone: shown(texts.optional(), ""),
  contact_details: shown(text.optional(), ""),
} satisfies Properties;

/** What every agent and target has (7.1). */
export const agentTargetProperties = {
  name: supported(text, "shown with the step; of an agent `soarca` it says which commands it executes"),
  description: shown(text.optional(), ""),
  location: shown(objectOf(locationProperties).optional(), ""),
  agent_target_extensions: shown(extensions.optional(), "a warning names each extension: none is executed"),
} satisfies Properties;

const texted = z.array(text).optional();

/** Addresses by their kind (network-address-type-ov). */
export const addressProperties = {
  dname: supported(texted, "name of a host"),
  ipv4: supported(texted, ""),
  ipv6: supported(texted, ""),
  l2mac: shown(texted, "no command reaches it"),
  vlan: shown(z.array(wholeNumber.min(0).max(4095)).optional(), "no command reaches it"),
  url: supported(texted, "`http` or `https`"),
} satisfies Properties;

const address = objectOf(addressProperties);
const category = shown(z.array(text).min(1).optional(), "");
const typed = <Type extends string>(type: Type, note = "") => ({ type: supported(z.literal(type), note) });
const contact = { contact: shown(objectOf(contactProperties).optional(), "") };

const reached = {
  port: supported(text.optional(), "1 to 65535; 22 of `ssh`, 80 or 443 of HTTP when absent"),
  authentication_info: supported(identifier.optional(), "of `authentication_info_definitions`"),
  category,
};

/** Keys of each type of agents and targets (7.3 to 7.12), beside those that all have. */
export const agentTargetTypeProperties = {
  group: { ...typed("group"), ...contact },
  individual: { ...typed("individual"), ...contact },
  organization: { ...typed("organization"), ...contact },
  location: { ...typed("location"), logical: shown(z.array(text).min(1).optional(), "") },
  sector: { ...typed("sector"), sector: shown(text, "") },
  "security-category": { ...typed("security-category"), category: shown(z.array(text).min(1), "") },
  "http-api": { ...typed("http-api"), address: supported(address, "the first one is used"), ...reached },
  linux: { ...typed("linux"), address: supported(address, "the first one is used"), ...reached },
  ssh: { ...typed("ssh"), address: supported(address, "the first one is used"), ...reached },
  "net-address": {
    ...typed("net-address"),
    address: supported(address, "the first one is used"),
    ...reached,
    port: supported(text.optional(), "not of the standard: the port"),
  },
  garrison: typed("garrison", "not of the standard: this system"),
  soarca: typed(
    "soarca",
    "of SOARCA: `soarca-http-api`, `soarca-ssh`, `soarca-openc2-http`, `soarca-manual-capability`",
  ),
  "soarca-manual": typed("soarca-manual", "of SOARCA: a person"),
} satisfies Readonly<Record<string, Properties>>;

export type AgentTargetType = keyof typeof agentTargetTypeProperties;
export const isAgentTargetType = (type: string): type is AgentTargetType =>
  Object.hasOwn(agentTargetTypeProperties, type);

/** What of an agent or target is executed, whichever its type. */
export interface WrittenAgentTarget {
  readonly type: AgentTargetType;
  readonly name: string;
  readonly description?: string | undefined;
  readonly address?: z.output<typeof address> | undefined;
  readonly port?: string | undefined;
  readonly authentication_info?: string | undefined;
}

const shapes: Readonly<Record<AgentTargetType, z.ZodType<WrittenAgentTarget>>> = {
  group: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.group }),
  individual: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.individual }),
  organization: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.organization }),
  location: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.location }),
  sector: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.sector }),
  "security-category": objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties["security-category"] }),
  "http-api": objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties["http-api"] }),
  linux: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.linux }),
  ssh: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.ssh }),
  "net-address": objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties["net-address"] }),
  garrison: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.garrison }),
  soarca: objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties.soarca }),
  "soarca-manual": objectOf({ ...agentTargetProperties, ...agentTargetTypeProperties["soarca-manual"] }),
};

/** The form of one type. */
export const agentTargetShape = (type: AgentTargetType): z.ZodType<WrittenAgentTarget> => shapes[type];
