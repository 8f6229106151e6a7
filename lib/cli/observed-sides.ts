import { createCallRecords, createSideDatabases, type ParityObservation } from '../parity';
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
  readonly observe: readonly ParityObservation[];
  remove(): Promise<void>;
}

/** What lets both sides be seen: how they are started for it, and what is compared in the end. */
interface Means {
  readonly env: { readonly left: NodeJS.ProcessEnv; readonly right: NodeJS.ProcessEnv };
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
  { left, right }: { left: BackendSpec; right: BackendSpec },
  { database, seed, calls }: ObservationOptions,
): Promise<ObservedSides> {
  const means: Means[] = [];
  const remove = async () => {
    await Promise.all(means.map(each => each.remove()));
  };
  const addEnv = (spec: BackendSpec, side: 'left' | 'right'): BackendSpec =>
    'url' in spec
      ? spec
      : { ...spec, env: Object.assign({}, spec.env, ...means.map(({ env }) => env[side])) };
  try {
    if (database !== undefined) {
      requireCommands('--database', left, right);
      const databases = await createSideDatabases({ server: database, seed });
      means.push({ ...databases, env: { left: databases.left.env, right: databases.right.env } });
    }
    if (calls) {
      requireCommands('--calls', left, right);
      means.push(await createCallRecords());
    }
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    left: addEnv(left, 'left'),
    right: addEnv(right, 'right'),
    observe: means.map(({ observation }) => observation),
    remove,
  };
}

function requireCommands(option: string, ...sides: BackendSpec[]): void {
  const elsewhere = sides.find(side => 'url' in side);
  if (elsewhere) {
    throw new UsageError(
      `${option} needs backends that are started for the comparison, but the ${elsewhere.name} backend runs elsewhere: give the command that starts it`,
    );
  }
}
