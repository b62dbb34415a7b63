export { startCollaborator, type Collaborator, type CollaboratorSetup } from "./collaborator.ts";
export type { CollaboratorLimits } from "./limits.ts";
