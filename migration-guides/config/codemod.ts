import { join, posix } from 'node:path';
import { readAppConfigs } from '../engine/app-configs';
import type { BackendProject } from '../engine/find-project';
import { readNewBackend } from '../engine/new-backend/read-new-backend';
import { findInstalledPackage } from '../engine/package-exports';
import { parseModule } from '../engine/parse-module';
import type { FileEdit, MigrationPlan, ReportEntry } from '../engine/plan';
import { readSource } from '../engine/read-source';
import { fileEdit } from '../engine/source-edit';
import { isAtLeast, lowestVersion } from '../engine/version';
import { hasAuthKeys, hasExternalAccess, moveAuthKeys, type ConfigChange } from './move-auth-keys';
import { hasProxyEndpoints, hasRootProxies, moveProxyEndpoints } from './move-proxy-endpoints';
import { RETIRED_SETTINGS } from './retired-settings';
import { pairAt, rangeOf, readConfigFile, type ConfigFile } from './yaml-place';

/** One setting that has moved. */
interface MovedSetting {
  readonly anchor: string;
  readonly done: string;
  readonly at: readonly string[];
  readonly isIn: (file: ConfigFile) => boolean;
  /** Why no file can change, given all of them. */
  readonly obstacle: (files: readonly ConfigFile[]) => string | undefined;
  readonly move: (file: ConfigFile) => ConfigChange;
}

const PROXY = '@backstage/plugin-proxy-backend';

/** The first version that knows `proxy.endpoints`. */
const PROXY_SINCE = '0.3.0';

/** Plans the changes of app-config files. */
export function planConfig(project: BackendProject): Pick<MigrationPlan, 'edits' | 'report'> {
  const report: ReportEntry[] = [];
  const files: ConfigFile[] = [];
  for (const source of readAppConfigs(project)) {
    const file = readConfigFile(source);
    if (typeof file !== 'string') files.push(file);
    else
      report.push({
        file: source.file,
        outcome: 'manual',
        reason: file,
        guide: 'config#what-changes',
      });
  }
  const edits = files.flatMap(file => {
    const changed = changeFile(file, files, settingsOf(project), report);
    return changed ? [changed] : [];
  });
  return { edits, report };
}

function settingsOf(project: BackendProject): readonly MovedSetting[] {
  return [
    {
      anchor: 'service-to-service-keys',
      done: 'backend.auth.keys are entries of backend.auth.externalAccess',
      at: ['backend', 'auth', 'keys'],
      isIn: hasAuthKeys,
      obstacle: files => {
        if (!isOnNewSystem(project))
          return 'the old backend needs backend.auth.keys: run forklift lift first';
        const involved = files.filter(each => hasAuthKeys(each) || hasExternalAccess(each));
        return involved.some(hasExternalAccess) && involved.length > 1
          ? `a list in one file replaces that of another, and ${involved.map(each => each.source.file).join(' and ')} have some`
          : undefined;
      },
      move: moveAuthKeys,
    },
    {
      anchor: 'proxies',
      done: 'proxies are below proxy.endpoints',
      at: ['proxy'],
      isIn: hasRootProxies,
      obstacle: files => {
        const version = versionOf(project, PROXY);
        if (!version || !isAtLeast(version, PROXY_SINCE)) {
          return `proxy.endpoints is known from ${PROXY_SINCE} of ${PROXY}, and the backend asks for ${version ?? 'none'}`;
        }
        const other = files.find(hasProxyEndpoints);
        return (
          other && `${other.source.file} has proxy.endpoints: what stands beside it is not read`
        );
      },
      move: moveProxyEndpoints,
    },
  ];
}

function changeFile(
  file: ConfigFile,
  files: readonly ConfigFile[],
  settings: readonly MovedSetting[],
  report: ReportEntry[],
): FileEdit | undefined {
  const { source } = file;
  let current = file;
  for (const { anchor, done, at, isIn, obstacle, move } of settings) {
    if (!isIn(current)) continue;
    const reason = obstacle(files);
    const change = reason === undefined ? move(current) : { obstacle: reason };
    const guide = `config#${anchor}`;
    if ('obstacle' in change) {
      const line = lineOf(file, at);
      report.push({ file: source.file, line, outcome: 'manual', reason: change.obstacle, guide });
      continue;
    }
    const next = readConfigFile({ ...source, text: change.text });
    if (typeof next === 'string') throw new Error(`${source.file} ${next} after ${anchor} changed`);
    current = next;
    report.push({ file: source.file, outcome: 'migrated', reason: done, guide });
  }
  for (const { path, instead } of RETIRED_SETTINGS) {
    if (!file.document.hasIn(path)) continue;
    report.push({
      file: source.file,
      line: lineOf(file, path),
      outcome: 'manual',
      reason: `${path.join('.')} is no longer read by current versions. Instead: ${instead}`,
      guide: 'config#settings-that-are-gone',
    });
  }
  return fileEdit(source, current.source.text);
}

function lineOf({ source, document }: ConfigFile, path: readonly string[]): number {
  const [start] = rangeOf(pairAt(document, path)?.key) ?? [0];
  return source.text.slice(0, start).split('\n').length;
}

function isOnNewSystem({ root, index }: BackendProject): boolean {
  return readNewBackend(parseModule(readSource(root, index))) !== undefined;
}

function versionOf({ root, backend }: BackendProject, name: string): string | undefined {
  const { text } = readSource(root, posix.join(backend, 'package.json'));
  const { dependencies = {} } = JSON.parse(text) as { dependencies?: Record<string, string> };
  const range = dependencies[name];
  if (range !== undefined && lowestVersion(range)) return range;
  return findInstalledPackage(join(root, backend), name)?.version;
}
