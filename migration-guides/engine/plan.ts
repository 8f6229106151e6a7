/** The steps that have a codemod, in the order people usually take them; and `new`. */
export type GuideStep =
  | 'lift'
  | 'replace-stock'
  | 'convert-plugin-file'
  | 'convert-plugin-package'
  | 'auth-services'
  | 'backend-common-imports'
  | 'backend-tasks'
  | 'winston-to-logger-service'
  | 'alpha-to-stable'
  | 'config'
  | 'tests'
  | 'graduate'
  | 'new';

/** One file as it is now and as it will be. */
export interface FileEdit {
  /** Path relative to `MigrationPlan.root`, with forward slashes. */
  readonly file: string;
  /** The text on disk when the plan was made; `null` if the file does not exist yet. */
  readonly before: string | null;
  /** The new text; `null` removes the file. */
  readonly after: string | null;
}

/**
 * What became of one file or one plugin: `migrated` was edited by this plan, `skipped` needs nothing,
 * `manual` needs a person.
 */
export type Outcome = 'migrated' | 'skipped' | 'manual';

/** One line of the report. */
export interface ReportEntry {
  /** Path relative to `MigrationPlan.root`, with forward slashes. */
  readonly file: string;
  /** 1-based line in the file as it is now, where it helps to find the spot. */
  readonly line?: number;
  /** The plugin's id, when the entry is about one plugin. */
  readonly plugin?: string;
  readonly outcome: Outcome;
  readonly reason: string;
  /** Step and heading of the guide that explains it: `lift#extra-arguments`. */
  readonly guide: string;
}

/** Everything a step wants to do. Making a plan never writes. */
export interface MigrationPlan {
  readonly step: GuideStep;
  /** Absolute path of the repository. */
  readonly root: string;
  /** Path of the backend package relative to `root`, with forward slashes. */
  readonly backend: string;
  /** Empty when there is nothing to do. */
  readonly edits: readonly FileEdit[];
  readonly report: readonly ReportEntry[];
  /** Things to know that are not about one file, e.g. "run yarn install". */
  readonly warnings: readonly string[];
}
