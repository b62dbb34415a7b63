import { createRequire } from "node:module";
import type { TreeNode } from "./tree.ts";

/** A function's argument, evaluated. */
export interface XPathArgument {
  stringValue(): string;
}

interface XPathOptions {
  readonly node: TreeNode;
  /** The URI of a prefix. */
  readonly namespaces: (prefix: string) => string;
  readonly functions: (
    name: string,
  ) => ((context: unknown, ...values: readonly XPathArgument[]) => string | boolean) | undefined;
}

interface XPathLibrary {
  /** @throws when it is no expression */
  parse(expression: string): {
    evaluate(options: XPathOptions): { toArray?: () => readonly TreeNode[] };
  };
}

let loaded: XPathLibrary | undefined;

/**
 * The library's own types bring the types of browsers into every file and leave out what is used here, so it is loaded
 * without them; when it is first used, since few templates have XPath.
 */
export const xpathLibrary = (): XPathLibrary => (loaded ??= createRequire(import.meta.url)("xpath") as XPathLibrary);
