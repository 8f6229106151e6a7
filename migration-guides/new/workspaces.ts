import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import { minimatch } from 'minimatch';
import { withProperty } from '../engine/edit-package-json';
import { declaredWorkspaces } from '../engine/find-project';
import type { FileEdit, Outcome } from '../engine/plan';
import { readSource } from '../engine/read-source';
import { fileEdit } from '../engine/source-edit';

/** What has to happen so that the package manager knows a new package. */
export interface WorkspaceChange {
  readonly file: string;
  readonly edit: FileEdit | undefined;
  readonly outcome: Outcome;
  readonly reason: string;
  readonly anchor: string;
}

/** Adds the folder of a new package to the workspaces; undefined where it is one already. */
export function addToWorkspaces(root: string, folder: string): WorkspaceChange | undefined {
  const patterns = declaredWorkspaces(root);
  if (patterns.some(each => minimatch(folder, each.replace(/^\.\//, '').replace(/\/$/, '')))) {
    return undefined;
  }
  const wanted = posix.join(posix.dirname(folder), '*');
  const change = { anchor: 'workspaces', edit: undefined } as const;
  if (existsSync(join(root, 'pnpm-workspace.yaml')) || patterns.length === 0) {
    const file = patterns.length === 0 ? 'package.json' : 'pnpm-workspace.yaml';
    const reason = `has no workspace for ${folder}: add ${wanted}`;
    return { ...change, file, outcome: 'manual', reason };
  }
  const source = readSource(root, 'package.json');
  const { workspaces } = JSON.parse(source.text) as { workspaces: unknown };
  const path = Array.isArray(workspaces) ? ['workspaces'] : ['workspaces', 'packages'];
  const edit = fileEdit(source, withProperty(source, path, [...patterns, wanted]).text);
  const reason = `names the workspace ${wanted}`;
  return { ...change, file: source.file, edit, outcome: 'migrated', reason };
}
