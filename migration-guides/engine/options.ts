/** How to find the backend. */
export interface ProjectOptions {
  /** The backend package's folder, relative to `dir`; found by itself when left out. */
  readonly backend?: string;
}

export interface LiftOptions extends ProjectOptions {
  /** Where createBackend is imported from. Default: `forklift`. */
  readonly runtime?: 'forklift' | 'backstage';
  /** The version written to package.json for backstage-forklift. Default: `^` and this version. */
  readonly forkliftVersion?: string;
}

export interface ConvertOptions extends ProjectOptions {
  /** Default: `replace-stock` when the file only wires a published plugin that can be replaced. */
  readonly step?: 'replace-stock' | 'convert-plugin-file' | 'convert-plugin-package';
}

export interface ApplyOptions {
  /** Write even though git has uncommitted changes. Default: false. */
  readonly force?: boolean;
}

export interface ApplyResult {
  /** Files written, created or removed, relative to the plan's root. */
  readonly written: readonly string[];
}

export interface NewFeatureOptions extends ProjectOptions {
  /** The id of the plugin that a module extends. */
  readonly plugin?: string;
  /** Whose createBackend runs the package in `dev/` and in tests. Default: that of the backend. */
  readonly runtime?: 'forklift' | 'backstage';
}
