import { join } from 'node:path';
import type { ParityRule } from '../parity';
import { UsageError } from './errors';
import { migrationStates } from './migration-states';
import { checkOutOldBackend } from './old-checkout';
import type { BackendSpec } from './start-backends';

/** The two sides of a comparison. */
export interface Sides {
  readonly left: BackendSpec;
  readonly right: BackendSpec;
  /** Another one like the left one, where that was asked for. */
  readonly leftCopy?: BackendSpec;
  readonly rules: readonly ParityRule[];
  /** How far the migration of what is mounted at each path has come, where that is known. */
  readonly states?: Readonly<Record<string, string>>;
  /** Where a plugin is mounted. */
  pathOf(plugin: string): string;
  /** Removes what was set up for the comparison. */
  close(): Promise<void>;
}

const SAME = 'same';
const COPY_NAME = 'other old';

/** How the sides are chosen on the command line. */
export interface SidesOptions {
  left?: string;
  right?: string;
  /** `same` starts the left side once more. */
  leftCopy?: string;
  base?: string;
  backend?: string;
  /** Certificates (PEM) to trust where a side is an address. */
  ca?: string;
}

/**
 * The sides that the options name, each an address or a command that is run in the folder; undefined
 * when they name none.
 *
 * @throws UsageError when they name one only, or ask for a copy that can not be started
 */
export function namedSides(
  cwd: string,
  { left, right, leftCopy, ca }: SidesOptions,
): Sides | undefined {
  if (left === undefined && right === undefined) {
    return undefined;
  }
  const old = { ...readSide('old', 'left', left, cwd), ca };
  return {
    left: old,
    right: { ...readSide('new', 'right', right, cwd), ca },
    leftCopy:
      leftCopy === undefined || leftCopy === SAME
        ? leftCopy && copyOf(old)
        : { ...readSide(COPY_NAME, 'left-copy', leftCopy, cwd), ca },
    rules: [],
    pathOf: usualPath,
    close: async () => {},
  };
}

/**
 * The last commit with the old backend, and the work tree.
 *
 * @param note - told what takes long
 * @throws UsageError when there is no such commit
 */
export async function committedSides(
  cwd: string,
  options: SidesOptions,
  note: (line: string) => void,
): Promise<Sides> {
  // Not needed where addresses and commands are given, and slow to load.
  const { scanBackend } =
    require('../../migration-guides') as typeof import('../../migration-guides');
  if (options.leftCopy !== undefined && options.leftCopy !== SAME) {
    throw new UsageError(
      `--left-copy '${options.leftCopy}': the old backend is a commit here, so its copy can only be the ${SAME}`,
    );
  }
  const project = await scanBackend(cwd, { backend: options.backend });
  const old = await checkOutOldBackend(project, options.base, command =>
    note(`The old backend has other packages: ${command} ...`),
  );
  const side = (name: string, root: string) => ({
    name,
    command: 'npm run --silent start',
    cwd: join(root, project.backend),
  });
  const left = side(`old (${old.commit})`, old.root);
  return {
    left,
    right: side('new', project.root),
    leftCopy: options.leftCopy && copyOf(left),
    rules: [ownFolder(old.root, project.root)],
    states: migrationStates(project),
    pathOf: plugin => project.plugins.find(({ id }) => id === plugin)?.path ?? usualPath(plugin),
    close: old.remove,
  };
}

function copyOf(left: BackendSpec): BackendSpec {
  if ('url' in left) {
    throw new UsageError(
      `--left-copy ${SAME}: the old backend runs elsewhere and can not be started once more. Give the address of another one like it`,
    );
  }
  return { ...left, name: COPY_NAME };
}

function usualPath(plugin: string): string {
  return `/api/${plugin}`;
}

function readSide(
  name: string,
  option: string,
  value: string | undefined,
  cwd: string,
): BackendSpec {
  if (!value) {
    throw new UsageError(
      `The ${name} backend is missing: give its address or the command that starts it, for example --${option} 'npm start'`,
    );
  }
  if (!/^https?:\/\//i.test(value)) {
    return { name, command: value, cwd };
  }
  if (!URL.canParse(value)) {
    throw new UsageError(`--${option} '${value}' is not a valid address`);
  }
  return { name, url: value };
}

/** Explains differences that come from running in different folders. */
function ownFolder(left: string, right: string): ParityRule {
  return {
    name: 'own-folder',
    reason: 'each side names the folder it runs in',
    explains: difference =>
      typeof difference.left === 'string' &&
      typeof difference.right === 'string' &&
      difference.left.replaceAll(left, '') === difference.right.replaceAll(right, ''),
  };
}
