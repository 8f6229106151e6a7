import type { JsonObject } from '@backstage/types';
import type { TransformableInfo } from 'logform';
import { LEVEL, SPLAT } from 'triple-beam';

/**
 * Makes the record that winston formats and transports work on. The meta of the line wins over that
 * of the logger; of an error, which has its message and stack where they cannot be enumerated, both
 * are taken over as winston does.
 */
export function createLogInfo(
  level: string,
  message: string,
  loggerMeta: JsonObject | undefined,
  meta: Error | JsonObject | undefined,
): TransformableInfo {
  // Object.assign, not spread: that makes slow objects, at 40 times the cost.
  const info = Object.assign({}, loggerMeta) as TransformableInfo;
  if (typeof meta !== 'object' || meta === null) {
    return Object.assign(info, { level, message, [LEVEL]: level });
  }
  Object.assign(info, meta, { level, message, [LEVEL]: level, [SPLAT]: [meta] });
  if (meta.message) {
    info.message = `${message} ${meta.message}`;
  }
  if (meta.stack) {
    info.stack = meta.stack;
  }
  if (meta.cause) {
    info.cause = meta.cause;
  }
  return info;
}
