import { LineCounter, isMap, isSeq, parseDocument } from 'yaml';

/** A YAML document (or JSON, which is YAML) whose top level names lists. */
export interface YamlLists {
  /** The elements of a list and where each begins; none when there is no such list. */
  read(key: string): Array<[value: unknown, at: number]>;
  /** Throws, with line and column. */
  fail(at: number, problem: string): never;
}

/**
 * @param mainKey - the list that makes the document what it should be, for messages
 * @param toError - makes an error of a message that begins with the place
 */
export function parseYamlLists(
  text: string,
  { file, mainKey, toError }: { file: string; mainKey: string; toError(message: string): Error },
): YamlLists {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, customTags: ['binary'] });
  const fail = (at: number, problem: string): never => {
    const { line, col } = lines.linePos(at);
    throw toError(`${file}:${line}:${col}: ${problem}`);
  };
  const [syntaxError] = document.errors;
  if (syntaxError) {
    fail(syntaxError.pos[0], syntaxError.message.split(' at line')[0]);
  }
  if (!isMap(document.contents)) {
    fail(0, `expected a mapping with a list '${mainKey}:'`);
  }
  const read: YamlLists['read'] = key => {
    const node = document.get(key, true);
    if (node === undefined) {
      return [];
    }
    if (!isSeq(node)) {
      return fail(startOf(node), `expected '${key}:' to be a list`);
    }
    return node.items.map(item => [
      (item as { toJS(doc: typeof document): unknown }).toJS(document),
      startOf(item),
    ]);
  };
  return { read, fail };
}

function startOf(node: unknown): number {
  return (node as { range?: [number] }).range?.[0] ?? 0;
}
