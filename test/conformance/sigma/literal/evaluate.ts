import { everything, lookUp } from "./event.ts";
import { valueMatches } from "./values.ts";

type Fields = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : [value]);

const itemHolds = (key: string, source: unknown, data: Fields): boolean => {
  const [field = "", ...modifiers] = key.split("|");
  const one = (value: unknown): boolean => {
    const found = field === "" ? everything(data) : lookUp(data, field);
    if (modifiers.includes("exists")) return (found !== undefined) === value;
    if (value === null) return found === undefined || found.length === 0 || found.includes(null);
    if (modifiers.includes("fieldref")) {
      const others = (typeof value === "string" ? lookUp(data, value) : undefined) ?? [];
      const related = modifiers.filter((name) => name !== "fieldref" && name !== "neq");
      return others.some((other) => {
        if (typeof other !== "string" && typeof other !== "number" && typeof other !== "boolean") return false;
        // The other field's text is no pattern: wildcards in it are escaped.
        const pattern = String(other).replaceAll(/[\\*?]/g, "\\$&");
        return (found ?? []).some(valueMatches(pattern, related));
      });
    }
    const wanted = field === "" && !modifiers.some((name) => name.endsWith("with")) ? ["contains"] : [];
    return (found ?? []).some(valueMatches(value, modifiers.includes("re") ? modifiers : [...modifiers, ...wanted]));
  };
  const holds = modifiers.includes("all") ? listOf(source).every(one) : listOf(source).some(one);
  return modifiers.includes("neq") ? !holds : holds;
};

const selectionHolds = (selection: unknown, data: Fields): boolean => {
  if (Array.isArray(selection)) return selection.some((each) => selectionHolds(each, data));
  if (typeof selection !== "object" || selection === null) return itemHolds("|contains", selection, data);
  return Object.entries(selection).every(([key, value]) => itemHolds(key, value, data));
};

/**
 * Whether a detection, as YAML has it, holds of an event's data. Every `N of` of its condition is counted and written into it as TRUE or
 * FALSE; what is left is judged word by word.
 */
export const literallyHolds = (detection: Fields, data: Fields): boolean => {
  const { condition, ...selections } = detection;
  const truth = (name: string): boolean => {
    if (!(name in selections)) throw new Error(`no selection ${name}`);
    return selectionHolds(selections[name], data);
  };
  return listOf(condition).some((each) => {
    const counted = String(each).replaceAll(
      /\b(\d+|all|any) of (\S+?)(?=[\s)]|$)/gi,
      (_all, count: string, pattern: string) => {
        const like = new RegExp(`^${pattern.replaceAll("*", ".*")}$`);
        const names = Object.keys(selections).filter((name) =>
          pattern === "them"
            ? !name.startsWith("_")
            : like.test(name) && name.startsWith("_") === pattern.startsWith("_"),
        );
        const met = names.filter(truth).length;
        const wanted = count === "all" ? names.length : count === "any" ? 1 : Number(count);
        return met >= wanted ? " TRUE " : " FALSE ";
      },
    );
    return judge(counted.match(/[()]|[^\s()]+/g) ?? [], truth);
  });
};

/** Takes the tokens of a condition from the left, with the usual precedence, evaluating both sides of everything. */
const judge = (tokens: readonly string[], truth: (name: string) => boolean): boolean => {
  const left = [...tokens];
  const or = (): boolean => {
    let value = and();
    while (left[0]?.toLowerCase() === "or") {
      left.shift();
      const other = and();
      value ||= other;
    }
    return value;
  };
  const and = (): boolean => {
    let value = not();
    while (left[0]?.toLowerCase() === "and") {
      left.shift();
      const other = not();
      value &&= other;
    }
    return value;
  };
  const not = (): boolean => {
    const token = left.shift() ?? "";
    if (token.toLowerCase() === "not") return !not();
    if (token === "(") {
      const value = or();
      left.shift();
      return value;
    }
    return token === "TRUE" || (token !== "FALSE" && truth(token));
  };
  return or();
};
