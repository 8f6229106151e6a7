import type { NewFeatureKind } from './feature-id';

/** A package that is about to be made. */
export interface NewFeature {
  readonly kind: NewFeatureKind;
  /** Of the plugin, the module or the service. */
  readonly id: string;
  /** The plugin that it belongs to: itself, or the one that a module extends. */
  readonly pluginId: string;
  /** Relative to the repository's root. */
  readonly folder: string;
  /** The name in package.json. */
  readonly name: string;
  /** Whose createBackend runs it in `dev/` and in tests. */
  readonly runtime: 'forklift' | 'backstage';
}

/** Texts by path relative to the package's folder. */
export type PackageFiles = Readonly<Record<string, string>>;
