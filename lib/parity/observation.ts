import { UUID } from './value-formats';

/** A side of a comparison; `copy` is another one like the left side, where there is one. */
export type ParitySide = 'left' | 'right' | 'copy';

/** What one side has come to, place by place: for example the tables of its databases. JSON values. */
export type ObservedPlaces = Readonly<Record<string, unknown>>;

/**
 * Something beside the answers that is compared once all requests were sent: what is in the databases,
 * which calls were made. Each place becomes a result of its own. The order of lists does not count.
 */
export interface ParityObservation {
  /** In capitals, in the place of a method: how reports and baselines name it, for example `STATE`. */
  readonly name: string;
  /** Places are written like paths: `/catalog/locations`. */
  read(side: ParitySide): Promise<ObservedPlaces>;
}

/** A place on all sides; undefined where a side has nothing there. */
export interface ObservedPlace extends Readonly<Record<ParitySide, unknown>> {
  readonly path: string;
}

/**
 * Looks at the sides. Places that tell most about which ids stand for each other come first.
 *
 * @param hasCopy - whether there is another side like the left one
 */
export async function readPlaces(
  observation: ParityObservation,
  hasCopy: boolean,
): Promise<ObservedPlace[]> {
  const [left, right, copy] = await Promise.all([
    observation.read('left'),
    observation.read('right'),
    hasCopy ? observation.read('copy') : ({} as ObservedPlaces),
  ]);
  const paths = [...new Set([...Object.keys(left), ...Object.keys(right)])];
  const shares = new Map(paths.map(path => [path, shareOfIds(left[path])]));
  return paths
    .sort((a, b) => shares.get(a)! - shares.get(b)!)
    .map(path => ({ path, left: left[path], right: right[path], copy: copy[path] }));
}

/** How much of a value is ids, from 0 to 1: rows of nothing else can be told apart only by known ones. */
function shareOfIds(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  return text === '' ? 0 : 1 - text.replace(UUID, '').length / text.length;
}
