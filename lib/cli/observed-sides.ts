import {
  createCallRecords,
  createSideDatabases,
  type ParityObservation,
  type ParitySide,
} from '../parity';
import { UsageError } from './errors';
import type { BackendSpec } from './start-backends';

/** What is looked at beside the answers, as the command line says it. */
export interface ObservationOptions {
  /** `sqlite`, or the connection string of a PostgreSQL server: databases of its own for each side. */
  database?: string;
  /** What these begin with. */
  seed?: string;
  /** The HTTP calls that the backends make. */
  calls?: boolean;
}

/** Two sides that are started so that more can be seen than their answers. */
export interface ObservedSides {
  readonly left: BackendSpec;
  readonly right: BackendSpec;
  readonly leftCopy?: BackendSpec;
  readonly observe: readonly ParityObservation[];
  remove(): Promise<void>;
}

/** What lets both sides be seen: how they are started for it, and what is compared in the end. */
interface Means {
  readonly env: Readonly<Partial<Record<ParitySide, NodeJS.ProcessEnv>>>;
  readonly observation: ParityObservation;
  remove(): Promise<void>;
}

/**
 * Checks what was asked for, before any work is done.
 *
 * @throws UsageError
 */
export function checkObservationOptions({ database, seed }: ObservationOptions): void {
  if (database === undefined && seed !== undefined) {
    throw new UsageError(`--seed '${seed}' says what databases begin with: add --database sqlite`);
  }
  if (database !== undefined && database !== 'sqlite' && !/^postgres(?:ql)?:/.test(database)) {
    throw new UsageError('--database: expected sqlite, or the address of a server, postgresql://…');
  }
}

/**
 * Gives both sides databases that only they use, and has them take down their calls, as far as that was
 * asked for.
 *
 * @throws UsageError when a side runs elsewhere; ParityError DATABASE_UNUSABLE
 */
export async function observeSides(
  { left, right, leftCopy }: Pick<ObservedSides, 'left' | 'right' | 'leftCopy'>,
  { database, seed, calls }: ObservationOptions,
): Promise<ObservedSides> {
  const means: Means[] = [];
  const remove = async () => {
    await Promise.all(means.map(each => each.remove()));
  };
  const commands = leftCopy ? [left, right, leftCopy] : [left, right];
  const addEnv = (spec: BackendSpec, side: ParitySide): BackendSpec =>
    'url' in spec
      ? spec
      : { ...spec, env: Object.assign({}, spec.env, ...means.map(({ env }) => env[side])) };
  try {
    if (database !== undefined) {
      requireCommands('--database', commands);
      const copy = leftCopy !== undefined;
      const databases = await createSideDatabases({ server: database, seed, copy });
      const { left: ofLeft, right: ofRight, copy: ofCopy } = databases;
      const env = { left: ofLeft.env, right: ofRight.env, copy: ofCopy?.env };
      means.push({ ...databases, env });
    }
    if (calls) {
      requireCommands('--calls', commands);
      means.push(await createCallRecords());
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    left: addEnv(left, 'left'),
    right: addEnv(right, 'right'),
    leftCopy: leftCopy && addEnv(leftCopy, 'copy'),
    observe: means.map(({ observation }) => observation),
    remove,
  };
}

function requireCommands(option: string, sides: readonly BackendSpec[]): void {
  const elsewhere = sides.find(side => 'url' in side);
  if (elsewhere) {
    throw new UsageError(
      `${option} needs backends that are started for the comparison, but the ${elsewhere.name} backend runs elsewhere: give the command that starts it`,
    );
  }
}
