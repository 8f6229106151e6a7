import type { CallSite } from '../api/call-site';

/** Where a feature came from, for messages. */
export interface FeatureSource {
  /** How messages about malformed features name it, for example `features[2]`. */
  path: string;
  /** The code that called `backend.add`, absent for what the framework adds itself. */
  site?: CallSite;
  /** The feature as it was given, to find the package that exports it. */
  feature?: unknown;
}

/** Tells which `backend.add` calls brought two features that exclude each other. */
export function describeBoth(first: FeatureSource, second: FeatureSource): string {
  return `first ${describeSource(first)}, then ${describeSource(second)}`;
}

/** Tells where a feature came from. */
export function describeSource({ path, site }: FeatureSource): string {
  return site ? `by backend.add at ${site()}` : `by ${path}`;
}
