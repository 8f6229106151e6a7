import type { Format, TransformableInfo } from 'logform';
import { MESSAGE } from 'triple-beam';
import { describeError, stringifyField } from './stringify-field';

/** A winston format that writes a line as JSON: level and message first, then the meta. */
export function jsonFormat(): Format {
  return {
    transform(info: TransformableInfo) {
      const { level, message, ...fields } = info;
      for (const key in fields) {
        if (fields[key] instanceof Error) {
          fields[key] = describeError(fields[key]);
        }
      }
      info[MESSAGE] = stringifyField({ level, message, ...fields });
      return info;
    },
  };
}
