import { describeCallSite, type CallSite } from '../lib/api/call-site';

/** Why a legacy plugin did not start. */
export type LegacyPluginErrorCode =
  | 'INVALID_ID'
  | 'INVALID_OPTION'
  | 'IMPORT_FAILED'
  | 'NO_CREATE_ROUTER'
  | 'TRANSFORM_FAILED'
  | 'CREATE_ROUTER_FAILED'
  | 'NO_ROUTER'
  | 'TIMEOUT'
  | 'PATH_IN_USE';

/** Says which legacy plugin failed, where it was added, why, and what to do. */
export class LegacyPluginError extends Error {
  readonly code: LegacyPluginErrorCode;
  readonly pluginId: string;

  constructor(
    code: LegacyPluginErrorCode,
    plugin: { id: string; callSite?: CallSite },
    reason: string,
    cause?: unknown,
  ) {
    const place = plugin.callSite ? ` (added at ${describeCallSite(plugin.callSite)})` : '';
    const suffix = cause === undefined ? '' : `; caused by ${cause}`;
    super(`Legacy plugin '${plugin.id}'${place}: ${reason}${suffix}`, { cause });
    this.name = 'LegacyPluginError';
    this.code = code;
    this.pluginId = plugin.id;
  }
}
