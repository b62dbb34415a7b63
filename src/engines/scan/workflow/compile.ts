import { readCondition } from "../operators/condition.ts";
import { refuseOtherKeys } from "../template/keys.ts";
import type { Section } from "../template/section.ts";
import type { Template } from "../template/template.ts";
import type { Workflow, WorkflowMatcher, WorkflowStep } from "./workflow.ts";

/** Where a workflow finds the templates that it names. */
export interface WorkflowCatalog {
  /** @returns the template, or why there is none that can be run, in words for a person */
  byPath(path: string): Template | string;
  /** Those that can be run and have one of the tags. */
  byTags(tags: readonly string[]): readonly Template[];
}

const maxDepth = 16;
const maxSteps = 1_000;

/** Compiles `workflows` with all the templates in it. */
export const compileWorkflow = (template: Section, catalog: WorkflowCatalog): Workflow<Template> => {
  let count = 0;

  const step = (section: Section, depth: number): WorkflowStep<Template> => {
    refuseOtherKeys(section, "workflow");
    count += 1;
    if (count > maxSteps) section.complain("invalid", "", `the workflow has more than ${maxSteps} steps`);
    if (depth > maxDepth) section.complain("invalid", "", `the workflow is nested deeper than ${maxDepth} steps`);
    const matchers = section.sections("matchers").map((each) => matcher(each, depth));
    const subtemplates = section.sections("subtemplates").map((each) => step(each, depth + 1));
    return { templates: templatesOf(section, catalog), matchers, subtemplates };
  };

  const matcher = (section: Section, depth: number): WorkflowMatcher<Template> => {
    refuseOtherKeys(section, "workflowMatcher");
    const names = section.stringList("name").map((name) => name.trim());
    if (names.length === 0) section.complain("invalid", "name", "needs at least one name");
    return {
      names,
      condition: readCondition(section, "condition"),
      subtemplates: section.sections("subtemplates").map((each) => step(each, depth + 1)),
    };
  };

  return { steps: template.sections("workflows").map((section) => step(section, 1)) };
};

const templatesOf = (section: Section, catalog: WorkflowCatalog): readonly Template[] => {
  const path = section.string("template")?.trim() ?? "";
  if (path !== "") {
    const found = catalog.byPath(path);
    if (typeof found !== "string") return [found];
    section.complain("refused", "template", `${path}: ${found}`);
    return [];
  }
  const tags = section.stringList("tags").map((tag) => tag.trim().toLowerCase());
  if (tags.length === 0) {
    section.complain("invalid", "template", "a step needs the path of a template or tags");
    return [];
  }
  const found = catalog.byTags(tags);
  if (found.length === 0)
    section.complain("refused", "tags", `no template here has one of the tags ${tags.join(", ")}`);
  return found;
};

/** Requests that the templates of a workflow send at most, all of them together. */
export const requestsOfWorkflow = ({ steps }: Workflow<Template>): number =>
  steps.reduce((sum, { templates, matchers, subtemplates }) => {
    const own = templates.reduce((requests, { requestCount }) => requests + requestCount, 0);
    const below = [...matchers.map((matcher) => matcher.subtemplates), subtemplates];
    return sum + own + below.reduce((requests, nested) => requests + requestsOfWorkflow({ steps: nested }), 0);
  }, 0);
