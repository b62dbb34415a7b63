import { realpath } from "node:fs/promises";
import { relative, sep } from "node:path";
import type { OnLoadResult, Plugin } from "esbuild";
import { catalogBounds } from "../bounds.ts";
import { readBounded } from "../files/read-bounded.ts";
import { reasonOf } from "../files/reason.ts";
import { sdkModule } from "./sdk-module.ts";

/**
 * Reads what a playbook imports: files of its own folder, and the SDK. A node reads files with more rights than a playbook has, so
 * that an import of any other file would hand it to the playbook.
 */
export const folderImports = (root: string): Plugin => ({
  name: "folder-imports",
  setup(build) {
    let bytes = 0;
    build.onResolve({ filter: /^garrison\/playbook$/ }, () => ({ path: "playbook", namespace: "garrison" }));
    build.onLoad({ filter: /.*/, namespace: "garrison" }, () => ({ contents: sdkModule, loader: "js" }));
    build.onLoad({ filter: /.*/, namespace: "file" }, async ({ path }) => {
      const outside = await outsideOf(root, path);
      if (outside !== undefined) return refused(path, root, outside);
      const content = await readBounded(path, catalogBounds.sourceBytes);
      if (typeof content === "string") return refused(path, root, content);
      bytes += content.length;
      if (bytes > catalogBounds.sourcesBytes) {
        return refused(path, root, `is more than the ${catalogBounds.sourcesBytes} bytes that one playbook may import`);
      }
      return { contents: content, loader: "default" };
    });
  },
});

const outsideOf = async (root: string, path: string): Promise<string | undefined> => {
  try {
    return (await realpath(path)).startsWith(root.endsWith(sep) ? root : root + sep)
      ? undefined
      : "is outside of the folder of playbooks: copy it into the folder";
  } catch (thrown) {
    return `cannot be read: ${reasonOf(thrown)}`;
  }
};

const refused = (path: string, root: string, reason: string): OnLoadResult => ({
  errors: [{ text: `imports ${relative(root, path)}, which ${reason}` }],
});
