import type { AuthKey } from '../auth-services/convert-auth-key';
import type { Outcome, ReportEntry } from '../engine/plan';
import type { RouterAuth } from './router-auth';

const AUTH_ANCHORS: Readonly<Record<AuthKey, string>> = {
  identity: 'identity',
  permissions: 'permissions',
  tokenManager: 'token-manager',
};

/** The guide that the entries point to. */
export const GUIDE = 'convert-plugin-package';

/** The report on one plugin's conversion, in the making. */
export class ConversionReport {
  readonly entries: ReportEntry[] = [];

  constructor(private readonly plugin: string) {}

  add(file: string, outcome: Outcome, reason: string, anchor: string, line?: number): void {
    const guide = `${GUIDE}#${anchor}`;
    const at = line === undefined ? {} : { line };
    this.entries.push({ file, ...at, plugin: this.plugin, outcome, reason, guide });
  }

  /** What became of contracts that auth services have replaced. */
  addAuth(file: string, { taken, kept }: RouterAuth): void {
    const add = (outcome: Outcome, key: AuthKey, reason: string): void => {
      const guide = `auth-services#${AUTH_ANCHORS[key]}`;
      this.entries.push({ file, plugin: this.plugin, outcome, reason, guide });
    };
    for (const { key, name, services } of taken) {
      const names = services.map(each => each.name).join(' and ');
      const isSame = services.some(each => each.name === name);
      const reason = isSame ? 'with credentials in place of tokens' : `in place of ${name}`;
      add('migrated', key, `takes ${names} ${reason}`);
    }
    for (const { key, reason } of kept) add('skipped', key, `keeps the old ${key}: ${reason}`);
  }
}
