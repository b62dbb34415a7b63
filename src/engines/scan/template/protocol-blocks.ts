import { compileDnsBlock } from "../dns/block.ts";
import { compileFileBlock } from "../file/block.ts";
import { compileHttpBlock } from "../http/block.ts";
import { compileNetworkBlock } from "../network/block.ts";
import { compileSslBlock } from "../ssl/block.ts";
import { compileWebsocketBlock } from "../websocket/block.ts";
import type { BlockContext } from "./block-context.ts";
import type { Block, Protocol } from "./block.ts";
import { protocolName } from "./protocol-name.ts";
import type { Section } from "./section.ts";

interface ProtocolKey {
  readonly protocol: string;
  /** Undefined: it has no blocks, or is refused by name. */
  readonly compile: ((section: Section, context: BlockContext) => Block) | undefined;
}

const key = (protocol: Protocol, compile: NonNullable<ProtocolKey["compile"]>): ProtocolKey => ({ protocol, compile });
const without = (protocol: string): ProtocolKey => ({ protocol, compile: undefined });

/** Keys of a template that name a protocol. */
const protocolKeys: ReadonlyMap<string, ProtocolKey> = new Map([
  ["http", key("http", compileHttpBlock)],
  ["requests", key("http", compileHttpBlock)],
  ["dns", key("dns", compileDnsBlock)],
  ["network", key("network", compileNetworkBlock)],
  ["tcp", key("network", compileNetworkBlock)],
  ["ssl", key("ssl", compileSslBlock)],
  ["websocket", key("websocket", compileWebsocketBlock)],
  ["file", key("file", compileFileBlock)],
  ["headless", without("headless")],
  ["code", without("code")],
  ["javascript", without("javascript")],
  ["whois", without("whois")],
  ["workflows", without("workflows")],
]);

/** Keys that are other names of the same protocol. */
const aliases = [
  ["http", "requests"],
  ["network", "tcp"],
] as const;

/**
 * Compiles the blocks of all protocols, in the order of the file. Where a protocol has several, those without an id are
 * called by their place, `http_1`, `http_2` and so on, as in nuclei.
 */
export const compileBlocks = (template: Section, context: BlockContext): readonly Block[] => {
  for (const [name, alias] of aliases) {
    if (template.has(name) && template.has(alias)) {
      template.complain("invalid", alias, `is another name of ${name}; use one`);
    }
  }
  return template.keys().flatMap(({ value: name }) => {
    const compile = protocolKeys.get(name)?.compile;
    if (compile === undefined) return [];
    const sections = template.sections(name);
    if (sections.length === 0) template.complain("invalid", name, "needs at least one request");
    const blocks = sections.map((section) => compile(section, context));
    if (blocks.length === 1) return blocks;
    return blocks.map((block, at) => ({ ...block, id: block.id ?? `${protocolName(block.protocol)}_${at + 1}` }));
  });
};

/** The protocols that a template uses, supported or not. */
export const usedProtocols = (template: Section): readonly string[] => [
  ...new Set(template.keys().flatMap(({ value }) => protocolKeys.get(value)?.protocol ?? [])),
];
