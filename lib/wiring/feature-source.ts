import { captureCallSite, describeCallSite, type CallSite } from '../api/call-site';
import { describeFeature } from './normalise-feature';

/** Who adds more features than this does so in a loop, and call sites would tell nothing. */
const MOST_CALL_SITES = 1000;

/** Where a feature came from, for messages: nothing is formatted before it is asked for. */
export class FeatureSource {
  readonly #origin: number | string;
  readonly #site?: CallSite;
  readonly #loader?: FeatureSource;
  /** The feature as it was given, to find the package that exports it. */
  feature: unknown;

  private constructor(
    feature: unknown,
    origin: number | string,
    site?: CallSite,
    loader?: FeatureSource,
  ) {
    this.feature = feature;
    this.#origin = origin;
    this.#site = site;
    this.#loader = loader;
  }

  /** @param callee - the running function whose caller added the feature */
  static added(
    feature: unknown,
    index: number,
    callee: (...args: any[]) => unknown,
  ): FeatureSource {
    const site = index < MOST_CALL_SITES ? captureCallSite(callee) : undefined;
    return new FeatureSource(feature, index, site);
  }

  static loaded(feature: unknown, index: number, loader: FeatureSource): FeatureSource {
    return new FeatureSource(feature, index, loader.#site, loader);
  }

  /** What the backend comes with. */
  static builtIn(feature: unknown, name: string): FeatureSource {
    return new FeatureSource(feature, name);
  }

  /** How messages about malformed features name it, for example `features[2]`. */
  get path(): string {
    const description = describeFeature(this.feature);
    if (typeof this.#origin === 'string') {
      return description ?? this.#origin;
    }
    if (!this.#loader) {
      return description ?? `features[${this.#origin}]`;
    }
    const loader = this.#loader.path;
    return description
      ? `${description} (returned by ${loader}, output[${this.#origin}])`
      : `${loader} -> loader output[${this.#origin}]`;
  }

  /** Tells who brought it: `by backend.add at ...`. */
  get description(): string {
    return this.#site ? `by backend.add at ${describeCallSite(this.#site)}` : `by ${this.path}`;
  }
}

/** Tells which `backend.add` calls brought two features that exclude each other. */
export function describeBoth(first: FeatureSource, second: FeatureSource): string {
  return `first ${first.description}, then ${second.description}`;
}
