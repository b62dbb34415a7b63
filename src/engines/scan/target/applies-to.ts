import type { Protocol } from "../template/block.ts";
import type { Template } from "../template/template.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { ScanTarget } from "./target.ts";

/**
 * Whether some request of the template can be made for a target of this kind: http needs a URL, file a folder, the
 * others a host. A template that brings its own targets applies to all.
 */
export const appliesTo = (template: Template, target: ScanTarget): boolean => {
  const { blocks, workflow, selfContained } = template;
  if (workflow !== undefined) return templatesOf(workflow).some((part) => appliesTo(part, target));
  return selfContained || blocks.some(({ protocol }) => fits(protocol, target));
};

const fits = (protocol: Protocol, { url, host, folder }: ScanTarget): boolean => {
  switch (protocol) {
    case "http":
      return url !== undefined;
    case "file":
      return folder !== undefined;
    case "dns":
    case "network":
    case "ssl":
    case "websocket":
      return host !== undefined;
  }
};

/** Those with which a workflow begins. */
const templatesOf = ({ steps }: Workflow<Template>): readonly Template[] => steps.flatMap(({ templates }) => templates);
