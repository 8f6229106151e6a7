import type { Format, TransformableInfo } from 'logform';
import { MESSAGE } from 'triple-beam';
import { stringifyField } from './stringify-field';

const paint = (open: number, close: number) => (text: string) =>
  `\x1b[${open}m${text}\x1b[${close}m`;

const dim = paint(2, 22);
const red = paint(31, 39);
const green = paint(32, 39);
const yellow = paint(33, 39);
const blue = paint(34, 39);
const magenta = paint(35, 39);
const cyan = paint(36, 39);
const grey = paint(90, 39);

const levelColors: { [level in string]?: (text: string) => string } = {
  error: red,
  warn: yellow,
  info: green,
  http: green,
  verbose: cyan,
  debug: grey,
  silly: magenta,
};

const HEAD_FIELDS = new Set(['timestamp', 'level', 'message', 'plugin', 'service']);

/**
 * A winston format for people: `<time> <plugin or service> <level> <message> key=value ...`. In
 * colour, unless NO_COLOR is set (https://no-color.org).
 */
export function colorFormat(): Format {
  const plain = Boolean(process.env.NO_COLOR);
  const color = (painter: ((text: string) => string) | undefined, text: string) =>
    plain || !painter ? text : painter(text);
  return {
    transform(info: TransformableInfo) {
      const { timestamp, level, message, plugin, service } = info;
      const head = [
        color(dim, String(timestamp ?? new Date().toISOString())),
        color(blue, String(plugin || service)),
        color(levelColors[level], level),
        String(message),
      ];
      const tail = Object.keys(info)
        .filter(key => !HEAD_FIELDS.has(key))
        .map(key => `${color(cyan, key)}=${stringifyField(info[key])}`);
      info[MESSAGE] = `${head.join(' ')} ${tail.join(' ')}`;
      return info;
    },
  };
}
