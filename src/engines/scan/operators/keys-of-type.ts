import type { Section } from "../template/section.ts";

/**
 * Reports the keys of a matcher or extractor that belong to other types than its own. One that says nothing (`false`,
 * an empty text or list) does no harm: nuclei does not see it.
 */
export const complainOfForeignKeys = <Type extends string>(
  section: Section,
  what: string,
  keysOfType: Readonly<Record<Type, readonly string[]>>,
  type: Type,
): void => {
  const typed = new Set(Object.values<readonly string[]>(keysOfType).flat());
  for (const { value: key } of section.keys()) {
    if (typed.has(key) && !keysOfType[type].includes(key) && saysSomething(section, key)) {
      section.complain("invalid", key, `does not belong to a ${what}`);
    }
  }
};

const saysSomething = (section: Section, key: string): boolean => {
  const value = section.json(key);
  return !(value === null || value === false || value === "" || (Array.isArray(value) && value.length === 0));
};
