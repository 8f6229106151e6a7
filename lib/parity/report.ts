import type { ParityDifference } from './difference';
import type { ParityRequest } from './request';
import type { ParityCoverage } from './routes/coverage';

/**
 * `matched`: no difference; `ignored`: every difference is explained by a rule; `missing`: the left
 * side has the endpoint and the right side does not; `mismatched`: anything else.
 */
export type ParityVerdict = 'matched' | 'ignored' | 'mismatched' | 'missing';

/** What came of one request, or of one place that was looked at after the last of them. */
export interface ParityResult {
  /** For a place: its path, and in the place of the method what it was looked at for (`STATE`). */
  readonly request: ParityRequest;
  /** True for a place, for example a table of the databases: nothing was sent. */
  readonly observed?: boolean;
  /** The paths that were sent, where each side has values of its own for `{{name}}`. */
  readonly sent?: { readonly left: string; readonly right: string };
  /** Why nothing was sent, where a value was missing that the request needs. */
  readonly unsent?: string;
  readonly verdict: ParityVerdict;
  readonly differences: readonly ParityDifference[];
  /** Undefined where there was no answer. Duration in milliseconds. */
  readonly left?: { readonly status: number; readonly duration: number };
  readonly right?: { readonly status: number; readonly duration: number };
}

/** What came of a comparison. Plain data: its JSON form is the JSON report. */
export interface ParityReport {
  readonly left: string;
  readonly right: string;
  /** ISO 8601. */
  readonly began: string;
  /** True when every request matched or every difference is explained, and none was left out. */
  readonly equal: boolean;
  /** Why the run ended before the last request, if it did. */
  readonly stopped?: string;
  readonly results: readonly ParityResult[];
  /** Absent where the routes of neither side can be seen. */
  readonly coverage?: ParityCoverage;
}
