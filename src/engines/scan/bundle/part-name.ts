import { templateName } from "../template/template.ts";

const suffix = ".part";

/**
 * How a file that a template needs is named in a bundle. A template that only serves a workflow gets a name that is no
 * template's: it is not to be run by itself.
 */
export const partName = (path: string): string => (templateName.test(path) ? `${path}${suffix}` : path);

/** Its path from the folder of templates. */
export const wholeName = (path: string): string => (path.endsWith(suffix) ? path.slice(0, -suffix.length) : path);
