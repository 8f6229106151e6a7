import type { NewImport } from '../engine/edit-imports';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import type { FileEdit, ReportEntry } from '../engine/plan';
import type { WorkspacePackage } from '../engine/workspace-package';
import type { MountedPackage } from './mounted-package';

/** A package to convert, and who serves its router. */
export interface PackageToConvert {
  /** Absolute path of the repository. */
  readonly root: string;
  readonly packages: readonly WorkspacePackage[];
  readonly package: WorkspacePackage;
  readonly id: string;
  /** Undefined when no backend of the repository serves it. */
  readonly mount: { readonly plugin: LiftedPlugin; readonly mounted: MountedPackage } | undefined;
}

/** What has been converted so far. */
export interface Converted {
  readonly edits: readonly FileEdit[];
  readonly report: readonly ReportEntry[];
  /** Service factories that the backend has to add. */
  readonly factories?: readonly NewImport[];
}
