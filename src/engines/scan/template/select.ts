import type { ParsedTemplate } from "./template.ts";

/**
 * Which templates are chosen, as nuclei's flags of these names choose them. An empty list asks for nothing; each entry
 * may be a comma-separated list itself; capitals and small letters are alike. A template is chosen when it has what
 * each list that is not empty asks for (one of its entries is enough), and nothing of what the exclude lists name.
 */
export interface TemplateSelection {
  readonly tags: readonly string[];
  readonly excludeTags: readonly string[];
  readonly severities: readonly string[];
  readonly excludeSeverities: readonly string[];
  /** `*` stands for any characters. */
  readonly ids: readonly string[];
  readonly excludeIds: readonly string[];
  readonly authors: readonly string[];
  /** Protocols, such as `http`; a template of several is of each. */
  readonly types: readonly string[];
  readonly excludeTypes: readonly string[];
}

/** Asks for nothing: everything is chosen. */
export const everyTemplate: TemplateSelection = {
  tags: [],
  excludeTags: [],
  severities: [],
  excludeSeverities: [],
  ids: [],
  excludeIds: [],
  authors: [],
  types: [],
  excludeTypes: [],
};

/**
 * The chosen ones in their order. Templates that cannot be run are judged alike by what they say of themselves, so
 * that a chosen one does not go missing in silence; one without an id or `info` has nothing that could be asked for.
 */
export const selectTemplates = <File extends ParsedTemplate>(
  files: readonly File[],
  selection: TemplateSelection,
): readonly File[] => {
  const tags = new Set(entriesOf(selection.tags));
  const excludedTags = new Set(entriesOf(selection.excludeTags));
  const severities = new Set(entriesOf(selection.severities));
  const excludedSeverities = new Set(entriesOf(selection.excludeSeverities));
  const authors = new Set(entriesOf(selection.authors));
  const types = new Set(entriesOf(selection.types));
  const excludedTypes = new Set(entriesOf(selection.excludeTypes));
  const ids = entriesOf(selection.ids).map(wildcard);
  const excludedIds = entriesOf(selection.excludeIds).map(wildcard);
  return files.filter((file) => {
    const id = file.id?.toLowerCase() ?? "";
    const own = file.info?.tags ?? [];
    const severity = file.info?.severity ?? "";
    if (own.some((tag) => excludedTags.has(tag)) || excludedSeverities.has(severity)) return false;
    if (excludedIds.some((matches) => matches(id)) || file.protocols.some((type) => excludedTypes.has(type)))
      return false;
    return (
      (tags.size === 0 || own.some((tag) => tags.has(tag))) &&
      (severities.size === 0 || severities.has(severity)) &&
      (authors.size === 0 || (file.info?.author ?? []).some((author) => authors.has(author.toLowerCase()))) &&
      (types.size === 0 || file.protocols.some((type) => types.has(type))) &&
      (ids.length === 0 || ids.some((matches) => matches(id)))
    );
  });
};

const entriesOf = (list: readonly string[]): readonly string[] =>
  list
    .flatMap((entry) => entry.split(","))
    .map((entry) => entry.trim().toLowerCase())
    .filter((entry) => entry !== "");

/** Whether a text is the pattern, in time that grows with the length of both only. */
const wildcard = (pattern: string): ((text: string) => boolean) => {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found === -1) return false;
      at = found + piece.length;
    }
    return text.length - at >= last.length && text.endsWith(last);
  };
};
