import type { GuideStep } from './plan';

/**
 * Where a plugin stands: `legacy` is mounted by hand, `forklifted` runs through legacyPlugin or
 * makeLegacyPlugin, `native` is a new-style feature.
 */
export type PluginState = 'legacy' | 'forklifted' | 'native';

/**
 * What the plugin's own file does: `stock` only hands the environment to a published package,
 * `home-made` has logic of its own, `package` means there is no local file (imported from a package),
 * `unknown` could not be read.
 */
export type PluginStyle = 'stock' | 'home-made' | 'package' | 'unknown';

/** One plugin of the backend. */
export interface PluginInventory {
  /** The plugin's id: the argument of createEnv, legacyPlugin or createBackendPlugin. */
  readonly id: string;
  /** Where it is mounted below the root, e.g. `/api/tech-insights`; `null` if unknown. */
  readonly path: string | null;
  readonly state: PluginState;
  readonly style: PluginStyle;
  /** The plugin's file relative to the root of the repository, `null` if it is a package. */
  readonly file: string | null;
  /** The import specifier as written in index.ts. */
  readonly module: string;
  /** Line of the mount or of backend.add in index.ts, 1-based. */
  readonly line: number;
  /** Published packages whose router or builder the file wires. */
  readonly packages: readonly string[];
  /** Keys of the environment that the file uses, sorted; `*` when the whole object is handed on. */
  readonly envKeys: readonly string[];
  /** Source text of the arguments after the environment. */
  readonly extraArguments: readonly string[];
  /** Source text of the handlers between the prefix and the router. */
  readonly middlewares: readonly string[];
  /** Source text of the conditions and loops around the mount, outermost first. */
  readonly branches: readonly string[];
  /** The step to take next, `null` when there is none left. */
  readonly suggestedStep: GuideStep | null;
  /** What a person has to look at before or after that step. */
  readonly notes: readonly string[];
}

/** A router mounted next to the API: the app, health, metrics. */
export interface RootRouterInventory {
  /** Mount path; empty for routers mounted at the root. */
  readonly path: string;
  readonly handler: string;
  readonly line: number;
}

/** What there is in a backend, and how far it has come. */
export interface BackendInventory {
  /** Absolute path of the repository. */
  readonly root: string;
  /** Path of the backend package relative to `root`, with forward slashes. */
  readonly backend: string;
  /** Path of index.ts relative to `root`. */
  readonly index: string;
  /** `legacy`: hand-wired; `lifted`: createBackend with legacy plugins left; `native`: none left. */
  readonly state: 'legacy' | 'lifted' | 'native';
  /** Where createBackend comes from, once lifted. */
  readonly runtime: 'forklift' | 'backstage' | null;
  /** Keys of the environment that makeCreateEnv returns, in order; empty once lifted. */
  readonly environment: readonly string[];
  readonly plugins: readonly PluginInventory[];
  readonly rootRouters: readonly RootRouterInventory[];
  /** What stops or limits a step; each is a full sentence with the file and line. */
  readonly blockers: readonly string[];
}
