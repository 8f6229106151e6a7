import { dirname, join, relative } from 'node:path';
import type { FileEdit, MigrationPlan } from '../plan';
import { findPrettierSettings, installedModule } from './prettier-settings';

/** What is used of Prettier, from version 2 on. */
interface Prettier {
  readonly version: string;
  format(text: string, options: object): string | Promise<string>;
  resolveConfig(path: string, options: object): Promise<object | null>;
  getFileInfo(
    path: string,
    options: object,
  ): Promise<{ readonly ignored: boolean; readonly inferredParser: string | null }>;
}

/** Why files stay as they are. */
type Obstacle = (files: string) => string;

/**
 * A plan whose edits are formatted by the Prettier that is installed in the project, with the project's
 * settings. A file that was not formatted before stays unformatted: only what the plan changes changes.
 * Settings that are code are not run; then, and where Prettier is not installed, a warning says what to
 * run.
 */
export async function formatEdits(plan: MigrationPlan): Promise<MigrationPlan> {
  const edits: FileEdit[] = [];
  const left = new Map<string, { readonly obstacle: Obstacle; readonly files: string[] }>();
  for (const edit of plan.edits) {
    const formatted = await formatEdit(plan.root, edit);
    if (typeof formatted !== 'function') {
      edits.push(formatted);
      continue;
    }
    edits.push(edit);
    const key = formatted('');
    const files = left.get(key)?.files ?? [];
    left.set(key, { obstacle: formatted, files: [...files, edit.file] });
  }
  const warnings = [...left.values()].map(({ obstacle, files }) => obstacle(files.join(' ')));
  return { ...plan, edits, warnings: [...plan.warnings, ...warnings] };
}

async function formatEdit(root: string, edit: FileEdit): Promise<FileEdit | Obstacle> {
  const path = join(root, edit.file);
  const settings = edit.after === null ? undefined : findPrettierSettings(root, dirname(path));
  if (!settings || edit.after === null) return edit;
  const name = relative(root, settings.path);
  if (!settings.isData) {
    return files =>
      `The settings of Prettier in ${name} are code, which is not run, or are not installed: npx prettier --write ${files}`;
  }
  const module = installedModule(path, 'prettier');
  if (module === undefined) {
    return files =>
      `Prettier is set up, and not installed: when it is, npx prettier --write ${files}`;
  }
  try {
    // The project's own release and settings decide how its files look.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const prettier = require(module) as Prettier;
    return await formatWith(prettier, root, settings.path, edit);
  } catch (error) {
    const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
    return files => `Prettier can not format ${files}: ${reason}`;
  }
}

async function formatWith(
  prettier: Prettier,
  root: string,
  settings: string,
  edit: FileEdit,
): Promise<FileEdit> {
  const { before, after } = edit;
  const filepath = join(root, edit.file);
  const ignorePath = join(root, '.prettierignore');
  const { ignored, inferredParser } = await prettier.getFileInfo(filepath, { ignorePath });
  if (ignored || inferredParser === null || after === null) return edit;
  const found = await prettier.resolveConfig(filepath, { config: settings, editorconfig: true });
  // Version 2 also loads what is named like a plugin and lies beside it.
  const plugins = prettier.version.startsWith('2.') ? { pluginSearchDirs: [] } : {};
  const options = { ...found, ...plugins, filepath, endOfLine: 'auto' };
  if (before !== null && (await prettier.format(before, options)) !== before) return edit;
  return { ...edit, after: await prettier.format(after, options) };
}
